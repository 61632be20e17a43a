"""The businesses whose books are kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class News(StrEnum):
    """What the client's channel is told of its syncs."""

    EVERYTHING = "everything"
    PROBLEMS = "problems"
    DIGEST = "digest"
    NOTHING = "nothing"


class Client(Entity, kw_only=True):
    """A client business of a practice.

    `name_key` is the name as it is compared (commands decide how); `books_in` names the software
    the books are kept in when we know it without a connection. `sync_news` is for its channel, or
    for whoever takes its place.
    """

    __tablename__ = "clients"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        Index("ix_clients_workspace_name_key", "workspace_id", "name_key"),
        Index(
            # the name first, or PostgreSQL would read all of a practice by it before it has counted
            "uq_clients_name_key_workspace",
            "name_key",
            "workspace_id",
            unique=True,
            sqlite_where=column("archived_at").is_(None),
            postgresql_where=column("archived_at").is_(None),
        ),
        Index("ix_clients_workspace_channel", "workspace_id", "channel_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    channel_id: Mapped[str | None] = mapped_column(default=None)
    books_in: Mapped[str | None] = mapped_column(default=None)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    sync_news: Mapped[News] = mapped_column(default=News.EVERYTHING)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
