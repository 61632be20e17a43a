"""Who has to agree to a client's items, and which items wait for somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ApprovalWorkflow, Client, Item, ItemState, Person
from storage.queries.statements import affected, table_of

_item = table_of(Item)


async def workflows(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Sequence[ApprovalWorkflow]:
    """In the order in which they are tried."""
    own = select(ApprovalWorkflow).where(
        ApprovalWorkflow.workspace_id == workspace_id, ApprovalWorkflow.client_id == client_id
    )
    order = (ApprovalWorkflow.position, ApprovalWorkflow.made_at, ApprovalWorkflow.id)
    return (await session.scalars(own.order_by(*order))).all()


async def people_changed(session: AsyncSession, workspace_id: str, *, now: datetime) -> int:
    """Have whoever is asked about waiting items looked at again; how many items those are."""
    waiting = update(_item).where(
        _item.c.workspace_id == workspace_id,
        _item.c.state == ItemState.PENDING,
        or_(_item.c.due_at.is_(None), _item.c.due_at > now),
    )
    return await affected(session, waiting.values(due_at=now))


async def deputies(
    session: AsyncSession, workspace_id: str, *, now: datetime
) -> Mapping[str, tuple[str, datetime]]:
    """{who is away now: who decides in their place, and until when}"""
    found = select(Person.id, Person.deputy_id, Person.away_until).where(
        Person.workspace_id == workspace_id,
        Person.deputy_id.is_not(None),
        Person.away_until > now,
    )
    return {
        person: (deputy, until)
        for person, deputy, until in await session.execute(found)
        if deputy and until
    }


async def pending(
    session: AsyncSession, workspace_id: str, *, limit: int = 1_000
) -> Sequence[tuple[Item, Client]]:
    """What waits for somebody's approval, the longest there first, with whose it is."""
    found = (
        select(Item, Client)
        .join(Client, (Client.workspace_id == Item.workspace_id) & (Client.id == Item.client_id))
        .where(
            Item.workspace_id == workspace_id,
            Item.state == ItemState.PENDING,
            Client.archived_at.is_(None),
        )
        .order_by(Item.submitted_at, Item.id)
    )
    return [(item, client) for item, client in await session.execute(found.limit(limit))]


async def count_pending(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Mapping[str, int]:
    """{workflow: how many items of the client wait in it}"""
    workflow = Item.approval["workflow"].as_string().label("workflow")
    counted = (
        select(workflow, func.count())
        .where(
            Item.workspace_id == workspace_id,
            Item.client_id == client_id,
            Item.state == ItemState.PENDING,
        )
        .group_by("workflow")
    )
    return {found: number for found, number in await session.execute(counted) if found}
