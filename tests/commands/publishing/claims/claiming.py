"""Expenses of people, the claims they are on, and pressing what claims offer."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from commands.replies import Answer, call
from storage.models import ClaimPart, ExpenseClaim, Item, Publication
from tests.commands.practice import ANA, BEN, WORKSPACE
from tests.commands.publishing.publishing import Desk


async def has_expense(
    desk: Desk,
    *,
    owner: str = BEN,
    files: dict[str, bytes] | None = None,
    submitted_at: datetime | None = None,
    **facts: str | None,
) -> Item:
    """Handed in by Ben as an expense, and looked at."""
    item = await desk.has_item(files=files, **facts)
    async with desk.world.database.begin() as session:
        own = await session.get_one(Item, item.id)
        own.side, own.owner = "claim", owner
        own.submitted_at = submitted_at or own.submitted_at
    await look_at(desk, item)
    return await desk.item(item)


async def look_at(desk: Desk, item: Item) -> None:
    async with desk.world.database.begin() as session:
        (await session.get_one(Item, item.id)).due_at = desk.clock()
    await desk.world.work("items.look")


async def edit(desk: Desk, item: Item, **facts: str) -> None:
    """As somebody says so in the form."""
    async with desk.world.database.begin() as session:
        own = await session.get_one(Item, item.id)
        told = {name: {"value": value, "by": ANA, "at": "2026-06-01T09:00:00+00:00"}
                for name, value in facts.items()}  # fmt: skip
        own.manual = {**own.manual, **told}
    await look_at(desk, item)


async def claims_of(desk: Desk) -> list[ExpenseClaim]:
    async with desk.world.database.read() as session:
        found = await session.scalars(
            select(ExpenseClaim)
            .where(ExpenseClaim.workspace_id == WORKSPACE)
            .order_by(ExpenseClaim.starts, ExpenseClaim.owner, ExpenseClaim.currency)
        )
        return list(found)


async def claim_of(desk: Desk, item: Item) -> ExpenseClaim:
    async with desk.world.database.read() as session:
        part = await session.get_one(ClaimPart, item.id)
        return await session.get_one(ExpenseClaim, part.claim_id)


async def press(desk: Desk, command: str, claim: ExpenseClaim, *, by: str = ANA) -> Answer:
    return await desk.world.practice.press(by, call(f"publishing.{command}", claim=claim.id))


async def document_of(desk: Desk, claim: ExpenseClaim) -> tuple[Any, Publication]:
    """The only one that the ledger has of it."""
    async with desk.world.database.read() as session:
        found = await session.scalars(select(Publication).where(Publication.claim_id == claim.id))
        publication = found.one()
    (row,) = desk.documents(publication.reference)
    return row, publication
