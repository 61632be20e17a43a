"""Which practices are to be told of their week."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Sync, WeeklyDigest, Workspace


async def due(session: AsyncSession, now: datetime, *, limit: int = 20) -> Sequence[str]:
    """Ids of practices that hold books, and that have a Monday behind them."""
    waiting = (
        select(Workspace.id)
        .outerjoin(WeeklyDigest, WeeklyDigest.workspace_id == Workspace.id)
        .where(
            Workspace.uninstalled_at.is_(None),
            or_(WeeklyDigest.next_at.is_(None), WeeklyDigest.next_at <= now),
            select(Sync.organisation_id)
            .where(Sync.workspace_id == Workspace.id, Sync.synced_at.is_not(None))
            .exists(),
        )
    )
    return (await session.scalars(waiting.order_by(WeeklyDigest.next_at).limit(limit))).all()
