"""Items that wait to be read or judged, under a lease with a fence."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Item, ItemFile
from storage.queries.statements import affected, table_of

_item = table_of(Item)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_item.c.lease_until.is_(None), _item.c.lease_until < now)


async def due(session: AsyncSession, now: datetime, *, limit: int = 200) -> Sequence[str]:
    """Items, of all workspaces, that should be looked at now, the longest due first."""
    waiting = select(_item.c.id).where(_item.c.due_at <= now, _free(now))
    return (await session.scalars(waiting.order_by(_item.c.due_at).limit(limit))).all()


async def claim(
    session: AsyncSession, item_id: str, *, run_id: str, now: datetime, until: datetime
) -> Item | None:
    """Take the lease; None when it is not due or somebody else has it."""
    taken = (
        update(_item)
        .where(_item.c.id == item_id, _item.c.due_at <= now, _free(now))
        .values(run_id=run_id, lease_until=until)
    )
    if not await affected(session, taken):
        return None
    return await session.scalar(select(Item).where(Item.id == item_id))


async def extend(session: AsyncSession, item_id: str, run_id: str, *, until: datetime) -> bool:
    """A sign of life of the run; False when it no longer has the lease."""
    alive = update(_item).where(_item.c.id == item_id, _item.c.run_id == run_id)
    return bool(await affected(session, alive.values(lease_until=until)))


async def held(session: AsyncSession, item_id: str, run_id: str) -> Item | None:
    """The item while the run still has it, locked until the commit."""
    found = select(Item).where(Item.id == item_id, Item.run_id == run_id).with_for_update()
    return await session.scalar(found, execution_options={"populate_existing": True})


async def known(session: AsyncSession, workspace_id: str, remote_ids: Sequence[str]) -> set[str]:
    """Which of these files of Slack's have been handed in before."""
    found = select(ItemFile.remote_id).where(
        ItemFile.workspace_id == workspace_id, ItemFile.remote_id.in_(remote_ids)
    )
    return {remote_id for remote_id in await session.scalars(found) if remote_id}
