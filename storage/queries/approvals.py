"""Who has to agree to a client's items, and which items wait for somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
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


async def find(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    workflow_id: str,
    *,
    lock: bool = False,
) -> ApprovalWorkflow | None:
    """`lock` makes others wait who want to change it too."""
    found = select(ApprovalWorkflow).where(
        ApprovalWorkflow.workspace_id == workspace_id,
        ApprovalWorkflow.client_id == client_id,
        ApprovalWorkflow.id == workflow_id,
    )
    return await session.scalar(found.with_for_update() if lock else found)


async def remove(
    session: AsyncSession, workspace_id: str, client_id: str, workflow_id: str
) -> bool:
    """Whether it was there."""
    gone = delete(table_of(ApprovalWorkflow)).where(
        ApprovalWorkflow.workspace_id == workspace_id,
        ApprovalWorkflow.client_id == client_id,
        ApprovalWorkflow.id == workflow_id,
    )
    return bool(await affected(session, gone))


async def people_changed(session: AsyncSession, workspace_id: str, *, now: datetime) -> int:
    """Have whoever is asked about waiting items looked at again; how many items those are."""
    waiting = update(_item).where(
        _item.c.workspace_id == workspace_id,
        _item.c.state == ItemState.PENDING,
        or_(_item.c.due_at.is_(None), _item.c.due_at > now),
    )
    return await affected(session, waiting.values(due_at=now))


async def deputies(session: AsyncSession, workspace_id: str, *, now: datetime) -> Mapping[str, str]:
    """{who is away now: who decides in their place}"""
    found = select(Person.id, Person.deputy_id).where(
        Person.workspace_id == workspace_id,
        Person.deputy_id.is_not(None),
        Person.away_until > now,
    )
    return {person: deputy for person, deputy in await session.execute(found) if deputy}


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
