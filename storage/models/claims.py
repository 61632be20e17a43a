"""What people of a client paid for it, gathered to be paid back: one document for each period."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class ClaimState(StrEnum):
    """How far an expense claim has come; whether an open one can go is judged by its items."""

    OPEN = "open"  # takes items in
    PUBLISHING = "publishing"
    PUBLISHED = "published"


class ExpenseClaim(Entity, kw_only=True):
    """What one person claims back of a period, in the currency it is sent in.

    `starts` and `ends` are its first and last day where the books are kept. `due_at` is when its
    period is over and that has not been told yet. `error` is what the ledger said the last time,
    {code, text}.
    """

    __tablename__ = "expense_claims"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint(
            "workspace_id", "client_id", "owner", "currency", "starts", "ends",
            name="uq_expense_claims_period",
        ),
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    owner: Mapped[str]
    currency: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.OPEN)
    generation: Mapped[int] = mapped_column(default=1)
    error: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style


class ClaimPart(Entity, kw_only=True):
    """An item on a claim: on one, and no more. `draft` is what it came to when it was put there, as
    providers.drafts.Draft; `is_changed` says that the item is something else by now."""

    __tablename__ = "expense_claim_parts"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "item_id"], ["items.workspace_id", "items.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "claim_id"], ["expense_claims.workspace_id", "expense_claims.id"]
        ),
        Index("ix_expense_claim_parts_claim", "claim_id"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    claim_id: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    is_changed: Mapped[bool] = mapped_column(default=False)
    put_at: Mapped[datetime]
