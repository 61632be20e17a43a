"""Workspaces, the people in them and what they may do."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class Role(StrEnum):
    """What a person is in the practice (product §2)."""

    PRACTICE_ADMIN = "practice_admin"
    CLIENT_ADMIN = "client_admin"
    STANDARD = "standard"
    NONE = "none"


class Workspace(Entity, kw_only=True):
    """A practice: one Slack workspace. `id` is Slack's team id."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    practice_channel_id: Mapped[str | None] = mapped_column(default=None)
    bot_user_id: Mapped[str | None] = mapped_column(default=None)
    app_id: Mapped[str | None] = mapped_column(default=None)
    sealed_bot_token: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, repr=False)
    uninstalled_at: Mapped[datetime | None] = mapped_column(default=None)


class Digest(Entity, kw_only=True):
    """The last morning of which a practice was told: `told_on` is a civil date where it is.

    `next_at` is when to look again.
    """

    __tablename__ = "digests"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    told_on: Mapped[date]
    next_at: Mapped[datetime] = mapped_column(index=True)


class WeeklyDigest(Entity, kw_only=True):
    """The last Monday on which a practice was told of its clients' health, as in Digest."""

    __tablename__ = "weekly_digests"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    told_on: Mapped[date]
    next_at: Mapped[datetime] = mapped_column(index=True)


class Person(Entity, kw_only=True):
    """Somebody in the workspace. `id` is Slack's user id.

    `first_seen_at` is None for those who came before it was written down. `deputy_id` decides in
    their place until `away_until`.
    """

    __tablename__ = "people"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    role: Mapped[Role] = mapped_column(default=Role.STANDARD)
    all_clients: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    seen_at: Mapped[datetime]
    first_seen_at: Mapped[datetime | None] = mapped_column(default=None)
    manager_id: Mapped[str | None] = mapped_column(default=None)
    deputy_id: Mapped[str | None] = mapped_column(default=None)
    away_until: Mapped[datetime | None] = mapped_column(default=None)


class Assignment(Entity, kw_only=True):
    """A standard user may work for this client."""

    __tablename__ = "assignments"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "person_id"], ["people.workspace_id", "people.id"]),
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)


class AccessRequest(Entity, kw_only=True):
    """Somebody without the right asked for something to be done for them."""

    __tablename__ = "access_requests"

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    person_id: Mapped[str]
    command: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    client_id: Mapped[str | None] = mapped_column(default=None)
    channel_id: Mapped[str | None] = mapped_column(default=None)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(default=None)
    approved: Mapped[bool | None] = mapped_column(default=None)
