"""Webhooks of the stand-in Xero: what changed, signed, until the receiver says 200."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import string
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import aiohttp

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.rows import Change
from bot.sandbox.ledgers.wire import json_bytes

CATEGORIES = {"Invoices": "INVOICE", "Contacts": "CONTACT", "CreditNotes": "CREDITNOTE"}
ANSWER_WITHIN_S = 5
# Xero tries again with growing gaps for a day; the sandbox is not awake that long.
RETRY_AFTER_S = (1.0, 5.0, 30.0, 120.0, 600.0)
RESOURCES_AT = "https://api.xero.com/api.xro/2.0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """Where to, and the signing key."""

    url: str
    key: str


def signature(key: str, body: bytes) -> str:
    """`x-xero-signature`: base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


class Webhooks:
    """One subscription at most; every delivery is kept so that it can be sent again."""

    def __init__(self, *, now: Clock, retry_after_s: tuple[float, ...] = RETRY_AFTER_S) -> None:
        self._now = now
        self._retry_after_s = retry_after_s
        self._sequence = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.subscription: Subscription | None = None
        self.sent: deque[bytes] = deque(maxlen=100)

    async def register(self, url: str, key: str) -> bool:
        """Ask for the intent to receive; only who tells right from wrong signatures is told more.

        Raises `ValueError` for an address that is no web address.
        """
        if not url.startswith(("http://", "https://")):
            raise ValueError("url must be an http or https address")
        self.subscription = None
        asked = Subscription(url=url, key=key)
        verified = await self._intent(asked) == [200, 401, 200, 401]
        if verified:
            self.subscription = asked
        return verified

    def announce(self, books: Books, changes: Iterable[Change]) -> None:
        """Tell the subscriber of what it may hear about; does not wait."""
        events = self._events(books, changes)
        if not events or self.subscription is None:
            return
        first, self._sequence = self._sequence + 1, self._sequence + len(events)
        body = _body(events, first=first, last=self._sequence)
        self.sent.append(body)
        task = asyncio.get_running_loop().create_task(self._deliver(self.subscription, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything announced has arrived or been given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def send_again(self, kind: str) -> list[int]:
        """Send what was sent before as no good receiver should mind; answers with the statuses."""
        to = self.subscription
        if to is None:
            raise ValueError("no webhook is registered")
        if kind == "intent":
            return await self._intent(to)
        bodies = {"duplicate": 1, "out_of_order": 2, "forged": 1}
        if kind not in bodies:
            raise ValueError(f"kind must be one of intent, {', '.join(bodies)}")
        latest = list(self.sent)[-bodies[kind] :][::-1]
        if not latest:
            raise ValueError("nothing has been sent yet")
        key = secrets.token_hex(16) if kind == "forged" else to.key
        return [await _post(to.url, body, signature(key, body)) for body in latest]

    def _events(self, books: Books, changes: Iterable[Change]) -> list[dict[str, Any]]:
        told: dict[str, dict[str, Any]] = {}
        for change in changes:
            if change.kind in CATEGORIES:
                event = self._event(books, change)
                earlier = told.get(change.row.id)
                if earlier is not None:
                    event["eventType"] = earlier["eventType"]
                told[change.row.id] = event
        return list(told.values())

    def _event(self, books: Books, change: Change) -> dict[str, Any]:
        at = self._now().astimezone(UTC)
        event: dict[str, Any] = {
            "resourceUrl": f"{RESOURCES_AT}/{change.kind}/{change.row.id}",
            "resourceId": change.row.id,
            "tenantId": books.key,
            "tenantType": "ORGANISATION",
            "eventCategory": CATEGORIES[change.kind],
            "eventType": "CREATE" if change.is_new else "UPDATE",
            "eventDateUtc": at.isoformat(timespec="milliseconds").removesuffix("+00:00"),
        }
        if change.kind == "CreditNotes":
            event["data"] = {name: change.row.fields[name] for name in ("Type", "Status")}
        return event

    async def _intent(self, to: Subscription) -> list[int]:
        statuses = []
        for right in (True, False, True, False):
            body = _body([], first=0, last=0)
            key = to.key if right else secrets.token_hex(16)
            statuses.append(await _post(to.url, body, signature(key, body)))
        return statuses

    async def _deliver(self, to: Subscription, body: bytes) -> None:
        signed = signature(to.key, body)
        for pause in (*self._retry_after_s, None):
            if await _post(to.url, body, signed) == 200:
                return
            if pause is not None:
                await asyncio.sleep(pause)
        self.subscription = None  # Xero disables a webhook nobody answers


async def _post(url: str, body: bytes, signed: str) -> int:
    """The status, or 0 when nobody answers in time."""
    headers = {"Content-Type": "application/json", "x-xero-signature": signed}
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            return response.status
    except (TimeoutError, aiohttp.ClientError):
        return 0


def _body(events: list[dict[str, Any]], *, first: int, last: int) -> bytes:
    letters = string.ascii_uppercase
    return json_bytes(
        {
            "events": events,
            "firstEventSequence": first,
            "lastEventSequence": last,
            "entropy": "".join(secrets.choice(letters) for _ in range(20)),
        }
    )
