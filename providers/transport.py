"""The one place that speaks HTTP to vendors."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx2

from providers.answers import Answer
from providers.errors import OutcomeUnknown, TryAgain, WireMismatch

MAX_BYTES = 32 * 1024 * 1024  # a page of 1,000 contacts is about 3 MB unpacked
DEADLINE = timedelta(seconds=75)  # for one answer in full; Intuit cuts at 120 s
_TIMEOUT = httpx2.Timeout(30, connect=10)
_POOL = httpx2.Limits(max_connections=100, max_keepalive_connections=20)
_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One request. `repeatable` says that asking twice does no more than asking once."""

    method: str
    url: str
    repeatable: bool
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    deadline: timedelta = DEADLINE


class VendorHttp:
    """A pool of connections to vendors: no redirects, no cookies, bounded sizes and times."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def send(
        self, outgoing: Outgoing, *, now: Callable[[], datetime], auth: httpx2.Auth | None = None
    ) -> Answer:
        """Send once and read the whole answer, whatever its status.

        Raises TryAgain when no answer came and asking again is harmless, OutcomeUnknown when it
        may not be, WireMismatch when the answer is too large.
        """
        request = self._client.build_request(
            outgoing.method,
            outgoing.url,
            params=dict(outgoing.params) or None,
            headers=dict(outgoing.headers),
            content=outgoing.content,
            timeout=_TIMEOUT if outgoing.deadline <= DEADLINE else _patient(outgoing.deadline),
        )
        try:
            async with asyncio.timeout(outgoing.deadline.total_seconds()):
                response = await self._client.send(request, auth=auth, stream=True)
                try:
                    body = await _bounded(response)
                finally:
                    await response.aclose()
        except _UNSENT as error:
            raise TryAgain(f"not reached ({type(error).__name__})") from error
        except (httpx2.RequestError, TimeoutError) as error:
            lost = TryAgain if outgoing.repeatable else OutcomeUnknown
            raise lost(f"no full answer ({type(error).__name__})") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=body, at=now())


def open_http(*, transport: httpx2.AsyncBaseTransport | None = None) -> VendorHttp:
    """The pool for one process; close it, or use it as a context. `transport` is for tests."""
    refuse_all = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    client = httpx2.AsyncClient(
        transport=transport,
        timeout=_TIMEOUT,
        limits=_POOL,
        cookies=refuse_all,  # one organisation's session must not travel with the next request
        follow_redirects=False,  # a redirect would carry the token somewhere else
        headers={"user-agent": "dext-bot", "accept": "application/json"},
    )
    return VendorHttp(client)


def _patient(deadline: timedelta) -> httpx2.Timeout:
    """Silence is put up with for as long as that."""
    silence = deadline.total_seconds()
    return httpx2.Timeout(silence, connect=_TIMEOUT.connect, pool=_TIMEOUT.pool)


async def _bounded(response: httpx2.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():  # counted after unpacking: a small gzip can be huge
        size += len(part)
        if size > MAX_BYTES:
            raise WireMismatch(path="$", wanted=f"at most {MAX_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
