"""Messages on their way to Slack, the cards they edit, and deliveries already acted on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class Outgoing(Entity, kw_only=True):
    """A message to post, or the newest state of a card.

    `recipient` is a channel or user id. `card` names the thing the message shows; the same name
    edits the same message. Rows of one recipient are sent in order of `id`.
    """

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_waiting", "sent_at", "workspace_id", "recipient", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    recipient: Mapped[str]
    payload: Mapped[dict[str, Any]]
    card: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)


class Card(Entity, kw_only=True):
    """Where the message about one thing stands in Slack."""

    __tablename__ = "cards"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    ts: Mapped[str]
    posted_at: Mapped[datetime]


class Delivery(Entity, kw_only=True):
    """A request from Slack that has been acted on; a second one with the same key is not."""

    __tablename__ = "deliveries"

    key: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
