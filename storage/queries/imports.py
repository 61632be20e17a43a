"""Whose turn it is to import lists, under a lease with a fence against whoever lost it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Connection, Status
from storage.queries.statements import affected, table_of

_LIVE = (Status.CONNECTED, Status.ATTENTION)
_table = table_of(Connection)


async def due(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Ids of connections, of all workspaces, whose lists should be read now, longest due first."""
    waiting = select(Connection.id).where(
        Connection.lists_due_at <= now,
        or_(Connection.lists_lease_until.is_(None), Connection.lists_lease_until < now),
        Connection.status.in_(_LIVE),
        Connection.grant_id.is_not(None),
    )
    return (await session.scalars(waiting.order_by(Connection.lists_due_at).limit(limit))).all()


async def claim(
    session: AsyncSession, connection_id: str, *, run_id: str, now: datetime, until: datetime
) -> Connection | None:
    """Take the lease for this run; None when it is not due or somebody else has it."""
    taken = (
        update(_table)
        .where(
            _table.c.id == connection_id,
            _table.c.lists_due_at <= now,
            or_(_table.c.lists_lease_until.is_(None), _table.c.lists_lease_until < now),
            _table.c.status.in_(_LIVE),
            _table.c.grant_id.is_not(None),
        )
        .values(lists_run_id=run_id, lists_lease_until=until)
    )
    if not await affected(session, taken):
        return None
    found = select(Connection).where(Connection.id == connection_id)
    return await session.scalar(found, execution_options={"populate_existing": True})


async def hold(session: AsyncSession, connection_id: str, run_id: str, *, until: datetime) -> bool:
    """Whether the run may go on; first in each transaction that stores what it read.

    Extends the lease and holds the row, so that whoever disconnects waits for this page and finds
    nothing written afterwards. False when the connection was disconnected, expired or handed to
    another run: stop.
    """
    return bool(await affected(session, _fenced(connection_id, run_id, lists_lease_until=until)))


async def finish(
    session: AsyncSession,
    connection_id: str,
    run_id: str,
    *,
    now: datetime,
    next_at: datetime | None,
) -> bool:
    """Everything is as of `now`; False when the run no longer holds the lease."""
    done = _fenced(
        connection_id,
        run_id,
        lists_read_at=now,
        lists_due_at=next_at,
        lists_lease_until=None,
        lists_run_id=None,
        lists_attempts=0,
        lists_error=None,
        lists_asked_by=None,
    )
    return bool(await affected(session, done))


async def fail(
    session: AsyncSession,
    connection_id: str,
    run_id: str,
    *,
    error: str,
    next_at: datetime | None,
) -> bool:
    """It did not work; again at `next_at`, or only when asked. False as for `finish`."""
    failed = _fenced(
        connection_id,
        run_id,
        lists_due_at=next_at,
        lists_lease_until=None,
        lists_run_id=None,
        lists_attempts=_table.c.lists_attempts + 1,
        lists_error=error,
    )
    return bool(await affected(session, failed))


async def release(
    session: AsyncSession, connection_id: str, run_id: str, *, due_at: datetime | None
) -> None:
    """Nothing was read; again at `due_at`, or when somebody or something says so."""
    released = _fenced(
        connection_id, run_id, lists_due_at=due_at, lists_lease_until=None, lists_run_id=None
    )
    await session.execute(released)


async def ask(
    session: AsyncSession, workspace_id: str, connection_id: str, *, by: str, now: datetime
) -> bool:
    """Make the lists due now; False when the connection is not usable."""
    asked = (
        update(_table)
        .where(
            _table.c.workspace_id == workspace_id,
            _table.c.id == connection_id,
            _table.c.status.in_(_LIVE),
            _table.c.grant_id.is_not(None),
        )
        .values(lists_due_at=now, lists_asked_by=by, lists_attempts=0)
    )
    return bool(await affected(session, asked))


def _fenced(connection_id: str, run_id: str, **values: Any) -> Update:
    return (
        update(_table)
        .where(
            _table.c.id == connection_id,
            _table.c.lists_run_id == run_id,
            _table.c.status.in_(_LIVE),
        )
        .values(values)
    )
