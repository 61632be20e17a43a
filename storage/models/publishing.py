"""How items are coded for a client's ledger, and what became of those that were sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


def _of_client() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]
    )


class PublishingChoices(Entity, kw_only=True):
    """What a client chose on the Settings page of its bookkeeping connection: {name: value}.

    They hang on the client, and so outlive a reconnect; what is not chosen has its default.
    """

    __tablename__ = "publishing_choices"
    __table_args__ = (_of_client(),)

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    choices: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    auto_since: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # {choice: instant}
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style


class RuleKind(StrEnum):
    """Whose items a rule is for."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    USER = "user"


class Rule(Entity, kw_only=True):
    """How items of one supplier, customer or user are coded: `coding` is {field: value}.

    `subject` is the name as it is compared, or the id of a user; `title` what people call it.
    `conditions` narrow it: {least, most, keyword, kind}. Of several that fit, the one of the lowest
    `position` holds. `auto_since` is when it was told to publish by itself, None while it is not:
    only what came later is.
    """

    __tablename__ = "publishing_rules"
    __table_args__ = (
        _of_client(),
        Index("ix_publishing_rules_subject", "workspace_id", "client_id", "kind", "subject"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    kind: Mapped[RuleKind]
    subject: Mapped[str]
    title: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    coding: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    conditions: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    auto_since: Mapped[datetime | None] = mapped_column(default=None)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style


class PaymentMethod(Entity, kw_only=True):
    """A card, an account or cash that pays for items. `last4` are the last digits of its number.

    `bank_account` is the entry of the list of bank accounts it is linked to; `publish_to` the
    destination of what it paid, None to leave that to others.
    """

    __tablename__ = "payment_methods"
    __table_args__ = (_of_client(), UniqueConstraint("workspace_id", "client_id", "name_key"))

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    last4: Mapped[str | None] = mapped_column(default=None)
    bank_account: Mapped[str | None] = mapped_column(default=None)
    publish_to: Mapped[str | None] = mapped_column(default=None)
    auto_since: Mapped[datetime | None] = mapped_column(default=None)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style


class PublicationState(StrEnum):
    """How sending one item has come out."""

    SENDING = "sending"  # written down before anything is sent
    PUBLISHED = "published"
    REFUSED = "refused"
    WAITING = "waiting"  # the vendor did not take it just now: it is tried again
    CLEARED = "cleared"  # somebody said that it may be sent as a new document


class StepState(StrEnum):
    """A step that follows a document: its payment, its files."""

    NONE = "none"
    DUE = "due"
    DONE = "done"
    REFUSED = "refused"


class Batch(Entity, kw_only=True):
    """Items somebody, or a rule, sent together: one message in the client's channel.

    `organisation_id` is of the books they were judged for; a connection may lead to others one day.
    """

    __tablename__ = "publishing_batches"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        _of_client(),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    connection_id: Mapped[str]
    organisation_id: Mapped[str | None] = mapped_column(default=None)
    by: Mapped[str]
    at: Mapped[datetime]
    is_automatic: Mapped[bool] = mapped_column(default=False)
    is_told: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(default=None)


class Publication(Entity, kw_only=True):
    """One item, or one expense claim with all of its items, sent to one ledger: there is one for
    each generation of either, and no more.

    `draft` is what was sent, as providers.drafts.Draft; `reference` is in it. `call_key` is the key
    of the last call it was in, None before the first. `result` is what the ledger made of it, as
    providers.drafts.Published; `problems` why it did not, [{code, text, field}].
    """

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("item_id", "generation"),
        UniqueConstraint("claim_id", "generation"),
        ForeignKeyConstraint(["workspace_id", "item_id"], ["items.workspace_id", "items.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "claim_id"], ["expense_claims.workspace_id", "expense_claims.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["publishing_batches.workspace_id", "publishing_batches.id"],
        ),
        Index("ix_publications_batch", "batch_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    item_id: Mapped[str | None] = mapped_column(default=None)
    claim_id: Mapped[str | None] = mapped_column(default=None)
    generation: Mapped[int]
    batch_id: Mapped[str]
    connection_id: Mapped[str]
    state: Mapped[PublicationState] = mapped_column(default=PublicationState.SENDING)
    draft: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    reference: Mapped[str]
    call_key: Mapped[str | None] = mapped_column(default=None)
    result: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    problems: Mapped[list[Any]] = mapped_column(default_factory=list)
    payment: Mapped[StepState] = mapped_column(default=StepState.NONE)
    files: Mapped[StepState] = mapped_column(default=StepState.NONE)
    notice: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style
