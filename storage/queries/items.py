"""What clients hand in: found, listed and compared, and what happened to each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.identity import new_id
from storage.models import OPEN_STATES, Item, ItemChange, ItemState
from storage.queries import item_files
from storage.queries.item_files import NewFile
from storage.queries.statements import affected, table_of

GONE = (ItemState.DELETED, ItemState.MERGED)
CLAIM = "claim"


class Shelf(StrEnum):
    """Where people look for items; every item stands on one."""

    TO_REVIEW = "to review"
    READY = "ready"
    ERRORS = "with errors"  # the ledger said no the last time
    WAITING = "waiting for approval"
    PUBLISHED = "published"  # or put away by hand
    DELETED = "deleted"  # or merged


class Order(StrEnum):
    """How items are sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    AMOUNT = "amount"
    SUPPLIER = "supplier"


class Twin(NamedTuple):
    """Just enough of an item to tell whether another one is the same thing."""

    id: str
    state: ItemState
    side: str
    kind: str
    owner: str
    supplier_key: str | None
    day: date | None
    number: str | None
    currency: str | None
    total: Decimal | None
    submitted_at: datetime


class Claim(NamedTuple):
    """What one person claims back in one currency."""

    owner: str
    currency: str | None
    number: int
    total: Decimal


async def add(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    by: str,
    source: str,
    title: str,
    now: datetime,
    side: str = "cost",
    kind: str = "invoice",
    files: Sequence[NewFile] = (),
) -> Item:
    """A new item with its files, still to be read."""
    item = Item(
        id=new_id(),
        workspace_id=workspace_id,
        client_id=client_id,
        owner=by,
        source=source,
        title=title,
        submitted_at=now,
        side=side,
        kind=kind,
    )
    session.add(item)
    item_files.append(session, workspace_id, item.id, files)
    await session.flush()
    return item


async def find(
    session: AsyncSession, workspace_id: str, item_id: str, *, lock: bool = False
) -> Item | None:
    """With `lock` held until the commit, where the database can, and as it is now."""
    found = select(Item).where(Item.workspace_id == workspace_id, Item.id == item_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(found)


async def page(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    shelf: Shelf,
    search: str = "",
    sort: Order = Order.NEWEST,
    offset: int = 0,
    limit: int = 10,
) -> Sequence[Item]:
    """Some of a client's items; `search` is part of a supplier, number or title, or an amount.

    Expense claims come after all else, those of one person together (product §11.14).
    """
    found = select(Item).where(_on(workspace_id, client_id, shelf), _sought(search))
    ordered = found.order_by(_claimed_by, *_ORDERS[sort], Item.id)
    return (await session.scalars(ordered.offset(offset).limit(limit))).all()


async def count(
    session: AsyncSession, workspace_id: str, client_id: str, *, shelf: Shelf, search: str = ""
) -> int:
    """How many `page` would show on all of its pages."""
    counted = select(func.count()).select_from(Item)
    wanted = counted.where(_on(workspace_id, client_id, shelf), _sought(search))
    return await session.scalar(wanted) or 0


async def claims(
    session: AsyncSession, workspace_id: str, client_id: str, *, shelf: Shelf, search: str = ""
) -> Sequence[Claim]:
    """What `page` would show of expense claims on all of its pages, summed up by person."""
    summed = (
        select(Item.owner, Item.currency, func.count(), func.sum(Item.total))
        .where(_on(workspace_id, client_id, shelf), _sought(search), Item.side == CLAIM)
        .group_by(Item.owner, Item.currency)
        .order_by(Item.owner, Item.currency)
    )
    return [
        Claim(owner, currency, number, total or Decimal(0))
        for owner, currency, number, total in await session.execute(summed)
    ]


async def counts(session: AsyncSession, workspace_id: str, client_id: str) -> Mapping[Shelf, int]:
    """How many stand on each shelf."""
    counted = (
        select(shelf_of, func.count())
        .where(Item.workspace_id == workspace_id, Item.client_id == client_id)
        .group_by(shelf_of)
    )
    return {Shelf(shelf): number for shelf, number in await session.execute(counted)}


async def ready(
    session: AsyncSession, workspace_id: str, client_id: str, *, limit: int = 1_000
) -> Sequence[str]:
    """Ids of a client's items that can go and were not refused, the longest there first; what is
    claimed back goes with its claim."""
    found = select(Item.id).where(
        Item.workspace_id == workspace_id,
        Item.client_id == client_id,
        Item.side != CLAIM,
        Item.state.in_((ItemState.READY, ItemState.APPROVED)),
        ~_has_error,
    )
    return (await session.scalars(found.order_by(Item.submitted_at, Item.id).limit(limit))).all()


async def changes(
    session: AsyncSession, workspace_id: str, item_id: str, *, limit: int = 100
) -> Sequence[ItemChange]:
    """What happened to it, newest first."""
    found = select(ItemChange).where(
        ItemChange.workspace_id == workspace_id, ItemChange.item_id == item_id
    )
    newest = found.order_by(ItemChange.at.desc(), ItemChange.id)
    return (await session.scalars(newest.limit(limit))).all()


async def twin_candidates(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    besides: str,
    total: Decimal | None,
    supplier_key: str | None,
    number: str | None,
    limit: int = 200,
) -> Sequence[Twin]:
    """Items of the same total, or of the same supplier and number; archived ones too."""
    alike: list[ColumnElement[bool]] = []
    if total is not None:
        alike.append(Item.total == total)
    if supplier_key and number:
        same_number = func.lower(Item.number) == number.lower()
        alike.append(and_(Item.supplier_key == supplier_key, same_number))
    if not alike:
        return ()
    columns = [getattr(Item, name) for name in Twin._fields]
    found = (
        select(*columns)
        .where(
            Item.workspace_id == workspace_id,
            Item.client_id == client_id,
            Item.id != besides,
            Item.state.not_in(GONE),
            or_(*alike),
        )
        .order_by(Item.submitted_at, Item.id)
    )
    return [Twin(*row) for row in await session.execute(found.limit(limit))]


async def release_twins(
    session: AsyncSession, workspace_id: str, item_id: str, *, now: datetime
) -> int:
    """It has gone: what was held for looking like it is looked at again; how many those are."""
    table = table_of(Item)
    held = update(table).where(
        table.c.workspace_id == workspace_id,
        table.c.twin_id == item_id,
        table.c.state.in_(OPEN_STATES),
    )
    return await affected(session, held.values(twin_id=None, due_at=now))


_has_error = Item.error["code"].as_string().is_not(None)
_IN_HAND = (ItemState.READY, ItemState.APPROVED, ItemState.PUBLISHING)
shelf_of = case(
    (Item.state.in_(GONE), Shelf.DELETED.value),
    (Item.state == ItemState.ARCHIVED, Shelf.PUBLISHED.value),
    (Item.state == ItemState.PENDING, Shelf.WAITING.value),
    (Item.state == ItemState.PUBLISHING, Shelf.READY.value),
    (_has_error, Shelf.ERRORS.value),
    (Item.state.in_(_IN_HAND), Shelf.READY.value),
    else_=Shelf.TO_REVIEW.value,
)
_claimed_by = case((Item.side == CLAIM, Item.owner), else_="")
_day: InstrumentedAttribute[date | None] = Item.day
_ORDERS: Mapping[Order, tuple[Any, ...]] = {
    Order.NEWEST: (Item.submitted_at.desc(),),
    Order.OLDEST: (_day.is_(None), _day, Item.submitted_at),
    Order.AMOUNT: (func.coalesce(Item.total, 0).desc(), Item.submitted_at.desc()),
    Order.SUPPLIER: (func.lower(func.coalesce(Item.supplier, Item.title)), Item.submitted_at),
}


def _on(workspace_id: str, client_id: str, shelf: Shelf) -> ColumnElement[bool]:
    here = and_(Item.workspace_id == workspace_id, Item.client_id == client_id)
    return and_(here, shelf_of == shelf.value)


def _sought(search: str) -> ColumnElement[bool]:
    typed = search.strip()
    if not typed:
        return true()
    texts = (Item.supplier, Item.number, Item.title)
    sought = [func.lower(each).contains(typed.lower(), autoescape=True) for each in texts]
    amount = _amount(typed)
    return or_(*sought, *([Item.total == amount] if amount is not None else []))


def _amount(typed: str) -> Decimal | None:
    """What was typed as an amount: £1,200.00 is 1200."""
    bare = typed.strip("£€$ ").replace(",", "")
    is_number = bare.replace(".", "", 1).isdigit() and bare.isascii() and len(bare) < 15
    return Decimal(bare) if is_number else None
