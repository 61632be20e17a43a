"""Organisations at the vendors."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.identity import new_id
from storage.models import Organisation
from storage.queries.statements import insert_into


async def find(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Organisation | None:
    return await session.scalar(
        select(Organisation).where(
            Organisation.workspace_id == workspace_id, Organisation.id == organisation_id
        )
    )


async def by_tenant(
    session: AsyncSession, workspace_id: str, provider: str, tenant_id: str
) -> Organisation | None:
    """The one the vendor knows by this id."""
    return await session.scalar(
        select(Organisation).where(
            Organisation.workspace_id == workspace_id,
            Organisation.provider == provider,
            Organisation.tenant_id == tenant_id,
        )
    )


async def upsert(
    session: AsyncSession, workspace_id: str, provider: str, tenant_id: str, **facts: Any
) -> Organisation:
    """The organisation with these columns brought up to date; the others are kept.

    A new one needs its `name` among the facts.
    """
    key = {"workspace_id": workspace_id, "provider": provider, "tenant_id": tenant_id}
    first = {"id": new_id(), "details": {}, "is_demo": False}
    statement = (
        insert_into(session, Organisation)
        .values(first | key | facts)
        .on_conflict_do_update(index_elements=list(key), set_=facts or key)
    )
    await session.execute(statement)
    found = select(Organisation).filter_by(**key)
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def forget(session: AsyncSession, workspace_id: str, organisation_id: str) -> None:
    """Keep its name and number, which connections refer to, and nothing else it told of itself."""
    nothing = dict.fromkeys(
        ("legal_name", "country", "base_currency", "time_zone", "plan", "read_at")
    )
    await session.execute(
        update(Organisation)
        .where(Organisation.workspace_id == workspace_id, Organisation.id == organisation_id)
        .values(**nothing, details={}, is_demo=False)
    )
