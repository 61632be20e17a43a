"""How far the local copy of an organisation's books is, and whose turn it is to bring it on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class Sync(Entity, kw_only=True):
    """The copy of one organisation's books. It outlives connections: reconnecting goes on with it.

    `due_at` is None while nobody may read on (no Data Health connection, or only a person can
    help), `next_at` its next turn of the night: a run before that, which nobody asked for, reads
    only the streams its vendor has named (SyncNudge). `run_id` fences a worker that lost its lease.
    `askers` wait for the run, in the order in which they asked, `asked_at` is when somebody last
    did. `error` names what the last run ended with, `attempts` how often in a row; `strays`
    counts runs in a row that died without a word before storing a page. The copy is as of
    `synced_at`, when the last run that ended well began; `began_at` is when the present or last one
    did, over stops and restarts. `outcome` is what that run found. `trouble_since` is when people
    first had to know that it fails, until it works again. `slot` counts the copies of the whole
    installation: it sets the moment of the night.
    """

    __tablename__ = "syncs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
        ),
    )

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(default=None)
    began_at: Mapped[datetime | None] = mapped_column(default=None)
    askers: Mapped[list[Any]] = mapped_column(default_factory=list)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    strays: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(default=None)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    trouble_since: Mapped[datetime | None] = mapped_column(default=None)
    slot: Mapped[int] = mapped_column(default=0)


class SyncStream(Entity, kw_only=True):
    """One stream of it.

    `watermark` is what the next run asks for. A walk under way has `walk_id`, its `since` and the
    `checkpoint` of the last page stored. `read` counts the records of that walk, `total` what it
    will give where that is told. `complete_at` is when a walk last ended, `whole_at` when a whole
    one did. `refused` is what the plan or the rights lacked. `accepts_gone`: somebody
    said that records missing from the next whole walk are really gone, however many.
    """

    __tablename__ = "sync_streams"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["syncs.organisation_id"], ondelete="CASCADE"),
    )

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    watermark: Mapped[datetime | None] = mapped_column(default=None)
    walk_id: Mapped[str | None] = mapped_column(default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)
    is_whole: Mapped[bool] = mapped_column(default=False)
    checkpoint: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    read: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(default=None)
    is_mentioned: Mapped[bool] = mapped_column(default=False)
    complete_at: Mapped[datetime | None] = mapped_column(default=None)
    whole_at: Mapped[datetime | None] = mapped_column(default=None)
    refused: Mapped[str | None] = mapped_column(default=None)
    accepts_gone: Mapped[bool] = mapped_column(default=False)


class SyncMet(Entity, kw_only=True):
    """The records that one page of a whole walk met, so that what it never met is known to be gone.

    `keys` are eight bytes of each id's digest, one after another.
    """

    __tablename__ = "sync_met"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["syncs.organisation_id"], ondelete="CASCADE"),
    )

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    walk_id: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    keys: Mapped[bytes] = mapped_column(LargeBinary)


class SyncNudge(Entity, kw_only=True):
    """The vendor said that something changed in this stream; `at` is when we last heard so."""

    __tablename__ = "sync_nudges"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["syncs.organisation_id"], ondelete="CASCADE"),
    )

    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
