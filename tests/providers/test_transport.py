"""The one place that speaks HTTP to vendors."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from providers.answers import Answer
from providers.errors import OutcomeUnknown, ProviderError, TryAgain, WireMismatch
from providers.session import open_http
from providers.transport import MAX_BYTES, Outgoing
from tests.providers.vendors import NOW, HandClock, Handler


def an_outgoing(**over: Any) -> Outgoing:
    fields = {"method": "GET", "url": "https://vendor.example/x", "repeatable": True}
    return Outgoing(**(fields | over))


async def send(handler: Handler, outgoing: Outgoing | None = None) -> Answer:
    async with open_http(transport=httpx2.MockTransport(handler)) as http:
        return await http.send(outgoing or an_outgoing(), now=HandClock())


async def test_every_status_is_an_answer() -> None:
    answer = await send(lambda request: httpx2.Response(418, text="tea", headers={"X-Pot": "1"}))

    assert (answer.status, answer.body, answer.headers["x-pot"]) == (418, b"tea", "1")
    assert answer.at == NOW


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(302, headers={"location": "https://thief.example/"})

    answer = await send(elsewhere)

    assert answer.status == 302
    assert asked == ["https://vendor.example/x"]


async def test_cookies_are_not_kept() -> None:
    cookies: list[str | None] = []

    def setting(request: httpx2.Request) -> httpx2.Response:
        cookies.append(request.headers.get("cookie"))
        return httpx2.Response(200, headers={"set-cookie": "session=acme; Path=/"})

    async with open_http(transport=httpx2.MockTransport(setting)) as http:
        await http.send(an_outgoing(), now=HandClock())
        await http.send(an_outgoing(), now=HandClock())

    assert cookies == [None, None]


async def test_a_body_may_not_grow_without_end() -> None:
    bomb = gzip.compress(b"0" * (MAX_BYTES + 1))

    with pytest.raises(WireMismatch):
        await send(
            lambda request: httpx2.Response(200, content=bomb, headers={"content-encoding": "gzip"})
        )


@pytest.mark.parametrize(
    ("error", "repeatable", "kind"),
    [
        (httpx2.ReadTimeout, True, TryAgain),
        (httpx2.ReadTimeout, False, OutcomeUnknown),
        (httpx2.WriteError, False, OutcomeUnknown),
        (httpx2.RemoteProtocolError, True, TryAgain),
        (httpx2.RemoteProtocolError, False, OutcomeUnknown),
        (httpx2.ConnectError, False, TryAgain),  # nothing was sent
        (httpx2.ConnectTimeout, False, TryAgain),
        (httpx2.PoolTimeout, False, TryAgain),
    ],
)
async def test_silence_means_trying_again_only_where_that_is_harmless(
    error: type[httpx2.TransportError], repeatable: bool, kind: type[ProviderError]
) -> None:
    def silent(request: httpx2.Request) -> httpx2.Response:
        raise error("", request=request)

    with pytest.raises(ProviderError) as caught:
        await send(silent, an_outgoing(method="POST", repeatable=repeatable))

    assert type(caught.value) is kind


async def test_an_answer_that_drips_is_given_up() -> None:
    async def dripping(request: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TryAgain):
        await send(dripping, an_outgoing(deadline=timedelta(milliseconds=20)))


async def test_a_body_that_is_not_what_it_says_may_be_one_next_time() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"not gzip"

    with pytest.raises(TryAgain):
        await send(
            lambda request: httpx2.Response(
                200, content=parts(), headers={"content-encoding": "gzip"}
            )
        )
