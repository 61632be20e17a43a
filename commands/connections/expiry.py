"""When a vendor no longer accepts us: the people are told once, with a way back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections.cards import subject_of, tell_expired
from commands.context import Tools
from commands.permissions import SYSTEM
from commands.registry import job
from storage.models import Connection, Status
from storage.queries import connections, grants


async def _untold(session: AsyncSession, now: datetime) -> Sequence[str]:
    return await grants.lost_untold(session)


@job("connections.tell_lost", due=_untold)
async def tell_lost(tools: Tools, key: str) -> None:
    """A refresh was refused; the store has marked the grant and expired its connections."""
    async with tools.database.begin() as session:
        grant = await grants.tell_lost(session, key, now=tools.now())
        if grant is None:
            return
        for connection in await connections.using_grant(session, grant.workspace_id, grant.id):
            if connection.status == Status.EXPIRED:
                await announce(session, tools, connection)


async def expire(session: AsyncSession, tools: Tools, connection: Connection, reason: str) -> None:
    """The grant works, but this organisation is out of its reach: tell of this one at once."""
    connection.expire(reason=reason, now=tools.now())
    connection.lists_run_id = connection.lists_lease_until = None
    await session.flush()
    await announce(session, tools, connection)


async def announce(session: AsyncSession, tools: Tools, connection: Connection) -> None:
    """Record it and tell the client's channel and who connected it, with this transaction."""
    record_as(
        session,
        SYSTEM,
        "connection.expired",
        connection,
        now=tools.now(),
        after={"reason": connection.status_reason},
    )
    assert connection.grant_id is not None
    await tell_expired(
        session, tools, await subject_of(session, tools, connection), connection.grant_id
    )
