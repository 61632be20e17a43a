"""What was answered to whoever sent an idempotency key, for some minutes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero import wire

KEPT = timedelta(minutes=6)
LONGEST = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answered:
    request: bytes
    body: bytes
    status: int
    headers: dict[str, str]
    at: datetime


class Memory:
    """Errors are remembered like everything else."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._known: dict[tuple[str, str, str], _Answered] = {}

    def recall(self, request: Request, app: str, tenant: str, body: bytes) -> Response | None:
        """The first answer again; raises `Problem` where the key was sent with something else."""
        key = request.headers.get("idempotency-key", "")
        if len(key) > LONGEST:
            raise _bad_key(f"The Idempotency-Key must not exceed {LONGEST} characters.")
        known = self._known.get((app, tenant, key)) if key else None
        if known is None or known.at + KEPT <= self._now():
            return None
        if known.request != _digest(request, body):
            raise _bad_key("The Idempotency-Key has already been used with a different request.")
        return Response(known.body, known.status, headers=known.headers)

    def keep(self, request: Request, app: str, tenant: str, body: bytes, answer: Response) -> None:
        key = request.headers.get("idempotency-key", "")
        if key:
            self._known[app, tenant, key] = _Answered(
                request=_digest(request, body),
                body=bytes(answer.body),
                status=answer.status_code,
                headers=_told(answer),
                at=self._now(),
            )


def _told(answer: Response) -> dict[str, str]:
    """How the body is to be read."""
    names = ("content-type", "content-encoding", "vary")
    return {name: answer.headers[name] for name in names if name in answer.headers}


def _digest(request: Request, body: bytes) -> bytes:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(asked.encode() + body).digest()


def _bad_key(detail: str) -> wire.Problem:
    body = {"Type": None, "Title": "BadRequest", "Status": 400, "Detail": detail}
    return wire.Problem(Response(json_bytes(body), 400, media_type="application/json"))
