"""Who asks, where, when, and what there is to do it with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commands.heartbeat import LEASE
from commands.permissions import Actor
from commands.ports import Files, JobQueue, Links, Notifier
from providers.gateway import LedgerGateway
from storage.database import Database
from storage.vault import Vault


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What every command works with; made once by the running process.

    `sync_lease` is for how long nobody else takes up a sync whose process gives no sign of life.
    """

    database: Database
    vault: Vault
    gateway: LedgerGateway
    jobs: JobQueue
    notify: Notifier
    links: Links
    files: Files
    now: Callable[[], datetime]
    sync_every: timedelta = timedelta(hours=24)
    sync_lease: timedelta = LEASE


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One invocation. `now` is read once; `channel_id` is where it was asked, if anywhere."""

    actor: Actor
    now: datetime
    tools: Tools
    correlation_id: str
    channel_id: str | None = None

    @property
    def workspace_id(self) -> str:
        return self.actor.workspace_id

    def at(self, now: datetime) -> "Context":
        """The same, later."""
        return replace(self, now=now)
