"""Practices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Workspace
from storage.queries.statements import insert_into


async def find(session: AsyncSession, workspace_id: str) -> Workspace | None:
    return await session.get(Workspace, workspace_id)


async def installed(session: AsyncSession) -> Sequence[Workspace]:
    """Those that still have the app."""
    here = select(Workspace).where(Workspace.uninstalled_at.is_(None))
    return (await session.scalars(here.order_by(Workspace.id))).all()


async def ensure(
    session: AsyncSession, workspace_id: str, *, name: str, now: datetime
) -> Workspace:
    """The practice of this id, made on first sight; an existing one is left as it is."""
    row = {"id": workspace_id, "name": name, "created_at": now}
    await session.execute(insert_into(session, Workspace).values(row).on_conflict_do_nothing())
    return await session.get_one(Workspace, workspace_id)
