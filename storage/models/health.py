"""What the checks found in an organisation's books, what people did about it, and the score.

All of it hangs on the organisation, like the copy of its books: it outlives connections and is
erased with the copy. Settings hang on the practice or the client, and stay.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity
from storage.types import Money


def _of_organisation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "organisation_id"], ["organisations.workspace_id", "organisations.id"]
    )


class Health(Entity, kw_only=True):
    """Whose turn it is to be looked at, and how it stands.

    `due_at` is when to recalculate, None where nothing has changed since. `synced_at` is the
    freshness of the books that were looked at, `computed_at` when that was. `score` is None where
    too little can be told; `level` is the colour of the last score people were told of. `change` is
    what the last look found different. `asked_by` waits for the next one. `lease_until` and
    `run_id` fence a run.
    """

    __tablename__ = "health"
    __table_args__ = (_of_organisation(),)

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(default=None)
    computed_at: Mapped[datetime | None] = mapped_column(default=None)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)
    period_begin: Mapped[date | None] = mapped_column(default=None)
    period_end: Mapped[date | None] = mapped_column(default=None)
    score: Mapped[int | None] = mapped_column(default=None)
    level: Mapped[str | None] = mapped_column(default=None)
    weights_id: Mapped[str | None] = mapped_column(default=None)
    asked_by: Mapped[str | None] = mapped_column(default=None)
    change: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class CheckOutcome(Entity, kw_only=True):
    """How one check stands, and the figures it needs to be judged again when a finding is
    dismissed. `points` and `most` are what it brought to the score, None where it does not count.
    """

    __tablename__ = "health_outcomes"
    __table_args__ = (_of_organisation(),)

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    says: Mapped[str]
    share: Mapped[str | None] = mapped_column(default=None)  # a decimal, exactly
    opened: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    computed_at: Mapped[datetime]


class HealthFinding(Entity, kw_only=True):
    """Something a check found, as `commands.health.check.Finding` in `body`.

    `first_seen_at` stays while it is found again and again. `amount` is in `currency`.
    """

    __tablename__ = "health_findings"
    __table_args__ = (
        _of_organisation(),
        Index("ix_health_findings_code", "organisation_id", "code", "amount"),
    )

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    code: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    amount: Mapped[Decimal | None] = mapped_column(Money, default=None)
    currency: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[date | None] = mapped_column(default=None)
    is_locked: Mapped[bool] = mapped_column(default=False)
    is_serious: Mapped[bool] = mapped_column(default=False)
    body: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime]


class Handling(Entity, kw_only=True):
    """What people decided about a finding. It stays when the finding goes, and holds when it is
    back: dismissals stick through syncs and reconnects."""

    __tablename__ = "health_handlings"
    __table_args__ = (_of_organisation(),)

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    code: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    dismissed_at: Mapped[datetime | None] = mapped_column(default=None)
    dismissed_by: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    snoozed_until: Mapped[date | None] = mapped_column(default=None)
    assignee: Mapped[str | None] = mapped_column(default=None)
    comments: Mapped[list[Any]] = mapped_column(default_factory=list)  # {by, at, text}, in order


class HealthPoint(Entity, kw_only=True):
    """The score of one day, with the weights it was made with and what each check brought."""

    __tablename__ = "health_points"
    __table_args__ = (_of_organisation(),)

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(index=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    score: Mapped[int]
    weights_id: Mapped[str]
    parts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)


class Weighting(Entity, kw_only=True):
    """A version of the weights of a score, in per cent by check; never changed, only followed.

    Without a client it is the practice's. Empty `weights` mean: the default ones again.
    """

    __tablename__ = "health_weightings"

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    client_id: Mapped[str | None] = mapped_column(default=None)
    weights: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class HealthChoices(Entity, kw_only=True):
    """What a practice (`client_id` empty) or a client chose: the mode of the reporting period,
    fixed days in its place, and options of checks as {code: {name: value}}."""

    __tablename__ = "health_choices"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True, default="")
    mode: Mapped[str | None] = mapped_column(default=None)
    period_begin: Mapped[date | None] = mapped_column(default=None)
    period_end: Mapped[date | None] = mapped_column(default=None)
    options: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class LockDates(Entity, kw_only=True):
    """The lock dates of an organisation as they were first seen at an instant: a log."""

    __tablename__ = "health_lock_dates"
    __table_args__ = (_of_organisation(),)

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    lock_date: Mapped[date | None] = mapped_column(default=None)
    year_end_lock_date: Mapped[date | None] = mapped_column(default=None)
