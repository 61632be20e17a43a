"""When a vendor no longer accepts us: the people are told once, with a way back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections import losses
from commands.connections.aftermath import Ending, How, conclude, told_of, void_reading
from commands.context import Tools
from commands.permissions import SYSTEM
from commands.registry import job
from providers.errors import LossReason
from storage.models import Connection, GrantState, Status
from storage.queries import connections, grants, organisations


async def _untold(session: AsyncSession, now: datetime) -> Sequence[str]:
    return await grants.lost_untold(session)


@job("connections.tell_lost", due=_untold)
async def tell_lost(tools: Tools, key: str) -> None:
    """A refresh was refused; the store has marked the grant and expired its connections."""
    async with tools.database.begin() as session:
        grant = await grants.tell_lost(session, key, now=tools.now())
        if grant is None:
            return
        using = await connections.using_grant(session, grant.workspace_id, grant.id, lock=True)
        lost = [connection for connection in using if connection.status == Status.EXPIRED]
        for connection in lost:
            await _conclude(session, tools, connection)
        await losses.tell_lost(session, tools, grant, lost)


async def expire(session: AsyncSession, tools: Tools, connection: Connection, reason: str) -> None:
    """The grant works, but this organisation is out of its reach: tell of this one at once."""
    organisation = await organisations.find(
        session, connection.workspace_id, connection.organisation_id
    )
    if organisation is not None and organisation.is_demo and reason == LossReason.ORGANISATION_GONE:
        reason = losses.DEMO_RESET
    connection.expire(reason=reason, now=tools.now())
    await _conclude(session, tools, connection)
    await losses.tell_expired(session, tools, connection, connection.connected_by)


async def lose(session: AsyncSession, tools: Tools, seen: Connection, reason: str) -> None:
    """The vendor refused us while `seen` was being read.

    The store has marked a dead grant already, and `connections.tell_lost` tells of it; where the
    grant lives, this organisation is out of its reach. Nothing, if it was connected anew meanwhile.
    """
    connection = await connections.by_id(session, seen.id, lock=True)
    if connection is None or connection.grant_id is None or connection.grant_id != seen.grant_id:
        return
    grant = await grants.by_id(session, connection.grant_id)
    if connection.is_usable and grant is not None and grant.state == GrantState.LIVE:
        await expire(session, tools, connection, reason)


async def _conclude(session: AsyncSession, tools: Tools, connection: Connection) -> None:
    """Record it, end an import under way, and what was said while it still worked."""
    told = await told_of(session, tools, connection)
    await void_reading(session, connection)
    await session.flush()
    record_as(
        session,
        SYSTEM,
        "connection.expired",
        connection,
        now=tools.now(),
        after={"reason": connection.status_reason},
    )
    ending = Ending(how=How.EXPIRED, at=connection.status_since)
    await conclude(session, tools, told, ending)
