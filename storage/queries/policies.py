"""The rules, payment methods and workflows of a client, one by one."""

from typing import TypeVar

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ApprovalWorkflow, PaymentMethod, Rule
from storage.queries.statements import affected, table_of

Policy = TypeVar("Policy", Rule, PaymentMethod, ApprovalWorkflow)


async def find(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    entity: type[Policy],
    policy_id: str,
    *,
    lock: bool = False,
) -> Policy | None:
    """`lock` makes others wait who want to change it too."""
    found = select(entity).where(_is_it(workspace_id, client_id, entity, policy_id))
    return await session.scalar(found.with_for_update() if lock else found)


async def remove(
    session: AsyncSession, workspace_id: str, client_id: str, entity: type[Policy], policy_id: str
) -> bool:
    """Whether it was there."""
    gone = delete(table_of(entity)).where(_is_it(workspace_id, client_id, entity, policy_id))
    return bool(await affected(session, gone))


def _is_it(
    workspace_id: str, client_id: str, entity: type[Policy], policy_id: str
) -> ColumnElement[bool]:
    return and_(
        entity.workspace_id == workspace_id, entity.client_id == client_id, entity.id == policy_id
    )
