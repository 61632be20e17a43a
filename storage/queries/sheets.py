"""The rows of a list that was handed in: items that know the first of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Item
from storage.queries.item_files import LIST
from storage.queries.items import Shelf, shelf_of
from storage.queries.statements import affected, table_of

SHEET = "sheet"  # among what was read of a row: the item of the first one


async def tally(session: AsyncSession, workspace_id: str, item_id: str) -> Mapping[Shelf, int]:
    """How many rows of the list of that first one stand on each shelf."""
    counted = select(shelf_of, func.count()).where(_of(workspace_id, item_id)).group_by(shelf_of)
    return {Shelf(shelf): number for shelf, number in await session.execute(counted)}


async def first_rows(
    session: AsyncSession, workspace_id: str, item_id: str, *, limit: int
) -> Sequence[Item]:
    """Those that are named, in the order of the list."""
    found = select(Item).where(_of(workspace_id, item_id)).order_by(_place, Item.id)
    return (await session.scalars(found.limit(limit))).all()


async def ring(session: AsyncSession, workspace_id: str, item_id: str, *, now: datetime) -> bool:
    """The first one is looked at again soon, because another has changed; once, however many."""
    table = table_of(Item)
    waiting = update(table).where(
        table.c.workspace_id == workspace_id,
        table.c.id == item_id,
        or_(table.c.due_at.is_(None), table.c.due_at > now),
    )
    return bool(await affected(session, waiting.values(due_at=now)))


_place = Item.read[SHEET]["row"].as_integer()


def _of(workspace_id: str, item_id: str) -> ColumnElement[bool]:
    own = Item.read[SHEET]["value"].as_string() == item_id
    return and_(Item.workspace_id == workspace_id, Item.source == LIST, own)
