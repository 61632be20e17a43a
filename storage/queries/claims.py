"""Expense claims of clients: the open ones that take items in, and what is on each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import case, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.identity import new_id
from storage.models import OPEN_STATES, ClaimPart, ClaimState, ExpenseClaim, Item
from storage.queries.items import CLAIM
from storage.queries.statements import insert_into, table_of

_OVER = case((ExpenseClaim.state == ClaimState.PUBLISHED, 1), else_=0)


async def find(
    session: AsyncSession, workspace_id: str, claim_id: str, *, lock: bool = False
) -> ExpenseClaim | None:
    """With `lock` held until the commit, and as it is now."""
    found = select(ExpenseClaim).where(
        ExpenseClaim.workspace_id == workspace_id, ExpenseClaim.id == claim_id
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(found)


async def of_client(
    session: AsyncSession, workspace_id: str, client_id: str, *, offset: int = 0, limit: int = 50
) -> Sequence[ExpenseClaim]:
    """What is not published first, the earliest period first; then the rest, the latest first.
    Nothing of open ones that nothing is on."""
    has_some = exists().where(ClaimPart.claim_id == ExpenseClaim.id)
    found = (
        select(ExpenseClaim)
        .where(
            ExpenseClaim.workspace_id == workspace_id,
            ExpenseClaim.client_id == client_id,
            or_(ExpenseClaim.state != ClaimState.OPEN, has_some),
        )
        .order_by(
            _OVER,
            case((ExpenseClaim.state == ClaimState.PUBLISHED, None), else_=ExpenseClaim.ends),
            ExpenseClaim.ends.desc(),
            ExpenseClaim.id,
        )
    )
    return (await session.scalars(found.offset(offset).limit(limit))).all()


async def of_owner(
    session: AsyncSession, workspace_id: str, client_id: str, owner: str, currency: str
) -> Sequence[ExpenseClaim]:
    """All of one person in one currency, the earliest period first."""
    found = select(ExpenseClaim).where(
        ExpenseClaim.workspace_id == workspace_id,
        ExpenseClaim.client_id == client_id,
        ExpenseClaim.owner == owner,
        ExpenseClaim.currency == currency,
    )
    return (await session.scalars(found.order_by(ExpenseClaim.ends, ExpenseClaim.starts))).all()


async def open_one(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    owner: str,
    currency: str,
    starts: date,
    ends: date,
    due_at: datetime,
    now: datetime,
) -> ExpenseClaim:
    """The claim of that period, made if there is none; held until the commit."""
    period = {
        "workspace_id": workspace_id, "client_id": client_id, "owner": owner,
        "currency": currency, "starts": starts, "ends": ends,
    }  # fmt: skip
    new = insert_into(session, ExpenseClaim).values(
        period
        | {
            "id": new_id(), "state": ClaimState.OPEN, "generation": 1, "error": {},
            "made_at": now, "due_at": due_at, "version": 1,
        }
    )  # fmt: skip
    await session.execute(new.on_conflict_do_nothing())
    found = select(ExpenseClaim).filter_by(**period).with_for_update()
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def parts(
    session: AsyncSession, workspace_id: str, claim_ids: Collection[str]
) -> Sequence[ClaimPart]:
    """What is on these claims, in the order in which it was put there."""
    found = select(ClaimPart).where(
        ClaimPart.workspace_id == workspace_id, ClaimPart.claim_id.in_(claim_ids)
    )
    return (await session.scalars(found.order_by(ClaimPart.put_at, ClaimPart.item_id))).all()


async def part_of(session: AsyncSession, workspace_id: str, item_id: str) -> ClaimPart | None:
    """The place of an item on a claim, None where it is on none."""
    return await session.scalar(
        select(ClaimPart).where(
            ClaimPart.workspace_id == workspace_id, ClaimPart.item_id == item_id
        )
    )


async def of_items(
    session: AsyncSession, workspace_id: str, item_ids: Collection[str]
) -> Mapping[str, ExpenseClaim]:
    """The claims that items are on, by the id of the item."""
    found = (
        select(ClaimPart.item_id, ExpenseClaim)
        .join(ExpenseClaim, ExpenseClaim.id == ClaimPart.claim_id)
        .where(ClaimPart.workspace_id == workspace_id, ClaimPart.item_id.in_(item_ids))
    )
    return {row.item_id: row.ExpenseClaim for row in await session.execute(found)}


async def count_waiting(session: AsyncSession, workspace_id: str, client_id: str) -> int:
    """Expenses that are on no claim: something of them is missing, or somebody has to agree."""
    on_one = exists().where(ClaimPart.item_id == Item.id)
    counted = select(func.count(Item.id)).where(
        Item.workspace_id == workspace_id,
        Item.client_id == client_id,
        Item.side == CLAIM,
        Item.state.in_(OPEN_STATES),
        ~on_one,
    )
    return await session.scalar(counted) or 0


async def take_off(session: AsyncSession, workspace_id: str, item_ids: Collection[str]) -> None:
    """These are on no claim any more."""
    table = table_of(ClaimPart)
    await session.execute(
        delete(table).where(table.c.workspace_id == workspace_id, table.c.item_id.in_(item_ids))
    )


async def due(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Open claims, of all workspaces, whose period is over and that has not been told."""
    found = select(ExpenseClaim.id).where(
        ExpenseClaim.due_at <= now, ExpenseClaim.state == ClaimState.OPEN
    )
    return (await session.scalars(found.order_by(ExpenseClaim.due_at).limit(limit))).all()


async def by_id(session: AsyncSession, claim_id: str) -> ExpenseClaim | None:
    return await session.scalar(select(ExpenseClaim).where(ExpenseClaim.id == claim_id))
