"""What commands need and the running process provides."""

from dataclasses import dataclass, field
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
    ) -> None:
        """Send with the transaction of `session`; `to` is a channel, or a person to write to.

        Two posts of one `card` to one recipient are the same message: the second edits it.
        """

    async def revise(
        self, session: AsyncSession, *, workspace_id: str, card: str, reply: Reply
    ) -> bool:
        """Edit this card wherever it stands; False where it stands nowhere, and nothing is sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A file as Slack has it. `content` is None where it is `gone`, or larger than was wanted."""

    name: str
    mime: str
    size: int
    content: bytes | None = field(default=None, repr=False)
    is_gone: bool = False


class Unfetched(Exception):
    """Slack did not hand it out just now; later it may."""


class Files(Protocol):
    """Files that people dropped into Slack."""

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        """Raises Unfetched."""


class Links(Protocol):
    """Addresses of our own pages and of Slack."""

    def start(self, secret: str) -> str:
        """The page on which an authorisation begins."""

    def callback(self, provider: str) -> str:
        """The address a vendor sends people back to."""

    def slack(self, workspace_id: str, channel_id: str | None = None) -> str:
        """Back to Slack: to the channel, or to the app."""
