"""Which practices are to be told of their week."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Sync, WeeklyDigest, Workspace
from storage.queries.statements import affected, insert_into, table_of

_table = table_of(WeeklyDigest)


async def due(session: AsyncSession, now: datetime, *, limit: int = 20) -> Sequence[str]:
    """Ids of practices that hold books, and that have a Monday behind them."""
    waiting = (
        select(Workspace.id)
        .outerjoin(WeeklyDigest, WeeklyDigest.workspace_id == Workspace.id)
        .where(
            Workspace.uninstalled_at.is_(None),
            or_(WeeklyDigest.next_at.is_(None), WeeklyDigest.next_at <= now),
            select(Sync.organisation_id)
            .where(Sync.workspace_id == Workspace.id, Sync.synced_at.is_not(None))
            .exists(),
        )
    )
    return (await session.scalars(waiting.order_by(WeeklyDigest.next_at).limit(limit))).all()


async def mark(session: AsyncSession, workspace_id: str, *, day: date, next_at: datetime) -> bool:
    """Whether this Monday is still to be told; it counts as told from now on.

    Of a practice seen for the first time the next Monday is the first to be told.
    """
    known = {"workspace_id": workspace_id, "told_on": day, "next_at": next_at}
    first = insert_into(session, WeeklyDigest).values(known).on_conflict_do_nothing()
    if await affected(session, first):
        return False
    own = update(_table).where(_table.c.workspace_id == workspace_id)
    told = own.where(_table.c.told_on < day).values(told_on=day, next_at=next_at)
    if await affected(session, told):
        return True
    await session.execute(own.values(next_at=next_at))
    return False
