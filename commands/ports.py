"""What commands need and the running process provides."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from commands.replies import Reply


class JobQueue(Protocol):
    """A doorbell. What is due stands in the rows; losing a ring only delays it to the next tick."""

    def submit(self, job: str, key: str) -> None:
        """Run `job` for `key` soon, outside this call; waiting rings of one key are one."""


class Notifier(Protocol):
    """The way out for messages that answer nobody's click."""

    async def post(
        self,
        session: AsyncSession,
        *,
        workspace_id: str,
        to: str,
        reply: Reply,
        card: str | None = None,
        under: str | None = None,
    ) -> None:
        """Send with the transaction of `session`; `to` is a channel, or a person to write to.

        Two posts of one `card` to one recipient are the same message: the second edits it. `under`
        is the card in whose thread it stands.
        """

    async def revise(
        self, session: AsyncSession, *, workspace_id: str, card: str, reply: Reply
    ) -> bool:
        """Edit this card wherever it stands; False where it stands nowhere, and nothing is sent."""


class Absence(StrEnum):
    """Why a file that was dropped is not to be had."""

    DELETED = "deleted"
    HIDDEN = "hidden"  # by the limit of the workspace's plan
    EXTERNAL = "external"  # only a link to where it is kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A file as Slack has it. `content` is None where it is `absent`, or larger than was wanted."""

    name: str
    mime: str
    size: int
    content: bytes | None = field(default=None, repr=False)
    absent: Absence | None = None


class Unfetched(Exception):
    """Slack did not hand it out just now. `is_locked` says that it asks us to sign in instead:
    waiting does not help, installing the app again does."""

    def __init__(self, reason: str, *, is_locked: bool = False) -> None:
        super().__init__(reason)
        self.is_locked = is_locked


class Files(Protocol):
    """Files that people dropped into Slack."""

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        """Raises Unfetched."""

    async def address(self, workspace_id: str, file_id: str, channel_id: str) -> str | None:
        """Where those who read this channel open it in Slack; None where they cannot."""


class Links(Protocol):
    """Addresses of our own pages and of Slack."""

    def start(self, secret: str) -> str:
        """The page on which an authorisation begins."""

    def callback(self, provider: str) -> str:
        """The address a vendor sends people back to."""

    def slack(self, workspace_id: str, channel_id: str | None = None) -> str:
        """Back to Slack: to the channel, or to the app."""
