"""The record of every change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.identity import new_id
from storage.models import AuditEvent
from storage.prepared import Prepared
from storage.queries.statements import table_of


def append(
    session: AsyncSession,
    workspace_id: str,
    action: str,
    *,
    subject: tuple[str, str],
    actor: str,
    at: datetime,
    client_id: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    place: str | None = None,
    correlation_id: str | None = None,
) -> None:
    """Write it with this transaction. `subject` is kind and id: `("connection", connection.id)`."""
    kind, subject_id = subject
    _WRITE.at_commit(
        session,
        id=new_id(),
        workspace_id=workspace_id,
        at=at,
        actor=actor,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        client_id=client_id,
        before=dict(before or {}),
        after=dict(after or {}),
        place=place,
        correlation_id=correlation_id,
    )


_WRITE = Prepared(insert(table_of(AuditEvent)))


async def of_subject(
    session: AsyncSession, workspace_id: str, subject_id: str, *, limit: int = 50
) -> Sequence[AuditEvent]:
    """What happened to one thing, newest first."""
    found = select(AuditEvent).where(
        AuditEvent.workspace_id == workspace_id, AuditEvent.subject_id == subject_id
    )
    return (await session.scalars(found.order_by(AuditEvent.at.desc()).limit(limit))).all()


async def of_client(
    session: AsyncSession, workspace_id: str, client_id: str, *, limit: int = 50
) -> Sequence[AuditEvent]:
    """What happened to a client and what belongs to it, newest first."""
    found = select(AuditEvent).where(
        AuditEvent.workspace_id == workspace_id, AuditEvent.client_id == client_id
    )
    return (await session.scalars(found.order_by(AuditEvent.at.desc()).limit(limit))).all()
