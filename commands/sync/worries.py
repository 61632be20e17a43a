"""A connection needs attention while its sync waits for somebody's help."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.permissions import SYSTEM
from commands.sync.outcome import HELPED_BY_SOMEBODY
from commands.sync.run import Run
from storage.models import Connection, Status
from storage.queries import connections


async def held(session: AsyncSession, run: Run) -> Sequence[Connection]:
    """The connections that keep this copy, until the transaction ends.

    First of all that it takes: whoever disconnects takes them first too.
    """
    found = await connections.syncing(session, run.sync.workspace_id, run.organisation.id)
    locked = [await connections.by_id(session, each.id, lock=True) for each in found]
    return [each for each in locked if each is not None and each.is_usable]


def worry(session: AsyncSession, among: Sequence[Connection], reason: str, now: datetime) -> None:
    """It cannot be synced, and may not mend itself."""
    for connection in among:
        if reason in HELPED_BY_SOMEBODY and connection.status_reason != reason:
            connection.worry(reason=reason, now=now)
            action, after = "connection.needs_attention", {"reason": reason}
            record_as(session, SYSTEM, action, connection, now=now, after=after)


def recover(
    session: AsyncSession, among: Sequence[Connection], reason: str | None, now: datetime
) -> None:
    """It is over. What is wrong with the lists stays so until they are read."""
    for connection in among:
        if connection.status == Status.ATTENTION and connection.status_reason == reason:
            connection.recover(now=now)
            record_as(session, SYSTEM, "connection.recovered", connection, now=now)
