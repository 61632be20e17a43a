"""What people without the right have asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AccessRequest


async def find(session: AsyncSession, workspace_id: str, request_id: str) -> AccessRequest | None:
    here = AccessRequest.workspace_id == workspace_id
    return await session.scalar(select(AccessRequest).where(here, AccessRequest.id == request_id))


async def undecided(
    session: AsyncSession, workspace_id: str, person_id: str | None = None
) -> Sequence[AccessRequest]:
    """Waiting ones, oldest first, of everybody or of one person."""
    waiting = select(AccessRequest).where(
        AccessRequest.workspace_id == workspace_id, AccessRequest.decided_at.is_(None)
    )
    if person_id is not None:
        waiting = waiting.where(AccessRequest.person_id == person_id)
    return (await session.scalars(waiting.order_by(AccessRequest.asked_at))).all()


async def overdue(
    session: AsyncSession, before: datetime, *, limit: int = 100
) -> Sequence[AccessRequest]:
    """Undecided ones of all workspaces asked at that instant or earlier, oldest first."""
    late = select(AccessRequest).where(
        AccessRequest.decided_at.is_(None), AccessRequest.asked_at <= before
    )
    return (await session.scalars(late.order_by(AccessRequest.asked_at).limit(limit))).all()


async def decide(
    session: AsyncSession,
    workspace_id: str,
    request_id: str,
    *,
    approved: bool,
    by: str,
    now: datetime,
) -> AccessRequest | None:
    """Record the decision; None if somebody was quicker."""
    decision = (
        update(AccessRequest)
        .where(
            AccessRequest.workspace_id == workspace_id,
            AccessRequest.id == request_id,
            AccessRequest.decided_at.is_(None),
        )
        .values(approved=approved, decided_by=by, decided_at=now)
        .returning(AccessRequest)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    return await session.scalar(decision, execution_options=options)
