"""Taking leave of a vendor: of one organisation, and of a whole grant when nothing uses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.connections.aftermath import Ending, How, conclude, told_of, void_reading
from commands.connections.leftovers import tell_left_over
from commands.context import Context, Tools
from commands.registry import job
from providers.errors import AuthorizationLost, ProviderError, TryAgain
from providers.provider import Feature
from storage.identity import new_id
from storage.models import Connection, Detachment, Grant
from storage.queries import connections, detachments, grants, organisations
from storage.tokens import tokens_of

log = structlog.get_logger()

LEASE = timedelta(minutes=2)  # longer than a vendor takes to answer, or we to give up
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
ATTEMPTS = 12  # fifteen hours with these waits; then people are asked to do it at the vendor
UNUSED = timedelta(minutes=15)  # until a consent that nobody finished is taken back


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """What is left to do at the vendor; the rows are there, this only hurries them on."""

    detachments: tuple[str, ...]

    def ring(self, tools: Tools) -> None:
        for each in self.detachments:
            tools.jobs.submit("connections.detach", each)


async def leave(session: AsyncSession, context: Context, connection: Connection) -> Leaving:
    """Disconnect in this transaction; from its end on the vendor is not called any more.

    Its organisation is let go unless another connection uses it, the grant when nothing does.
    """
    grant_id, now = connection.grant_id, context.now
    told = await told_of(session, context.tools, connection)
    before = {"status": connection.status.value, "provider": connection.provider}
    connection.disconnect(by=context.actor.person_id, now=now)
    await void_reading(session, connection)
    await session.flush()
    ending = Ending(how=How.DISCONNECTED, at=now, who=context.actor.name)
    await conclude(session, context.tools, told, ending)
    organisation = await organisations.find(
        session, connection.workspace_id, connection.organisation_id
    )
    assert organisation is not None
    record(
        session,
        context,
        "connection.disconnected",
        connection,
        before=before | {"organisation": organisation.name},
        after={"status": connection.status.value},
    )
    if grant_id is None:
        return Leaving(detachments=())
    row = Detachment(
        id=new_id(),
        workspace_id=connection.workspace_id,
        grant_id=grant_id,
        provider=connection.provider,
        tenant_id=organisation.tenant_id,
        connection_id=connection.id,
        due_at=now,
    )
    session.add(row)
    return Leaving(detachments=(row.id,))


@job("connections.detach", due=detachments.due)
async def detach(tools: Tools, key: str) -> None:
    """Tell the vendor; again and again until it has answered."""
    now = tools.now()
    async with tools.database.begin() as session:
        row = await detachments.claim(session, key, now=now, again_at=now + LEASE)
    if row is None:
        return
    error: ProviderError | None = None
    try:
        if row.tenant_id is None:
            await _end_grant(tools, row)
        else:
            await _let_go(tools, row, row.tenant_id)
    except AuthorizationLost:
        log.info("detachment.needless", detachment=row.id)
    except ProviderError as failure:
        error = failure
    if error is not None and await _again_later(tools, row, error):
        return
    await _finish(tools, row, is_left_over=error is not None)


async def _again_later(tools: Tools, row: Detachment, error: ProviderError) -> bool:
    """Put it off; False when it is not worth it any more."""
    log.warning(
        "detachment.failed",
        detachment=row.id,
        provider=row.provider,
        attempt=row.attempts,
        error=type(error).__name__,
        detail=str(error),
    )
    if not isinstance(error, TryAgain) or row.attempts >= ATTEMPTS:
        return False
    wait = max(error.after or timedelta(), backoff(row.attempts))
    async with tools.database.begin() as session:
        await detachments.postpone(
            session, row.id, due_at=tools.now() + wait, error=type(error).__name__
        )
    return True


def backoff(attempt: int) -> timedelta:
    """How long to wait after failure number `attempt` (1 is the first)."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


async def _let_go(tools: Tools, row: Detachment, tenant_id: str) -> None:
    """One organisation, unless somebody connected it anew meanwhile or another purpose uses it."""
    provider = tools.gateway.provider(row.provider)
    if Feature.DETACH not in provider.capabilities.features:
        return
    async with tools.database.read() as session:
        users = await connections.using_tenant(session, row.workspace_id, row.provider, tenant_id)
    if not users:
        await tools.gateway.detach(row.provider, tenant_id=tenant_id, grant_id=row.grant_id)


async def _end_grant(tools: Tools, row: Detachment) -> None:
    """Revoke it, unless that would end other consents of the same person with it.

    Xero's revocation ends every connection that its user has to our application, whichever grant
    they were made under, and we do not know its users apart (providers.md §1.1).
    """
    async with tools.database.read() as session:
        grant = await grants.by_id(session, row.grant_id)
        assert grant is not None
        if await connections.using_grant(session, row.workspace_id, row.grant_id):
            return
        others = await grants.in_use(session, row.workspace_id, row.provider, besides=row.grant_id)
    features = tools.gateway.provider(row.provider).capabilities.features
    if others and Feature.SHARED_GRANT in features:
        return
    await tools.gateway.revoke(row.provider, tokens_of(grant, tools.vault))


async def _finish(tools: Tools, row: Detachment, *, is_left_over: bool) -> None:
    """Done: an organisation's grant goes next if nothing uses it, a grant's tokens are erased.

    What the vendor did not confirm is told to those who can take it back there.
    """
    now = tools.now()
    following: Detachment | None = None
    async with tools.database.begin() as session:
        await detachments.done(session, row.id, now=now)
        if is_left_over:
            await tell_left_over(session, tools, row)
        await grants.locked(session, row.workspace_id, row.grant_id)  # nobody begins to use it now
        in_use = await connections.using_grant(session, row.workspace_id, row.grant_id)
        if row.tenant_id is None and not in_use:
            await grants.revoke(session, row.workspace_id, row.grant_id)
        elif not in_use:
            following = _of_grant(row, now)
            session.add(following)
    if following is not None:
        tools.jobs.submit("connections.detach", following.id)


def _of_grant(row: Detachment | Grant, now: datetime) -> Detachment:
    return Detachment(
        id=new_id(),
        workspace_id=row.workspace_id,
        grant_id=row.id if isinstance(row, Grant) else row.grant_id,
        provider=row.provider,
        connection_id=None if isinstance(row, Grant) else row.connection_id,
        due_at=now,
    )


async def _unused(session: AsyncSession, now: datetime) -> Sequence[str]:
    found = await grants.orphaned(session, made_before=now - UNUSED, now=now)
    return [grant.id for grant in found]


@job("connections.drop_grant", due=_unused)
async def drop_grant(tools: Tools, key: str) -> None:
    """Take back a consent that nothing came of, or that another one has replaced."""
    now = tools.now()
    async with tools.database.begin() as session:
        found = await grants.orphaned(session, made_before=now - UNUSED, now=now, limit=10_000)
        grant = next((g for g in found if g.id == key), None)
        if grant is None:
            return
        row = _of_grant(grant, now)
        session.add(row)
    tools.jobs.submit("connections.detach", row.id)
