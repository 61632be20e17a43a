"""Whose books are looked at next, and how they stand; a run holds a lease with a fence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    CheckOutcome,
    Handling,
    Health,
    HealthChoices,
    HealthFinding,
    HealthPoint,
    LockDates,
    Mend,
    Organisation,
    Sync,
    Weighting,
    ledger,
)
from storage.queries.statements import affected, insert_into, table_of

_table = table_of(Health)
_OWNED = (CheckOutcome, HealthFinding, Handling, HealthPoint, LockDates, Mend, Health)


async def due(session: AsyncSession, now: datetime, *, limit: int = 20) -> Sequence[str]:
    """Ids of organisations whose copy is fresher than what was last looked at, or that somebody
    wants looked at again."""
    waiting = (
        select(Sync.organisation_id)
        .outerjoin(Health, Health.organisation_id == Sync.organisation_id)
        .where(Sync.synced_at.is_not(None), _is_due(now))
        .order_by(Sync.synced_at)
    )
    return (await session.scalars(waiting.limit(limit))).all()


def _is_due(now: datetime) -> ColumnElement[bool]:
    own = _table.c
    stale = or_(own.synced_at.is_(None), own.synced_at < Sync.synced_at)
    is_free = or_(own.lease_until.is_(None), own.lease_until < now)
    wanted = or_(own.due_at <= now, stale & own.due_at.is_(None))
    return or_(own.organisation_id.is_(None), is_free & wanted)


async def claim(
    session: AsyncSession, organisation_id: str, *, run_id: str, now: datetime, until: datetime
) -> Health | None:
    """Take the lease for this run; None when it is not due or somebody else has it."""
    owner = await session.scalar(
        select(Organisation.workspace_id).where(Organisation.id == organisation_id)
    )
    if owner is None:
        return None
    new = insert_into(session, Health).values(
        organisation_id=organisation_id, workspace_id=owner, change={}
    )
    await session.execute(new.on_conflict_do_nothing())
    stands = exists().where(
        Sync.organisation_id == _table.c.organisation_id, Sync.synced_at.is_not(None), _is_due(now)
    )
    taken = (
        update(_table)
        .where(_table.c.organisation_id == organisation_id, stands)
        .values(run_id=run_id, lease_until=until)
    )
    return await _fresh(session, organisation_id) if await affected(session, taken) else None


async def hold(session: AsyncSession, organisation_id: str, run_id: str) -> Health | None:
    """The row, held until the commit; None when the run no longer has the lease."""
    same = update(_table).where(_fence(organisation_id, run_id)).values(run_id=run_id)
    return await _fresh(session, organisation_id) if await affected(session, same) else None


async def extend(
    session: AsyncSession, organisation_id: str, run_id: str, *, until: datetime
) -> bool:
    """A sign of life of the run; False when it no longer has the lease."""
    alive = update(_table).where(_fence(organisation_id, run_id)).values(lease_until=until)
    return bool(await affected(session, alive))


async def release(session: AsyncSession, organisation_id: str, run_id: str, **values: Any) -> bool:
    """End the run, changing these columns; False when it no longer had the lease."""
    ended: Update = (
        update(_table)
        .where(_fence(organisation_id, run_id))
        .values(run_id=None, lease_until=None, **values)
    )
    return bool(await affected(session, ended))


def _fence(organisation_id: str, run_id: str) -> ColumnElement[bool]:
    return (_table.c.organisation_id == organisation_id) & (_table.c.run_id == run_id)


async def _fresh(session: AsyncSession, organisation_id: str) -> Health | None:
    found = select(Health).where(Health.organisation_id == organisation_id)
    return await session.scalar(found, execution_options={"populate_existing": True})


async def want(
    session: AsyncSession,
    workspace_id: str,
    organisation_ids: Sequence[str],
    *,
    now: datetime,
    asked_by: str | None = None,
) -> None:
    """Look again: something that is not in the books has changed, or somebody asked."""
    asked = {} if asked_by is None else {"asked_by": asked_by}
    for own in organisation_ids:
        new = insert_into(session, Health).values(
            organisation_id=own, workspace_id=workspace_id, change={}
        )
        await session.execute(new.on_conflict_do_nothing())
    await session.execute(
        update(_table)
        .where(
            _table.c.workspace_id == workspace_id, _table.c.organisation_id.in_(organisation_ids)
        )
        .values(due_at=now, **asked)
    )


async def join(session: AsyncSession, workspace_id: str, organisation_id: str, *, by: str) -> None:
    """Somebody else waits for the run under way."""
    await session.execute(
        update(_table)
        .where(_table.c.workspace_id == workspace_id, _table.c.organisation_id == organisation_id)
        .values(asked_by=by)
    )


async def looked_at(session: AsyncSession, workspace_id: str) -> Sequence[str]:
    """Ids of the organisations that there are findings and scores of."""
    found = select(_table.c.organisation_id).where(_table.c.workspace_id == workspace_id)
    return (await session.scalars(found)).all()


async def find(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, lock: bool = False
) -> Health | None:
    """`lock` keeps a run from judging meanwhile, and the other way round."""
    found = select(Health).where(
        Health.workspace_id == workspace_id, Health.organisation_id == organisation_id
    )
    return await session.scalar(found.with_for_update() if lock else found)


async def outcomes(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Mapping[str, CheckOutcome]:
    """How each check stands, by code."""
    found = select(CheckOutcome).where(
        CheckOutcome.workspace_id == workspace_id, CheckOutcome.organisation_id == organisation_id
    )
    return {row.code: row for row in await session.scalars(found)}


async def points(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, since: date
) -> Sequence[HealthPoint]:
    """Scores from that day on, oldest first."""
    found = select(HealthPoint).where(
        HealthPoint.workspace_id == workspace_id,
        HealthPoint.organisation_id == organisation_id,
        HealthPoint.day >= since,
    )
    return (await session.scalars(found.order_by(HealthPoint.day))).all()


async def weights(
    session: AsyncSession, workspace_id: str, client_id: str | None
) -> Weighting | None:
    """The newest of the client's own; where that has none, or none was made, the practice's."""
    found = None
    for whose in (Weighting.client_id == client_id, Weighting.client_id.is_(None)):
        newest = (
            select(Weighting)
            .where(Weighting.workspace_id == workspace_id, whose)
            .order_by(Weighting.made_at.desc(), Weighting.id)
            .limit(1)
        )
        found = await session.scalar(newest)
        if found is not None and found.weights:
            return found
    return found


async def choices(
    session: AsyncSession, workspace_id: str, client_id: str
) -> tuple[HealthChoices | None, HealthChoices | None]:
    """The practice's and the client's."""
    found = await session.scalars(
        select(HealthChoices).where(
            HealthChoices.workspace_id == workspace_id,
            HealthChoices.client_id.in_(("", client_id)),
        )
    )
    by_client = {row.client_id: row for row in found}
    return by_client.get(""), by_client.get(client_id)


async def choose(
    session: AsyncSession, workspace_id: str, client_id: str, **facts: Any
) -> HealthChoices:
    """Set these of the practice's (no client id) or a client's choices; the others are kept."""
    key = {"workspace_id": workspace_id, "client_id": client_id}
    new = insert_into(session, HealthChoices).values(key | {"options": {}} | facts)
    chosen = new.on_conflict_do_update(index_elements=list(key), set_=facts or key)
    await session.execute(chosen)
    found = select(HealthChoices).filter_by(**key)
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def log_lock_dates(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    *,
    lock_date: date | None,
    year_end_lock_date: date | None,
    now: datetime,
) -> None:
    """Write them down where they differ from what was last seen."""
    last = await session.scalar(
        select(LockDates)
        .where(LockDates.workspace_id == workspace_id, LockDates.organisation_id == organisation_id)
        .order_by(LockDates.seen_at.desc())
        .limit(1)
    )
    if last is not None and (last.lock_date, last.year_end_lock_date) == (
        lock_date,
        year_end_lock_date,
    ):
        return
    session.add(
        LockDates(
            workspace_id=workspace_id,
            organisation_id=organisation_id,
            seen_at=now,
            lock_date=lock_date,
            year_end_lock_date=year_end_lock_date,
        )
    )


async def lock_dates(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Sequence[LockDates]:
    """As they were seen, oldest first."""
    found = select(LockDates).where(
        LockDates.workspace_id == workspace_id, LockDates.organisation_id == organisation_id
    )
    return (await session.scalars(found.order_by(LockDates.seen_at))).all()


class Size(NamedTuple):
    """What erasing would cost."""

    transactions: int
    findings: int
    scores: int  # days that have one
    since: date | None  # the first of them


async def size(session: AsyncSession, workspace_id: str, organisation_id: str) -> Size | None:
    """How much there is of an organisation; None where there is nothing."""
    own = exists().where(
        Organisation.workspace_id == workspace_id, Organisation.id == organisation_id
    )
    transactions = 0
    for table in (ledger.documents, ledger.payments):
        counted = select(func.count()).where(
            table.c.organisation_id == organisation_id, table.c.gone_at.is_(None), own
        )
        transactions += await session.scalar(counted) or 0
    findings = await session.scalar(
        select(func.count()).where(
            HealthFinding.workspace_id == workspace_id,
            HealthFinding.organisation_id == organisation_id,
        )
    )
    scores = select(func.count(), func.min(HealthPoint.day)).where(
        HealthPoint.workspace_id == workspace_id, HealthPoint.organisation_id == organisation_id
    )
    days, since = (await session.execute(scores)).one()
    found = Size(transactions, findings or 0, days, since)
    return found if any(found) else None


async def erase(session: AsyncSession, workspace_id: str, organisation_id: str) -> None:
    """Everything that was found, decided and scored."""
    for entity in _OWNED:
        table = table_of(entity)
        await session.execute(
            delete(table).where(
                table.c.workspace_id == workspace_id, table.c.organisation_id == organisation_id
            )
        )
