"""Grants, organisations, connections, and the tickets by which connections come about."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity, IllegalTransition


class Purpose(StrEnum):
    """What a connection is for."""

    BOOKKEEPING = "bookkeeping"
    DATA_HEALTH = "data_health"


class GrantState(StrEnum):
    """Whether the vendor still accepts a consent."""

    LIVE = "live"
    LOST = "lost"
    REVOKED = "revoked"


class Status(StrEnum):
    """Where a connection stands (product §3.2)."""

    CONNECTED = "connected"
    ATTENTION = "attention"
    EXPIRED = "expired"
    DISCONNECTED = "disconnected"


class TicketState(StrEnum):
    """Where an authorisation stands."""

    ISSUED = "issued"
    OPENED = "opened"
    CHOOSING = "choosing"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Organisation(Entity, kw_only=True):
    """One set of books at a vendor, as this workspace knows it."""

    __tablename__ = "organisations"
    __table_args__ = (
        UniqueConstraint("workspace_id", "provider", "tenant_id"),
        UniqueConstraint("workspace_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    provider: Mapped[str]
    tenant_id: Mapped[str]
    name: Mapped[str]
    legal_name: Mapped[str | None] = mapped_column(default=None)
    country: Mapped[str | None] = mapped_column(default=None)
    base_currency: Mapped[str | None] = mapped_column(default=None)
    time_zone: Mapped[str | None] = mapped_column(default=None)
    plan: Mapped[str | None] = mapped_column(default=None)
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    is_demo: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None] = mapped_column(default=None)


class Grant(Entity, kw_only=True):
    """One person's consent at a vendor. It owns the tokens; connections only use it.

    `lease_until` and `lease_holder` are the refresh lease: whoever set them by compare-and-set
    may talk to the vendor's token endpoint. `probed_at` is the last proof that it works, `probe_at`
    when it may be asked for the next at the earliest. `warn_at` is when people should next be
    warned that it runs out, None before it is anywhere near.
    """

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    provider: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    sealed_tokens: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, repr=False)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    refresh_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    consent_ends_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[GrantState] = mapped_column(default=GrantState.LIVE)
    lost_reason: Mapped[str | None] = mapped_column(default=None)
    lost_at: Mapped[datetime | None] = mapped_column(default=None)
    told_lost_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_holder: Mapped[str | None] = mapped_column(default=None)
    probed_at: Mapped[datetime | None] = mapped_column(default=None)
    probe_at: Mapped[datetime | None] = mapped_column(default=None)
    warn_at: Mapped[datetime | None] = mapped_column(default=None)


class Connection(Entity, kw_only=True):
    """Ties one client, for one purpose, to one organisation through a grant.

    There is one row for each client and purpose; it is used again when the client reconnects.
    `lists_*` say when the lists are due, who is importing them (`lists_run_id` fences a worker that
    lost its lease) and how often that failed in a row. `erase_at` is set while a deletion can
    still be undone. `accepted_names` holds the pair of names, and the doubts, that somebody called
    fine.
    """

    __tablename__ = "connections"
    __table_args__ = (
        UniqueConstraint("client_id", "purpose"),
        UniqueConstraint("workspace_id", "id"),
        Index("ix_connections_workspace_organisation", "workspace_id", "organisation_id"),
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
        ),
        ForeignKeyConstraint(["workspace_id", "grant_id"], ["grants.workspace_id", "grants.id"]),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    purpose: Mapped[Purpose]
    provider: Mapped[str]
    organisation_id: Mapped[str]
    grant_id: Mapped[str | None] = mapped_column(default=None, index=True)
    status: Mapped[Status] = mapped_column(default=Status.CONNECTED)
    status_reason: Mapped[str | None] = mapped_column(default=None)
    status_since: Mapped[datetime]
    connected_by: Mapped[str]
    connected_at: Mapped[datetime]
    disconnected_at: Mapped[datetime | None] = mapped_column(default=None)
    disconnected_by: Mapped[str | None] = mapped_column(default=None)
    accepted_names: Mapped[str | None] = mapped_column(default=None)
    lists_read_at: Mapped[datetime | None] = mapped_column(default=None)
    lists_due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    lists_lease_until: Mapped[datetime | None] = mapped_column(default=None)
    lists_run_id: Mapped[str | None] = mapped_column(default=None)
    lists_attempts: Mapped[int] = mapped_column(default=0)
    lists_error: Mapped[str | None] = mapped_column(default=None)
    lists_asked_by: Mapped[str | None] = mapped_column(default=None)
    erase_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    erase_asked_by: Mapped[str | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style

    @property
    def is_usable(self) -> bool:
        """Whether the vendor may be called for it."""
        return self.status in {Status.CONNECTED, Status.ATTENTION} and self.grant_id is not None

    def activate(self, *, grant_id: str, organisation_id: str, by: str, now: datetime) -> None:
        """Connect or reconnect; the lists become due at once."""
        if self.erase_at is not None:
            raise IllegalTransition("its data is about to be erased")
        self.grant_id = grant_id
        self.organisation_id = organisation_id
        self.connected_by = by
        self.connected_at = now
        self.disconnected_at = self.disconnected_by = self.erased_at = None
        self._become(Status.CONNECTED, None, now)
        self.lists_due_at = now
        self.lists_attempts = 0
        self.lists_error = None

    def expire(self, *, reason: str, now: datetime) -> None:
        """The vendor no longer accepts us; nothing is due until somebody reconnects."""
        if self.status == Status.DISCONNECTED:
            raise IllegalTransition("it is disconnected")
        self._become(Status.EXPIRED, reason, now)
        self.lists_due_at = None

    def restore(self, *, now: datetime) -> None:
        """It had expired for nothing: the lists become due at once."""
        if self.status != Status.EXPIRED:
            raise IllegalTransition(f"it is {self.status}")
        self._become(Status.CONNECTED, None, now)
        self.lists_due_at = now

    def worry(self, *, reason: str, now: datetime) -> None:
        """It still works in principle, but somebody should look."""
        if self.status not in {Status.CONNECTED, Status.ATTENTION}:
            raise IllegalTransition(f"it is {self.status}")
        self._become(Status.ATTENTION, reason, now)

    def recover(self, *, now: datetime) -> None:
        """What was worrying is over."""
        if self.status == Status.ATTENTION:
            self._become(Status.CONNECTED, None, now)

    def disconnect(self, *, by: str, now: datetime) -> None:
        """Stop using the vendor; what is here stays as it is."""
        if self.status == Status.DISCONNECTED:
            raise IllegalTransition("it is disconnected already")
        self._become(Status.DISCONNECTED, None, now)
        self.disconnected_at = now
        self.disconnected_by = by
        self.grant_id = None
        self.lists_due_at = None

    def schedule_erasure(self, *, by: str, at: datetime) -> None:
        """Erase its ledger at `at` unless somebody undoes it first."""
        if self.status != Status.DISCONNECTED or self.erase_at is not None:
            raise IllegalTransition("only a disconnected one is erased, and once")
        self.erase_at = at
        self.erase_asked_by = by

    def keep(self) -> None:
        """Undo a scheduled erasure."""
        if self.erase_at is None:
            raise IllegalTransition("no erasure is scheduled")
        self.erase_at = self.erase_asked_by = None

    def _become(self, status: Status, reason: str | None, now: datetime) -> None:
        if (self.status, self.status_reason) != (status, reason):
            self.status_since = now
        self.status = status
        self.status_reason = reason


class Detachment(Entity, kw_only=True):
    """An organisation, or a whole grant, that still has to be taken back at the vendor.

    `tenant_id` is None when the grant itself goes; then its tokens are erased afterwards.
    """

    __tablename__ = "detachments"

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    grant_id: Mapped[str]
    provider: Mapped[str]
    tenant_id: Mapped[str | None] = mapped_column(default=None)
    connection_id: Mapped[str | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)


class Ticket(Entity, kw_only=True):
    """One authorisation on its way: single use, ten minutes, one person, client and software.

    Secrets are stored as digests: `link_digest` of the address in the direct message,
    `state_digest` of OAuth's state, `browser_digest` of the cookie of the browser that opened it.
    `connection_version` is that of the connection when the link was made, None where there was
    none. `consumed_at` is when the vendor's answer was taken, which happens once. `tenants` are the
    organisations to choose from.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
        Index("ix_tickets_workspace_client", "workspace_id", "client_id"),
        Index("ix_tickets_open", "closed_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    person_id: Mapped[str]
    client_id: Mapped[str]
    purpose: Mapped[Purpose]
    provider: Mapped[str]
    state: Mapped[TicketState] = mapped_column(default=TicketState.ISSUED)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    link_digest: Mapped[str] = mapped_column(unique=True)
    state_digest: Mapped[str | None] = mapped_column(default=None, unique=True)
    browser_digest: Mapped[str | None] = mapped_column(default=None)
    sealed_verifier: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, repr=False)
    connection_version: Mapped[int | None] = mapped_column(default=None)
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)
    channel_id: Mapped[str | None] = mapped_column(default=None)
    grant_id: Mapped[str | None] = mapped_column(default=None)
    tenants: Mapped[list[Any]] = mapped_column(default_factory=list)
    failure: Mapped[str | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
