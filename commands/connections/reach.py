"""The sign-ins that are there already, and the organisations they reach."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.choices import Choice, choices_among
from commands.connections.prospects import Prospect
from commands.context import Context
from providers.errors import ProviderError
from providers.provider import Feature, Provider, Tenant
from storage.models import Grant, GrantState, Purpose
from storage.queries import detachments, grants, people

log = structlog.get_logger()

PATIENCE_S = 5  # somebody waits for the form; without an answer there is still the link
ASKED = 6  # sign-ins looked at; who has more has them for one organisation each


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """A sign-in and the organisations it reaches. `by` is the name of whose it is."""

    grant: Grant
    by: str
    choices: tuple[Choice, ...]

    @property
    def free(self) -> tuple[Choice, ...]:
        """Those no other client uses, the likeliest first."""
        return tuple(choice for choice in self.choices if choice.taken_by is None)

    @property
    def label(self) -> str:
        return f"Use the sign-in of {self.by} ({self.grant.created_at:%-d %B})"

    @property
    def description(self) -> str:
        first, *others = (choice.tenant.name for choice in self.free)
        return f"Reaches {first} and {len(others)} more" if others else f"Reaches {first}"


async def sign_ins(
    context: Context, prospect: Prospect, purpose: Purpose, provider: Provider
) -> tuple[SignIn, ...]:
    """Those that reach an organisation for this client: one of each person, one's own first."""
    if Feature.SHARED_GRANT not in provider.capabilities.features:
        return ()
    async with context.tools.database.read() as session:
        among = await grants.working(
            session,
            context.workspace_id,
            provider.key,
            first=context.actor.person_id,
            limit=ASKED,
        )
    reached = await asyncio.gather(*(_tenants(context, grant) for grant in among))
    found: dict[str, SignIn] = {}
    async with context.tools.database.read() as session:
        for grant, tenants in zip(among, reached, strict=True):
            sign_in = await _sign_in(session, prospect, purpose, grant, tenants)
            if sign_in.free:
                found.setdefault(grant.made_by, sign_in)
    return tuple(found.values())


async def _sign_in(
    session: AsyncSession,
    prospect: Prospect,
    purpose: Purpose,
    grant: Grant,
    tenants: Sequence[Tenant],
) -> SignIn:
    going = await detachments.leaving(session, grant.workspace_id, grant.provider)
    person = await people.find(session, grant.workspace_id, grant.made_by)
    choices = await choices_among(
        session,
        prospect.client,
        [tenant for tenant in tenants if tenant.tenant_id not in going],
        purpose=purpose,
        provider=grant.provider,
    )
    return SignIn(grant=grant, by=person.name if person else "somebody else", choices=choices)


async def _tenants(context: Context, grant: Grant) -> Sequence[Tenant]:
    """What it reaches, as the vendor says now; nothing where it does not say so soon."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await context.tools.gateway.tenants(
                grant.provider, grant_id=grant.id, callback={}
            )
    except (ProviderError, TimeoutError) as error:
        log.warning("sign_in.not_offered", grant=grant.id, error=type(error).__name__)
        return ()


async def reaching(
    context: Context, prospect: Prospect, purpose: Purpose, grant_id: str
) -> SignIn | None:
    """What this sign-in reaches now; None where it is of no use any more."""
    async with context.tools.database.read() as session:
        grant = await grants.find(session, context.workspace_id, grant_id)
    if grant is None or grant.state != GrantState.LIVE:
        return None
    tenants = await _tenants(context, grant)
    async with context.tools.database.read() as session:
        sign_in = await _sign_in(session, prospect, purpose, grant, tenants)
    return sign_in if sign_in.free else None
