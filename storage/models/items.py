"""What clients hand in: receipts, invoices and credit notes, on their way into the books."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity
from storage.types import Money


class ItemState(StrEnum):
    """How far an item has come (product §11.2)."""

    PROCESSING = "processing"  # being read
    TO_REVIEW = "to review"  # something is missing or wrong
    READY = "ready"
    PENDING = "pending approval"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    ARCHIVED = "archived"  # published, or put away by hand
    DELETED = "deleted"
    MERGED = "merged"  # the same thing as another item


OPEN_STATES = (
    ItemState.PROCESSING,
    ItemState.TO_REVIEW,
    ItemState.READY,
    ItemState.PENDING,
    ItemState.APPROVED,
    ItemState.PUBLISHING,
)


class Item(Entity, kw_only=True):
    """A document of a client.

    `read` is what was read off it, {fact: {value, confidence, by}}; `manual` what people said,
    {field: {value, by, at}}, which wins. `lines` are the parts of it as {field: value}, each with
    its own `manual`. `problems` are why it cannot be published as it stands, [{code, ...}], and
    `error` what the ledger said the last time, {code, text}. `supplier`, `day`, `total`, `currency`
    and `number` repeat what holds now, to list and compare by. `generation` counts how often it was
    cleared to be sent as a new document. `twin_id` is the item it looks like, `twins_accepted`
    whom people said it is not. `told` is the digest of what its message said last.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
        Index("ix_items_client_state", "workspace_id", "client_id", "state", "submitted_at"),
        Index("ix_items_twins", "workspace_id", "client_id", "total", "day"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    state: Mapped[ItemState] = mapped_column(default=ItemState.PROCESSING)
    side: Mapped[str] = mapped_column(default="cost")  # cost, sale or claim
    kind: Mapped[str] = mapped_column(default="invoice")  # receipt, invoice or credit note
    owner: Mapped[str]
    source: Mapped[str]  # upload, form, sheet
    title: Mapped[str]  # the name of its file, or what it was called
    place: Mapped[str | None] = mapped_column(default=None)  # the channel or person it came from
    submitted_at: Mapped[datetime]
    supplier: Mapped[str | None] = mapped_column(default=None)
    supplier_key: Mapped[str | None] = mapped_column(default=None)
    day: Mapped[date | None] = mapped_column(default=None)
    number: Mapped[str | None] = mapped_column(default=None)
    currency: Mapped[str | None] = mapped_column(default=None)
    total: Mapped[Decimal | None] = mapped_column(Money, default=None)
    read: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    manual: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    lines: Mapped[list[Any]] = mapped_column(default_factory=list)
    problems: Mapped[list[Any]] = mapped_column(default_factory=list)
    error: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    approval: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    generation: Mapped[int] = mapped_column(default=1)
    twin_id: Mapped[str | None] = mapped_column(default=None)
    twins_accepted: Mapped[list[Any]] = mapped_column(default_factory=list)
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    told: Mapped[str | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class ItemFile(Entity, kw_only=True):
    """A picture or document of an item, as it came. `digest` is its SHA-256, in hexadecimal.

    `remote_id` is Slack's own id of it. `content` is None until it has been fetched.
    """

    __tablename__ = "item_files"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "item_id"], ["items.workspace_id", "items.id"]),
        Index("ix_item_files_digest", "workspace_id", "digest"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, default=0)
    workspace_id: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str | None] = mapped_column(default=None)
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, deferred=True, repr=False
    )


class ItemChange(Entity, kw_only=True):
    """One thing that happened to an item: `what` in a word, `facts` what it was about."""

    __tablename__ = "item_changes"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "item_id"], ["items.workspace_id", "items.id"]),
        Index("ix_item_changes_item", "item_id", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    item_id: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    what: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
