"""Carries what happens here to the bot: over Socket Mode if it is open, else signed HTTP."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.seed import SIGNING_SECRET
from bot.sandbox.workspace.faults import BotFault
from bot.sandbox.workspace.payloads import event_callback
from bot.sandbox.workspace.socket_mode import ACKNOWLEDGE_WITHIN_S, Sockets
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]

RETRY_AFTER_S = (0, 60, 300)  # Slack's Events API page: at once, after a minute, after five
STALE_S = 600  # twice what a bot may accept


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """`kind` is the envelope type of Socket Mode."""

    kind: str
    payload: Json
    retry_num: int = 0
    retry_reason: str | None = None

    @property
    def content_type(self) -> str:
        is_json = self.kind == "events_api"
        return "application/json" if is_json else "application/x-www-form-urlencoded"

    def body(self) -> bytes:
        if self.kind == "events_api":
            return json.dumps(self.payload).encode()
        if self.kind == "slash_commands":
            return urlencode(self.payload).encode()
        return urlencode({"payload": json.dumps(self.payload)}).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the bot said: `body` is its payload, `failure` Slack's word for what went wrong."""

    body: Any = None
    failure: str | None = None
    reason: str | None = None
    may_retry: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A delivery as it left, kept for `replay`: a signed request or an envelope."""

    headers: dict[str, str] | None = None
    body: bytes | None = None
    envelope: Json | None = None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's page "Verifying requests from Slack", version v0."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Courier:
    """Delivers, times, retries and notes; one per workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sockets = Sockets(app_id=workspace.seed.app.id)
        self._session: aiohttp.ClientSession | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._last: Sent | None = None

    async def close(self) -> None:
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Run beside everything else until it ends or the workspace closes."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def command(self, payload: Json) -> Answer:
        return await self._deliver(Delivery(kind="slash_commands", payload=payload))

    async def interact(self, payload: Json) -> Answer:
        return await self._deliver(Delivery(kind="interactive", payload=payload))

    async def event(self, event: Json, *, subscription: str | None = None) -> Answer | None:
        """Deliver once and retry in the background; None where the app has not subscribed."""
        if (subscription or event["type"]) not in self.workspace.registration.events:
            return None
        delivery = Delivery(kind="events_api", payload=event_callback(self.workspace, event))
        answer = await self._deliver(delivery)
        if answer.failure and answer.may_retry:
            self.later(self._retry(delivery, answer))
        return answer

    async def replay(self) -> bool:
        """Send the last delivery again, byte for byte; False where there was none."""
        sent = self._last
        if sent is None:
            return False
        if sent.envelope is not None:
            await self.sockets.send(sent.envelope)
        elif sent.headers is not None and sent.body is not None:
            await self._request(sent.headers, sent.body)
        return True

    async def _retry(self, delivery: Delivery, answer: Answer) -> None:
        for number, pause_s in enumerate(RETRY_AFTER_S, start=1):
            await self.workspace.clock.sleep(pause_s)
            again = replace(delivery, retry_num=number, retry_reason=answer.reason)
            answer = await self._deliver(again)
            if answer.failure is None or not answer.may_retry:
                return

    async def _deliver(self, delivery: Delivery) -> Answer:
        faults = self.workspace.faults
        if faults.take_bot(BotFault.LOST):
            lost = Answer(failure="operation_timeout", reason="http_timeout")
            self._note(delivery, lost, transport="lost", ms=0)
            return lost
        if faults.take_bot(BotFault.DUPLICATE):
            return await self._twice(delivery, delivery)
        if faults.take_bot(BotFault.DUPLICATE_NEW_ID):
            payload = delivery.payload | {"event_id": self.workspace.ids.new("Ev")}
            return await self._twice(delivery, replace(delivery, payload=payload))
        return await self._once(delivery)

    async def _twice(self, delivery: Delivery, copy: Delivery) -> Answer:
        first, second = await asyncio.gather(self._once(delivery), self._once(copy))
        return second if first.failure else first

    async def _once(self, delivery: Delivery) -> Answer:
        began = time.perf_counter()
        if self.sockets.count:
            transport, answer = "socket", await self._by_socket(delivery)
        elif self.workspace.bot_url:
            transport, answer = "http", await self._by_http(delivery)
        else:
            transport = "none"
            answer = Answer(failure="dispatch_failed", reason="connection_failed")
        self._note(delivery, answer, transport=transport, ms=(time.perf_counter() - began) * 1000)
        return answer

    async def _by_socket(self, delivery: Delivery) -> Answer:
        is_event = delivery.kind == "events_api"
        facts: Json = {"accepts_response_payload": not is_event}
        if is_event:
            facts |= {
                "retry_attempt": delivery.retry_num,
                "retry_reason": delivery.retry_reason or "",
            }
        envelope_id = self.workspace.ids.opaque("envelope")
        envelope = {
            "envelope_id": envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            **facts,
        }
        self._last = Sent(envelope=envelope)
        try:
            acknowledgement = await self.sockets.send(envelope)
        except TimeoutError:
            return Answer(failure="operation_timeout", reason="timeout")
        except (ConnectionError, RuntimeError):
            return Answer(failure="dispatch_failed", reason="connection_failed")
        return Answer(body=acknowledgement.get("payload"))

    async def _by_http(self, delivery: Delivery) -> Answer:
        body = delivery.body()
        headers = self._headers(delivery, body)
        self._last = Sent(headers=headers, body=body)
        return await self._request(headers, body)

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        faults = self.workspace.faults
        stale = STALE_S if faults.take_bot(BotFault.OLD_TIMESTAMP) else 0
        secret = "somebody-else" if faults.take_bot(BotFault.BAD_SIGNATURE) else SIGNING_SECRET
        timestamp = str(int(time.time()) - stale)  # the bot checks it against its own, real, clock
        headers = {
            "Content-Type": delivery.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret, timestamp, body),
        }
        if delivery.retry_num:
            headers["X-Slack-Retry-Num"] = str(delivery.retry_num)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason or "unknown_error"
        return headers

    async def _request(self, headers: dict[str, str], body: bytes) -> Answer:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ACKNOWLEDGE_WITHIN_S)
            self._session = aiohttp.ClientSession(timeout=timeout)
        url = f"{self.workspace.bot_url}/slack/events"
        try:
            async with self._session.post(url, data=body, headers=headers) as response:
                text = await response.text()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                if response.status != 200:
                    return Answer(
                        failure="dispatch_failed", reason="http_error", may_retry=not no_retry
                    )
                return Answer(body=_parsed(text, response.content_type))
        except TimeoutError:
            return Answer(failure="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(failure="dispatch_failed", reason="connection_failed")

    def _note(self, delivery: Delivery, answer: Answer, *, transport: str, ms: float) -> None:
        self.workspace.traffic.note(
            "delivery",
            self.workspace.now(),
            transport=transport,
            type=delivery.kind,
            payload=delivery.payload,
            retry_num=delivery.retry_num,
            ms=round(ms, 1),
            failure=answer.failure,
            answer=answer.body,
        )


def _parsed(text: str, content_type: str) -> Any:
    if not text:
        return None
    return json.loads(text) if content_type == "application/json" else text
