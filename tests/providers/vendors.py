"""A vendor made of a function, a token store in memory and a clock set by hand."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from providers.answers import Answer
from providers.errors import AuthorizationLost, LossReason
from providers.gateway import LedgerGateway, configure
from providers.limits import InMemory, RateLimiter
from providers.oauth import SignIn
from providers.provider import Credentials
from providers.retry import RetryPolicy
from providers.session import ProviderSession, Surroundings, open_http
from providers.tokens import TokenSet

NOW = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
CREDENTIALS = Credentials(client_id="our-app", client_secret="our-secret")

Handler = Callable[[httpx2.Request], httpx2.Response | Awaitable[httpx2.Response]]


class HandClock:
    """Stands still until somebody sleeps on it; remembers every sleep, in seconds."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return (self.at - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        moved = timedelta(seconds=seconds)
        self.at += moved if moved or seconds <= 0 else timedelta.resolution  # as any clock does
        await asyncio.sleep(0)


def a_token_set(number: int = 0, **over: Any) -> TokenSet:
    fields = {
        "access": f"access-{number}",
        "refresh": f"refresh-{number}",
        "expires_at": NOW + timedelta(minutes=30),
    }
    return TokenSet(**(fields | over))


class MemoryTokens:
    """A TokenStore for one process: durable as long as it lives, one lease per grant."""

    def __init__(self, **tokens: TokenSet) -> None:
        self.stored = dict(tokens)
        self.reasons: dict[str, str] = {}
        self.is_full = False
        self._leases: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read(self, grant_id: str) -> TokenSet:
        await asyncio.sleep(0)
        if grant_id in self.reasons:
            raise AuthorizationLost(reason=LossReason(self.reasons[grant_id]))
        return self.stored[grant_id]

    @asynccontextmanager
    async def leased(self, grant_id: str) -> AsyncIterator["MemorySlot"]:
        async with self._leases[grant_id]:
            yield MemorySlot(self, grant_id, await self.read(grant_id))


class MemorySlot:
    def __init__(self, store: MemoryTokens, grant_id: str, tokens: TokenSet) -> None:
        self._store = store
        self._grant_id = grant_id
        self.tokens = tokens

    async def replace(self, tokens: TokenSet) -> None:
        await asyncio.sleep(0)
        if self._store.is_full:
            raise OSError("disk full")
        self._store.stored[self._grant_id] = tokens

    async def lost(self, reason: str) -> None:
        await asyncio.sleep(0)
        self._store.reasons[self._grant_id] = reason


def an_answer(
    status: int = 200, body: bytes | str = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return Answer(status=status, headers=dict(headers or {}), body=raw, at=NOW)


def sample(path: str) -> bytes:
    return (SAMPLES / path).read_bytes()


def decoded(path: str) -> Any:
    return an_answer(body=sample(path)).decoded()


def a_gateway(
    handler: Handler, *, key: str, tokens: MemoryTokens, clock: HandClock | None = None
) -> LedgerGateway:
    clock = clock or HandClock()
    return LedgerGateway(
        http=open_http(transport=httpx2.MockTransport(handler)),
        configured={key: configure(key, CREDENTIALS, root_url="https://vendor.example/" + key)},
        tokens=tokens,
        now=clock,
        sleep=clock.sleep,
        monotonic=clock.seconds,
    )


def a_session(
    handler: Handler,
    *,
    key: str = "xero",
    tokens: MemoryTokens | None = None,
    clock: HandClock | None = None,
    tenant_id: str = "",
    retry: RetryPolicy | None = None,
) -> ProviderSession:
    clock = clock or HandClock()
    configured = configure(key, CREDENTIALS, root_url="https://vendor.example")
    http = open_http(transport=httpx2.MockTransport(handler))
    limiter = RateLimiter(
        {key: configured.provider.limits},
        now=clock,
        keeper=InMemory(clock.seconds),
        sleep=clock.sleep,
    )
    surroundings = Surroundings(
        http=http,
        tokens=tokens or MemoryTokens(grant=a_token_set()),
        limiter=limiter,
        now=clock,
        retry=retry or RetryPolicy(),
        sleep=clock.sleep,
        chance=lambda: 1.0,
    )
    return ProviderSession(
        configured=configured,
        surroundings=surroundings,
        grant_id="grant",
        refresh=SignIn(configured=configured, http=http, now=clock).refresh,
        tenant_id=tenant_id,
    )
