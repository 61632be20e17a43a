"""What people had us change in a ledger, and what it takes to put it back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class MendState(StrEnum):
    """How far a change of the ledger has come."""

    BEGUN = "begun"  # the ledger may have it: nobody has told
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


class Mend(Entity, kw_only=True):
    """One change: of what finding, asked by whom.

    `change` is what was to be, `before` what was, both as the fields of an amendment. `id` is also
    the key under which the ledger knows the request.
    """

    __tablename__ = "health_mends"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
        ),
        Index("ix_health_mends_finding", "organisation_id", "code", "fingerprint"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    organisation_id: Mapped[str]
    code: Mapped[str]
    fingerprint: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=MendState.BEGUN.value)
    change: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
