"""What still has to be taken back at a vendor."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Detachment


async def due(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Ids, of all workspaces, longest due first."""
    waiting = select(Detachment.id).where(Detachment.due_at <= now, Detachment.done_at.is_(None))
    return (await session.scalars(waiting.order_by(Detachment.due_at).limit(limit))).all()


async def leaving(session: AsyncSession, workspace_id: str, provider: str) -> Collection[str]:
    """Tenant ids of organisations that are about to be let go."""
    waiting = select(Detachment.tenant_id).where(
        Detachment.workspace_id == workspace_id,
        Detachment.provider == provider,
        Detachment.tenant_id.is_not(None),
        Detachment.done_at.is_(None),
    )
    return {tenant_id for tenant_id in await session.scalars(waiting) if tenant_id}


async def claim(
    session: AsyncSession, detachment_id: str, *, now: datetime, again_at: datetime
) -> Detachment | None:
    """Count an attempt; unless `due_at` is set anew, it comes back at `again_at`."""
    taken = (
        update(Detachment)
        .where(
            Detachment.id == detachment_id,
            Detachment.due_at <= now,
            Detachment.done_at.is_(None),
        )
        .values(due_at=again_at, attempts=Detachment.attempts + 1)
        .returning(Detachment)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    return await session.scalar(taken, execution_options=options)


async def done(session: AsyncSession, detachment_id: str, *, now: datetime) -> None:
    await session.execute(
        update(Detachment)
        .where(Detachment.id == detachment_id)
        .values(done_at=now, due_at=None, error=None)
    )


async def postpone(
    session: AsyncSession, detachment_id: str, *, due_at: datetime | None, error: str
) -> None:
    """It failed: again at `due_at`, or never."""
    await session.execute(
        update(Detachment).where(Detachment.id == detachment_id).values(due_at=due_at, error=error)
    )
