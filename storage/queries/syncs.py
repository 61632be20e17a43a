"""Whose turn it is to bring a copy up to date, under a lease with a fence, and how far it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Connection,
    Organisation,
    Purpose,
    Status,
    Sync,
    SyncNudge,
    SyncStream,
)
from storage.queries.statements import affected, insert_into, insert_on, table_of

ROUND = timedelta(hours=24)  # how long what was read of some streams waits for the others
_LIVE = (Status.CONNECTED, Status.ATTENTION)
_table = table_of(Sync)
_stream = table_of(SyncStream)
_nudge = table_of(SyncNudge)


def _readable() -> ColumnElement[bool]:
    """Whether a live Data Health connection leads to its organisation."""
    return exists().where(
        Connection.workspace_id == _table.c.workspace_id,
        Connection.organisation_id == _table.c.organisation_id,
        Connection.purpose == Purpose.DATA_HEALTH,
        Connection.status.in_(_LIVE),
        Connection.grant_id.is_not(None),
    )


_HELD = (  # made once: it comes with every page
    update(_table)
    .where(
        _table.c.organisation_id == bindparam("organisation"),
        _table.c.run_id == bindparam("run"),
        _readable(),
    )
    .values(lease_until=bindparam("until"), strays=0)
)


_UNTOUCHED: dict[str, Any] = {
    "is_whole": False,
    "checkpoint": {},
    "read": 0,
    "is_mentioned": False,
    "accepts_gone": False,
}


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_table.c.lease_until.is_(None), _table.c.lease_until < now)


async def schedule(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, now: datetime
) -> None:
    """Due at once: its organisation has been connected for Data Health."""
    there_are = select(func.count()).select_from(_table).scalar_subquery()
    fresh = insert_into(session, Sync).values(
        organisation_id=organisation_id,
        workspace_id=workspace_id,
        due_at=now,
        attempts=0,
        strays=0,
        askers=[],
        outcome={},
        slot=there_are,
    )
    again = fresh.on_conflict_do_update(
        index_elements=["organisation_id"],
        set_={"due_at": now, "next_at": None, "began_at": None, "attempts": 0, "error": None},
        where=_table.c.workspace_id == workspace_id,
    )
    await session.execute(again)


async def due(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Organisations, of all workspaces, whose copy should be brought on now, longest due first."""
    waiting = select(_table.c.organisation_id).where(
        _table.c.due_at <= now, _free(now), _readable()
    )
    return (await session.scalars(waiting.order_by(_table.c.due_at).limit(limit))).all()


async def claim(
    session: AsyncSession, organisation_id: str, *, run_id: str, now: datetime, until: datetime
) -> Sync | None:
    """Take the lease for this run; None when it is not due or somebody else has it.

    A run goes on with what an earlier one has begun and not ended, unless that was a day ago.
    """
    began = _table.c.began_at
    is_unfinished = and_(
        began > now - ROUND, or_(_table.c.synced_at.is_(None), _table.c.synced_at < began)
    )
    taken = (
        update(_table)
        .where(
            _table.c.organisation_id == organisation_id,
            _table.c.due_at <= now,
            _free(now),
            _readable(),
        )
        .values(
            run_id=run_id,
            lease_until=until,
            began_at=case((is_unfinished, began), else_=now),
            strays=case((_table.c.run_id.is_(None), 0), else_=_table.c.strays + 1),
        )
    )
    if not await affected(session, taken):
        return None
    found = select(Sync).where(Sync.organisation_id == organisation_id)
    return await session.scalar(found, execution_options={"populate_existing": True})


async def hold(
    session: AsyncSession, organisation_id: str, run_id: str, *, until: datetime
) -> bool:
    """Whether the run may go on; first in each transaction that stores what it read.

    Extends the lease and holds the row, so that whoever disconnects waits for this page and finds
    nothing written afterwards.
    """
    values = {"organisation": organisation_id, "run": run_id, "until": until}
    return bool(await affected(session, _HELD, values))


async def extend(
    session: AsyncSession, organisation_id: str, run_id: str, *, until: datetime
) -> bool:
    """The run is alive, though it has no page yet; False when it is not its turn any more."""
    alive = _fenced(organisation_id, run_id).values(lease_until=until)
    return bool(await affected(session, alive))


async def finish(
    session: AsyncSession,
    organisation_id: str,
    run_id: str,
    *,
    began_at: datetime,
    next_at: datetime,
    nudged_at: datetime,
    outcome: Mapping[str, Any],
) -> bool:
    """The copy is as of `began_at`; False when the run no longer holds the lease.

    Next is its turn at `next_at`, or `nudged_at` if its vendor spoke up after the run began.
    """
    await session.execute(
        delete(_nudge).where(_nudge.c.organisation_id == organisation_id, _nudge.c.at <= began_at)
    )
    is_nudged = exists().where(_nudge.c.organisation_id == organisation_id)
    done = _fenced(organisation_id, run_id).values(
        synced_at=began_at,
        due_at=case((is_nudged, nudged_at), else_=next_at),
        next_at=next_at,
        lease_until=None,
        run_id=None,
        attempts=0,
        error=None,
        trouble_since=None,
        askers=[],
        outcome=dict(outcome),
    )
    return bool(await affected(session, done))


async def fail(
    session: AsyncSession,
    organisation_id: str,
    run_id: str,
    *,
    error: str,
    next_at: datetime | None,
    is_over: bool = False,
) -> bool:
    """It did not work; again at `next_at`, or only when asked. False as for `finish`.

    What `is_over` is begun anew the next time: what was left out is asked for again.
    """
    values = {"began_at": None} if is_over else {}
    failed = _fenced(organisation_id, run_id).values(
        **values,
        due_at=next_at,
        lease_until=None,
        run_id=None,
        attempts=_table.c.attempts + 1,
        strays=0,
        error=error,
    )
    return bool(await affected(session, failed))


async def mark_trouble(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, now: datetime
) -> None:
    """It fails in a way that people should know of, from now on or since earlier."""
    await session.execute(
        update(_table)
        .where(
            _table.c.workspace_id == workspace_id,
            _table.c.organisation_id == organisation_id,
            _table.c.trouble_since.is_(None),
        )
        .values(trouble_since=now)
    )


async def release(session: AsyncSession, organisation_id: str, run_id: str) -> None:
    """Whoever is next goes on where this run was."""
    await session.execute(_fenced(organisation_id, run_id).values(run_id=None, lease_until=None))


async def ask(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, by: str, now: datetime
) -> bool:
    """Make it due now for this person too; False when there is nothing to read it through."""
    if not await join(session, workspace_id, organisation_id, by=by):
        return False
    asked = (
        update(_table)
        .where(_table.c.workspace_id == workspace_id, _table.c.organisation_id == organisation_id)
        .values(due_at=now, asked_at=now, attempts=0, began_at=None)
    )
    return bool(await affected(session, asked))


async def join(session: AsyncSession, workspace_id: str, organisation_id: str, *, by: str) -> bool:
    """This person waits for its outcome as well; False when there is nothing to read it through."""
    own = (_table.c.workspace_id == workspace_id, _table.c.organisation_id == organisation_id)
    waiting = select(_table.c.askers).where(*own, _readable()).with_for_update()
    askers = await session.scalar(waiting)
    if askers is not None and by not in askers:
        await session.execute(update(_table).where(*own).values(askers=[*askers, by]))
    return askers is not None


async def ask_all(
    session: AsyncSession, workspace_id: str, *, now: datetime, unless_since: datetime
) -> Sequence[str]:
    """Make every copy that can be read due now; their ids. Those being read are left alone, and
    those that were read, or asked for, since then and did not fail."""
    last = (_table.c.synced_at, _table.c.asked_at)
    is_old = and_(*(or_(at.is_(None), at <= unless_since) for at in last))
    asked = (
        update(_table)
        .where(
            _table.c.workspace_id == workspace_id,
            _free(now),
            _readable(),
            or_(is_old, _table.c.error.is_not(None)),
        )
        .values(due_at=now, asked_at=now, attempts=0, began_at=None)
        .returning(_table.c.organisation_id)
    )
    return (await session.scalars(asked)).all()


async def nudge(
    session: AsyncSession,
    provider: str,
    tenant_id: str,
    streams: Collection[str],
    *,
    now: datetime,
    due_at: datetime,
) -> Sequence[str]:
    """The vendor says that these streams have changed; ids of the copies that are due then."""
    copies = (
        select(_table.c.organisation_id)
        .join(Organisation, Organisation.id == _table.c.organisation_id)
        .where(Organisation.provider == provider, Organisation.tenant_id == tenant_id, _readable())
    )
    ids = (await session.scalars(copies)).all()
    rows = [{"organisation_id": own, "stream": name, "at": now} for own in ids for name in streams]
    if rows:
        insert = insert_into(session, SyncNudge)
        again = insert.on_conflict_do_update(
            index_elements=["organisation_id", "stream"], set_={"at": insert.excluded.at}
        )
        await session.execute(again, rows)
        await session.execute(
            update(_table)
            .where(
                _table.c.organisation_id.in_(ids),
                or_(_table.c.due_at.is_(None), _table.c.due_at > due_at),
            )
            .values(due_at=due_at)
        )
    return ids


async def nudged(session: AsyncSession, organisation_id: str) -> frozenset[str]:
    """Streams that the vendor has named since they were last read."""
    named = select(SyncNudge.stream).where(SyncNudge.organisation_id == organisation_id)
    return frozenset((await session.scalars(named)).all())


async def void(session: AsyncSession, workspace_id: str, organisation_id: str) -> None:
    """Whoever is reading stops at the next page; waits for the page being stored."""
    await session.execute(
        update(_table)
        .where(_table.c.workspace_id == workspace_id, _table.c.organisation_id == organisation_id)
        .values(run_id=None, lease_until=None)
    )


async def find(session: AsyncSession, workspace_id: str, organisation_id: str) -> Sync | None:
    """The copy of one organisation."""
    found = select(Sync).where(
        Sync.workspace_id == workspace_id, Sync.organisation_id == organisation_id
    )
    return await session.scalar(found)


async def streams(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Mapping[str, SyncStream]:
    """{stream: how far it is}."""
    found = await session.scalars(
        select(SyncStream)
        .join(Sync, Sync.organisation_id == SyncStream.organisation_id)
        .where(Sync.workspace_id == workspace_id, Sync.organisation_id == organisation_id)
    )
    return {stream.stream: stream for stream in found}


async def save_stream(
    session: AsyncSession, organisation_id: str, stream: str, **values: Any
) -> None:
    """Set these columns of one stream, which may be new."""
    own = {"organisation_id": organisation_id, "stream": stream}
    saving = _saving(session.get_bind().dialect.name, tuple(values))
    await session.execute(saving, _UNTOUCHED | values | own)


@cache  # it comes with every page as well
def _saving(dialect: str, names: tuple[str, ...]) -> postgresql.Insert:
    insert = insert_on(dialect, SyncStream)
    fresh = {name: insert.excluded[name] for name in names}
    return insert.on_conflict_do_update(index_elements=["organisation_id", "stream"], set_=fresh)


async def erase(session: AsyncSession, workspace_id: str, organisation_id: str) -> None:
    """Forget how far the copy was: the copy itself goes."""
    own = and_(_table.c.workspace_id == workspace_id, _table.c.organisation_id == organisation_id)
    mine = select(_table.c.organisation_id).where(own).scalar_subquery()
    await session.execute(_stream.delete().where(_stream.c.organisation_id.in_(mine)))
    await session.execute(_table.delete().where(own))


def _fenced(organisation_id: str, run_id: str) -> Update:
    return update(_table).where(
        _table.c.organisation_id == organisation_id, _table.c.run_id == run_id
    )
