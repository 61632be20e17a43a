"""The pictures and documents of items: known by their digests, read only when asked for."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Select, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.models import Item, ItemFile, ItemState
from storage.queries.statements import table_of

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])

LIST = "sheet"  # Item.source of what is a row of a list
_GONE = (ItemState.DELETED, ItemState.MERGED)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFile:
    """A picture or document as it came."""

    name: str
    mime: str
    content: bytes = field(repr=False)


def append(
    session: AsyncSession, workspace_id: str, item_id: str, files: Sequence[NewFile]
) -> None:
    """The first files of a new item; part of the transaction in which it is added."""
    session.add_all(
        ItemFile(
            item_id=item_id,
            position=position,
            workspace_id=workspace_id,
            name=file.name,
            mime=file.mime,
            size=len(file.content),
            digest=_digest_of(file.content),
            content=file.content,
        )
        for position, file in enumerate(files)
    )


def _digest_of(content: bytes) -> str:
    """By which the same file is known again."""
    return hashlib.sha256(content).hexdigest()


async def of_item(session: AsyncSession, workspace_id: str, item_id: str) -> Sequence[ItemFile]:
    """Its files without what is in them."""
    found = select(ItemFile).where(
        ItemFile.workspace_id == workspace_id, ItemFile.item_id == item_id
    )
    return (await session.scalars(found.order_by(ItemFile.position))).all()


async def one(
    session: AsyncSession, workspace_id: str, item_id: str, position: int
) -> ItemFile | None:
    """One of them with what is in it."""
    found = select(ItemFile).where(
        ItemFile.workspace_id == workspace_id,
        ItemFile.item_id == item_id,
        ItemFile.position == position,
    )
    return await session.scalar(found.options(undefer(ItemFile.content)))


async def hand(
    session: AsyncSession,
    workspace_id: str,
    item_id: str,
    other_id: str,
    *,
    positions: Collection[int] | None = None,
) -> Sequence[int]:
    """Its files, or those at some positions, become the other one's; where they stand there."""
    every = await of_item(session, workspace_id, item_id)
    theirs = await of_item(session, workspace_id, other_id)
    going = [each for each in every if positions is None or each.position in positions]
    free = max((each.position for each in theirs), default=-1) + 1
    table = table_of(ItemFile)
    for step, each in enumerate(going):
        await session.execute(
            update(table)
            .where(
                table.c.workspace_id == workspace_id,
                table.c.item_id == item_id,
                table.c.position == each.position,
            )
            .values(item_id=other_id, position=free + step)
        )
        session.expunge(each)
    return [free + step for step in range(len(going))]


async def count(session: AsyncSession, workspace_id: str, item_id: str) -> int:
    """How many files go into the ledger with it: of a row of a list none, as others are in it."""
    return await session.scalar(_going(select(func.count()), workspace_id, item_id)) or 0


async def whole(session: AsyncSession, workspace_id: str, item_id: str) -> Sequence[ItemFile]:
    """Those that go into the ledger with it, with what is in them."""
    found = _going(select(ItemFile), workspace_id, item_id).options(undefer(ItemFile.content))
    return (await session.scalars(found.order_by(ItemFile.position))).all()


def _going(found: Statement, workspace_id: str, item_id: str) -> Statement:
    of_item = Item.workspace_id == workspace_id, Item.id == item_id
    is_row = exists().where(*of_item, Item.source == LIST)
    return found.where(
        ItemFile.workspace_id == workspace_id,
        ItemFile.item_id == item_id,
        ItemFile.content.is_not(None),
        ~is_row,
    )


async def same_file(session: AsyncSession, workspace_id: str, item_id: str) -> Sequence[str]:
    """Ids of other items of this client with a file that is the same to the last byte, the first
    that came first."""
    own = select(ItemFile.digest).where(
        ItemFile.workspace_id == workspace_id, ItemFile.item_id == item_id
    )
    whose = select(Item.client_id).where(Item.workspace_id == workspace_id, Item.id == item_id)
    found = (
        select(Item.id)
        .join(
            ItemFile,
            and_(Item.workspace_id == ItemFile.workspace_id, Item.id == ItemFile.item_id),
        )
        .where(
            Item.workspace_id == workspace_id,
            Item.client_id == whose.scalar_subquery(),
            Item.id != item_id,
            Item.state.not_in(_GONE),
            ItemFile.digest.in_(own),
            ItemFile.digest != "",  # of what was not fetched yet
        )
        .group_by(Item.id, Item.submitted_at)
        .order_by(Item.submitted_at, Item.id)
    )
    return (await session.scalars(found)).all()
