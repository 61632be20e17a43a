"""The one way out for messages that answer nobody's click: durable, in order, at Slack's pace.

What is guaranteed: a message is written in the transaction that caused it and stays until Slack has
it, a week at most. Recipients are served apart, each in order. A card edits its own message. After
an attempt whose outcome is unknown (a cut connection, a crash), the conversation is looked through
for the message before it is posted again; in direct messages always, in channels where the
optional history scopes are granted. Without them such a message may stand there twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack.installs import Installs, NotInstalled
from bot.slack.payloads import Payloads
from bot.slack.sending import UNDER, Sender, resealed, sealed
from bot.slack.setbacks import Setback, setback
from bot.telemetry import correlated, log
from commands.replies import Reply, say
from storage.changes import Watch, on_commit
from storage.database import Database
from storage.models import Outgoing
from storage.queries import outbox as queries
from storage.queries import people
from storage.vault import CannotOpen, Vault

LEASE = timedelta(seconds=60)  # longer than the calls for one message may take together
AT_ONCE = 10  # messages on their way to different recipients
POLL_S = 1.0  # another process may have written one
BURST = 3  # Slack tolerates short bursts above one message a second in a channel
CLOSING_S = 5.0

SEND_ERRORS = (SlackApiError, ClientError, TimeoutError, OSError, NotInstalled, CannotOpen)


@dataclass(kw_only=True, slots=True)
class Pace:
    """A bucket that fills with one message a second."""

    level: float = float(BURST)
    at: float = field(default_factory=monotonic)

    def wait_s(self, now: float) -> float:
        """Take one; how long to wait before using it."""
        self.level = min(float(BURST), self.level + now - self.at) - 1
        self.at = now
        return max(0.0, -self.level)


class Outbox:
    """The Notifier of commands, and the worker that sends."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        installs: Installs,
        payloads: Payloads,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._sender = Sender(database=database, vault=vault, installs=installs)
        self._payloads = payloads
        self._now = now
        self._bell = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._paces: dict[str, Pace] = {}
        self._watch: Watch | None = None
        self._worker: asyncio.Task[None] | None = None
        self.alive_at = monotonic()

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
        """Send with the transaction of `session`."""
        written = self._payloads.message(reply) | ({UNDER: under} if under else {})
        payload = sealed(self._vault, workspace_id, to, written)
        await queries.append(session, workspace_id, to, payload, now=self._now(), card=card)

    async def revise(
        self, session: AsyncSession, *, workspace_id: str, card: str, reply: Reply
    ) -> bool:
        """Edit this card wherever it stands, also where it is still on its way."""
        recipients = await queries.recipients(session, workspace_id, card)
        for to in recipients:
            await self.post(session, workspace_id=workspace_id, to=to, reply=reply, card=card)
        return bool(recipients)

    async def hurry(self, workspace_id: str, recipient: str) -> None:
        """We were let in: what was put off for this channel may go."""
        async with self._database.begin() as session:
            await queries.hurry(session, workspace_id, recipient, now=self._now())

    async def open(self) -> None:
        self._watch = await on_commit(self._database, ("outgoing",), self._bell.set)
        self._worker = asyncio.create_task(self._work(), name="outbox")

    async def close(self) -> None:
        """Let what is on its way arrive, but not for ever."""
        if self._watch:
            self._watch.stop()
            self._watch = None
        if self._worker:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=CLOSING_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            self._bell.clear()
            self.alive_at = monotonic()
            try:
                claimed = await self._claim()
            except (SQLAlchemyError, OSError) as error:
                log.error("outbox.stalled", error=type(error).__name__)
                claimed = 0
                await asyncio.sleep(POLL_S)
            if not claimed:
                # not wait_for: in Python 3.11 a ring at the same moment would undo a cancellation
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._bell.wait()

    async def _claim(self) -> int:
        """Start sending what is due; how many messages that is."""
        room = AT_ONCE - len(self._sending)
        if room <= 0:
            return 0
        now = self._now()
        async with self._database.read() as session:
            due = await queries.next_due(session)
        if due is None or due > now:
            return 0
        async with self._database.begin() as session:
            claimed = await queries.claim(session, now=now, until=now + LEASE, limit=room)
        for outgoing in claimed:
            task = asyncio.create_task(self._deliver(outgoing))
            self._sending.add(task)
            task.add_done_callback(self._sent)
        return len(claimed)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._bell.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("outbox.failed", exc_info=task.exception())

    async def _deliver(self, outgoing: Outgoing) -> None:
        with correlated(f"out-{outgoing.id}", workspace=outgoing.workspace_id):
            await self._take_turn(f"{outgoing.workspace_id}:{outgoing.recipient}")
            try:
                channel_id, ts = await self._sender.send(outgoing)
            except SEND_ERRORS as error:
                age = self._now() - outgoing.created_at
                found = setback(error, attempts=outgoing.attempts, age=age)
                await self._put_off(outgoing, found)
                return
            async with self._database.begin() as session:
                await queries.sent(session, outgoing, channel_id=channel_id, ts=ts, now=self._now())
            log.info("message.sent", recipient=outgoing.recipient, card=outgoing.card)

    async def _take_turn(self, channel: str) -> None:
        pace = self._paces.setdefault(channel, Pace())
        wait_s = pace.wait_s(monotonic())
        if wait_s:
            await asyncio.sleep(wait_s)

    async def _put_off(self, outgoing: Outgoing, found: Setback) -> None:
        attempts = outgoing.attempts if found.may_stand else outgoing.attempts - 1
        now = self._now()
        async with self._database.begin() as session:
            if found.wait is None:
                log.error("message.lost", recipient=outgoing.recipient, reason=found.reason)
                await queries.give_up(session, outgoing, error=found.reason, now=now)
                return
            log.warning("message.put_off", recipient=outgoing.recipient, reason=found.reason)
            await queries.put_off(
                session,
                outgoing,
                due_at=now + found.wait,
                error=found.reason,
                attempts=attempts,
            )
            if found.needs_invitation and outgoing.error != found.reason:
                await self._ask_for_invitation(session, outgoing)

    async def _ask_for_invitation(self, session: AsyncSession, outgoing: Outgoing) -> None:
        """Tell an administrator, once for each channel."""
        admins = await people.practice_admins(session, outgoing.workspace_id)
        if not admins or outgoing.recipient in {person.id for person in admins}:
            return
        await self.post(
            session,
            workspace_id=outgoing.workspace_id,
            to=admins[0].id,
            reply=say("slack/not_in_channel", channel_id=outgoing.recipient),
            card=f"invite:{outgoing.recipient}",
        )


async def reseal(database: Database, vault: Vault) -> int:
    """Bring messages that still wait under the newest key; how many were under an older one."""
    async with database.begin() as session:
        changed = 0
        for outgoing in await queries.unsent(session):
            fresh = resealed(vault, outgoing)
            changed += fresh != outgoing.payload
            outgoing.payload = fresh
    return changed
