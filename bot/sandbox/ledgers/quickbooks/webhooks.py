"""QuickBooks' notifications: who is told of changes, in which of the two forms, and signed how."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import aiohttp
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.quickbooks.keeping.touches import Operation, Touch

ANSWER_WITHIN_S = 3
UNTOLD = frozenset({"TaxCode", "TaxRate", "CompanyInfo"})
PAST = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.DELETE: "deleted",
    Operation.MERGE: "merged",
    Operation.VOID: "voided",
}
SENDINGS = {"duplicate": 1, "out_of_order": 2, "forged": 1}  # and how many of the latest
FORGED_KEY = "not the verifier token"


class Form(StrEnum):
    """Since 2026 events are CloudEvents; the older form may still be met."""

    CLOUDEVENTS = "cloudevents"
    CLASSIC = "classic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """Where an app wants to be told; what is on `hold` waits until it is asked for."""

    url: str
    key: str
    form: Form = Form.CLOUDEVENTS
    hold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One body; `status` is the answer to its first delivery, None as long as there is none."""

    hook: Hook
    body: bytes
    status: int | None = None


class BadHook(ValueError):
    """The registration leaves something out."""


def signature(key: str, body: bytes) -> str:
    """What `intuit-signature` carries."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def cloud_events(realm: str, touches: Iterable[Touch]) -> list[dict[str, Any]]:
    source = base64.b64encode(hashlib.sha256(b"stand-in").digest()).decode()
    return [
        {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": f"intuit.{source}",
            "type": f"qbo.{touch.kind.casefold()}.{PAST[touch.operation]}.v1",
            "datacontenttype": "application/json",
            "time": _utc(touch.at),
            "intuitentityid": touch.id,
            "intuitaccountid": realm,
            "data": {"deletedId": touch.merged} if touch.merged else {},
        }
        for touch in touches
    ]


def classic(realm: str, touches: Iterable[Touch]) -> dict[str, Any]:
    entities = [
        {
            "id": touch.id,
            "operation": touch.operation.value,
            "name": touch.kind,
            "lastUpdated": _utc(touch.at),
            **({"deletedId": touch.merged} if touch.merged else {}),
        }
        for touch in touches
    ]
    return {"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": entities}}]}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def latest(touches: Sequence[Touch]) -> list[Touch]:
    """One event for each row and operation, as QuickBooks gathers them."""
    return list({(each.kind, each.id, each.operation): each for each in touches}.values())


def read_hook(given: object) -> Hook:
    """Raises `BadHook`."""
    try:
        assert isinstance(given, dict)
        return Hook(
            url=str(given["url"]),
            key=str(given["key"]),
            form=Form(given.get("form") or Form.CLOUDEVENTS),
            hold=bool(given.get("hold", False)),
        )
    except (AssertionError, KeyError, ValueError) as wrong:
        raise BadHook("url and key are needed, and form is cloudevents or classic.") from wrong


class Webhooks:
    """The registered apps, and every delivery made or held for them."""

    def __init__(self, *, now: Clock) -> None:
        self._now = now
        self.hooks: list[Hook] = []
        self.deliveries: list[Delivery] = []

    def tell(self, books: Books, touches: Sequence[Touch]) -> BackgroundTask | None:
        """What is to be done after the change has been answered."""
        told = [each for each in latest(touches) if each.kind not in UNTOLD]
        if not told or not self.hooks:
            return None
        bodies = [(hook, self._body(hook, books.key, told)) for hook in self.hooks]
        return BackgroundTask(self._deliver_all, bodies)

    def _body(self, hook: Hook, realm: str, touches: Sequence[Touch]) -> bytes:
        form = cloud_events if hook.form is Form.CLOUDEVENTS else classic
        return json.dumps(form(realm, touches)).encode()

    async def _deliver_all(self, bodies: Iterable[tuple[Hook, bytes]]) -> None:
        for hook, body in bodies:
            status = None if hook.hold else await self._post(hook.url, body, key=hook.key)
            self.deliveries.append(Delivery(hook=hook, body=body, status=status))

    async def _post(self, url: str, body: bytes, *, key: str) -> int:
        """The status, or 0 where nobody answered in time."""
        headers = {
            "Content-Type": "application/json",
            "intuit-signature": signature(key, body),
            "intuit-created-time": _utc(self._now()),
            "intuit-t-id": str(uuid4()),
        }
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=body, headers=headers) as response,
            ):
                return response.status
        except (TimeoutError, aiohttp.ClientError):
            return 0

    async def register(self, request: Request) -> Response:
        """`POST …/webhook`: `url`, `key` (the verifier token), `form`, `hold`; replaces its own."""
        try:
            hook = read_hook(json.loads(await request.body()))
        except ValueError as reason:
            return JSONResponse({"error": str(reason)}, status_code=400)
        self.hooks = [*(each for each in self.hooks if each.url != hook.url), hook]
        return JSONResponse({"registered": len(self.hooks)})

    async def list(self, _: Request) -> Response:
        """`GET …/webhook`: what was delivered, oldest first."""
        shown = [
            {"url": each.hook.url, "status": each.status, "body": json.loads(each.body)}
            for each in self.deliveries
        ]
        return JSONResponse({"deliveries": shown})

    async def send(self, request: Request) -> Response:
        """`POST …/webhook/send`: `kind` is `duplicate`, `out_of_order` (two) or `forged`.

        What is on hold is delivered in this way for the first time.
        """
        asked = json.loads(await request.body() or b"{}")
        kind = asked.get("kind", "duplicate")
        if kind not in SENDINGS or not self.deliveries:
            reason = f"kind must be one of {', '.join(SENDINGS)}, and something must have been sent"
            return JSONResponse({"error": reason}, status_code=400)
        statuses = []
        for each in reversed(self.deliveries[-SENDINGS[kind] :]):
            key = FORGED_KEY if kind == "forged" else each.hook.key
            statuses.append(await self._post(each.hook.url, each.body, key=key))
        return JSONResponse({"statuses": statuses})
