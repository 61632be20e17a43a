"""The organisations a sign-in reaches, as they are offered to a client."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.matching import Identity, best_first, has_same_name
from commands.connections.states import holds_organisation
from providers.provider import Tenant
from storage.models import Client, Organisation, Purpose
from storage.queries import connections, organisations


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One organisation to choose. `taken_by` is the client that has it already."""

    tenant: Tenant
    taken_by: str | None
    same_name: bool
    is_counterpart: bool  # the organisation of the client's other connection


async def choices_among(
    session: AsyncSession,
    client: Client,
    found: Sequence[Tenant],
    *,
    purpose: Purpose,
    provider: str,
) -> tuple[Choice, ...]:
    """The client's other organisation first, then the likeliest names, those in use last."""
    by_id = {tenant.tenant_id: tenant for tenant in found}
    claims = await connections.claims(session, client.workspace_id, provider, list(by_id))
    other = await _counterpart(session, client, purpose, provider)
    ordered = best_first(
        client.name,
        [
            Identity(tenant_id=t.tenant_id, name=t.name, legal_name=t.legal_name)
            for t in by_id.values()
        ],
    )
    choices = [
        Choice(
            tenant=by_id[i.tenant_id],
            taken_by=next((c.name for c in claims.get(i.tenant_id, ()) if c.id != client.id), None),
            same_name=has_same_name(client.name, i),
            is_counterpart=other is not None and other.tenant_id == i.tenant_id,
        )
        for i in ordered
    ]
    return tuple(sorted(choices, key=lambda c: (c.taken_by is not None, not c.is_counterpart)))


async def _counterpart(
    session: AsyncSession, client: Client, purpose: Purpose, provider: str
) -> Organisation | None:
    """The organisation of the client's other connection, if that has one of this software."""
    both = await connections.of_client(session, client.workspace_id, client.id)
    other = next((c for c in both if c.purpose != purpose and holds_organisation(c)), None)
    if other is None or other.provider != provider:
        return None
    return await organisations.find(session, client.workspace_id, other.organisation_id)
