"""Imported lists: the chart of accounts, tax rates, contacts and their like."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class ListEntry(Entity, kw_only=True):
    """One entry of one list of one connection, as last read.

    `details` holds the record's own fields; `digest` tells quickly whether anything changed;
    `run_id` is the import that saw it last; `removed_at` is set when the ledger stopped naming it.
    `search_key` is what searching compares: name and code without case, set when it is stored.
    """

    __tablename__ = "list_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "connection_id"], ["connections.workspace_id", "connections.id"]
        ),
        Index("ix_list_entries_name", "connection_id", "kind", "name"),
    )

    connection_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    record: Mapped[str]
    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    digest: Mapped[str]
    run_id: Mapped[str]
    search_key: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
