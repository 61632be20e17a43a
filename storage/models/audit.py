"""Who changed what, when and where."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class AuditEvent(Entity, kw_only=True):
    """One change. Never holds secrets, nor anything out of a ledger but the organisation's name.

    `action` is dotted and past tense (`connection.disconnected`); `actor` a Slack user id or
    `system`; `place` the channel or page where it was asked.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "workspace_id", "subject_id", "at"),
        Index("ix_audit_events_client", "workspace_id", "client_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    client_id: Mapped[str | None] = mapped_column(default=None)
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    place: Mapped[str | None] = mapped_column(default=None)
    correlation_id: Mapped[str | None] = mapped_column(default=None)
