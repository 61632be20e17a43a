"""Authorise, wait for a slot, send, understand the answer, perhaps again."""

import asyncio
import logging
import traceback
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import httpx2
import msgspec
import pytest

from providers.errors import (
    AuthorizationLost,
    LimitScope,
    Missing,
    NotPermitted,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Rejected,
    TryAgain,
    WireMismatch,
)
from providers.retry import RetryPolicy
from tests.providers.vendors import NOW, HandClock, MemoryTokens, a_session, a_token_set

EXPIRED = a_token_set(expires_at=NOW - timedelta(seconds=1))


class Vendor:
    """Xero from afar: one live access token, refresh tokens that work once, scripted answers."""

    def __init__(self, *answers: httpx2.Response, live: str = "access-0") -> None:
        self.answers = list(answers)
        self.live = live
        self.refresh = "refresh-0"
        self.count: Counter[str] = Counter()
        self.requests: list[httpx2.Request] = []
        self.clock: HandClock | None = None
        self.called_at: list[float] = []

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        if request.url.path == "/connect/token":
            return self._renewed(request)
        self.count["calls"] += 1
        self.requests.append(request)
        if self.clock is not None:
            self.called_at.append(self.clock.seconds())
        if request.headers["authorization"] != f"Bearer {self.live}":
            return httpx2.Response(401, json={"Detail": "TokenExpired"})
        return self.answers.pop(0) if self.answers else httpx2.Response(200, json={"ok": True})

    def _renewed(self, request: httpx2.Request) -> httpx2.Response:
        self.count["refreshes"] += 1
        if f"refresh_token={self.refresh}" not in request.content.decode():
            return httpx2.Response(400, json={"error": "invalid_grant"})
        number = self.count["refreshes"]
        self.live, self.refresh = f"access-{number}", f"refresh-{number}"
        return httpx2.Response(
            200,
            json={"access_token": self.live, "refresh_token": self.refresh, "expires_in": 1800},
        )


class Total(msgspec.Struct):
    Total: Decimal


async def test_a_call_says_who_asks_and_for_what() -> None:
    vendor = Vendor(httpx2.Response(200, content=b'{"Total": 10.10}'))

    body = await a_session(vendor).get(
        "/api.xro/2.0/Accounts", params={"where": 'Type=="BANK"'}, headers={"xero-tenant-id": "t"}
    )

    request = vendor.requests[0]
    assert body == {"Total": Decimal("10.10")}
    assert str(request.url.copy_with(query=None)) == "https://vendor.example/api.xro/2.0/Accounts"
    assert request.url.params["where"] == 'Type=="BANK"'
    assert request.headers["authorization"] == "Bearer access-0"
    assert request.headers["accept"] == "application/json"
    assert request.headers["xero-tenant-id"] == "t"


async def test_a_body_comes_in_the_shape_that_is_asked_for() -> None:
    vendor = Vendor(httpx2.Response(200, content=b'{"Total": 10.10, "Status": "OK"}'))

    assert await a_session(vendor).get("/bills/7", shape=Total) == Total(Total=Decimal("10.10"))


async def test_a_body_of_another_shape_is_a_mismatch_and_is_not_asked_for_again() -> None:
    vendor = Vendor(httpx2.Response(200, content=b'{"Total": "a lot"}'))

    with pytest.raises(WireMismatch) as caught:
        await a_session(vendor).get("/bills/7", shape=Total)

    assert (caught.value.path, caught.value.operation) == ("$.Total", "GET /bills/7")
    assert vendor.count["calls"] == 1


async def test_a_body_cut_short_is_asked_for_again_whatever_its_shape() -> None:
    vendor = Vendor(
        httpx2.Response(200, content=b'{"Total": 10.1'), httpx2.Response(200, json={"Total": 10})
    )

    assert await a_session(vendor).get("/bills/7", shape=Total) == Total(Total=Decimal(10))
    assert vendor.count["calls"] == 2


async def test_twenty_expired_calls_refresh_once_and_twenty_401s_once_more() -> None:
    vendor, tokens = Vendor(), MemoryTokens(grant=EXPIRED)
    session = a_session(vendor, tokens=tokens)

    first = await asyncio.gather(*(session.get("/x") for _ in range(20)))
    vendor.live = "withdrawn"
    second = await asyncio.gather(*(session.get("/x") for _ in range(20)))

    assert first == second == [{"ok": True}] * 20
    assert vendor.count["refreshes"] == 2
    assert vendor.count["calls"] <= 20 + 20 + 20  # none of the first lot was refused
    assert tokens.stored["grant"].refresh == vendor.refresh


async def test_a_token_that_is_not_known_everywhere_yet_is_shown_again_a_moment_later() -> None:
    vendor, clock = Vendor(live="withdrawn"), HandClock()
    early = [httpx2.Response(401, json={"Detail": "TokenExpired"})]

    async def hesitant(request: httpx2.Request) -> httpx2.Response:
        is_known = request.headers.get("authorization") == f"Bearer {vendor.live}"
        return early.pop() if is_known and early else await vendor(request)

    assert await a_session(hesitant, clock=clock).get("/x") == {"ok": True}
    assert vendor.count["refreshes"] == 1
    assert clock.seconds() > 0


async def test_a_401_that_outlasts_a_refresh_and_a_moment_is_the_end_of_it() -> None:
    vendor = Vendor()

    async def stubborn(request: httpx2.Request) -> httpx2.Response:
        answer = await vendor(request)
        return answer if request.url.path == "/connect/token" else httpx2.Response(401)

    with pytest.raises(AuthorizationLost):
        await a_session(stubborn).get("/x")

    assert vendor.count == {"calls": 3, "refreshes": 1}


async def test_a_401_for_want_of_entitlement_costs_no_refresh() -> None:
    vendor = Vendor(httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"}))

    with pytest.raises(NotPermitted):
        await a_session(vendor).get("/api.xro/2.0/Journals")

    assert vendor.count == {"calls": 1}


async def test_a_dead_refresh_token_stops_every_later_call() -> None:
    vendor, tokens = Vendor(), MemoryTokens(grant=EXPIRED)
    vendor.refresh = "another"
    session = a_session(vendor, tokens=tokens)

    for _ in range(3):
        with pytest.raises(AuthorizationLost):
            await session.get("/x")

    assert vendor.count == {"refreshes": 1}


async def test_trouble_passes_and_the_call_succeeds() -> None:
    clock = HandClock()
    html = httpx2.Response(503, html="<h1>maintenance</h1>")
    cut = httpx2.Response(200, content=b'{"Accounts": [{"Na')
    vendor = Vendor(html, httpx2.Response(500), cut)

    body = await a_session(vendor, clock=clock).get("/x")

    assert body == {"ok": True}
    assert clock.slept == [0.5, 1.0, 2.0]  # the whole of each back-off: chance is 1


async def test_trouble_that_stays_is_reported() -> None:
    vendor = Vendor(*[httpx2.Response(503) for _ in range(9)])

    with pytest.raises(TryAgain) as caught:
        await a_session(vendor).get("/api.xro/2.0/Items")

    assert vendor.count["calls"] == RetryPolicy().attempts
    assert (caught.value.provider, caught.value.operation) == ("xero", "GET /api.xro/2.0/Items")


async def test_nobody_calls_within_retry_after() -> None:
    clock = HandClock()
    limited = httpx2.Response(429, headers={"retry-after": "30", "x-rate-limit-problem": "minute"})
    vendor = Vendor(limited)
    vendor.clock = clock
    session = a_session(vendor, clock=clock, tenant_id="acme", retry=RetryPolicy(attempts=1))
    with pytest.raises(RateLimited):
        await session.get("/x")

    await asyncio.gather(*(session.get("/x") for _ in range(10)))

    assert vendor.called_at[0] == 0
    assert [at for at in vendor.called_at[1:] if at < 30] == []


@pytest.mark.parametrize(
    ("key", "headers", "other", "waits"),
    [
        ("quickbooks", {}, "acme", True),  # Intuit says nothing and means a minute
        ("quickbooks", {}, "oak", False),
        ("xero", {"x-rate-limit-problem": "appminute"}, "oak", True),
    ],
)
async def test_a_limit_holds_for_everybody_it_concerns(
    key: str, headers: dict[str, str], other: str, waits: bool
) -> None:
    clock = HandClock()
    vendor = Vendor(httpx2.Response(429, headers=headers))
    vendor.clock = clock
    session = a_session(
        vendor, key=key, clock=clock, tenant_id="acme", retry=RetryPolicy(attempts=1)
    )
    with pytest.raises(RateLimited):
        await session.get("/x")

    await session.of(other).get("/x")

    assert vendor.called_at == [0, 60 if waits else 0]


async def test_a_spent_day_is_reported_at_once_and_to_everybody() -> None:
    clock = HandClock()
    vendor = Vendor(
        httpx2.Response(429, headers={"retry-after": "66975", "x-rate-limit-problem": "day"})
    )
    session = a_session(vendor, clock=clock, tenant_id="acme")

    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            await session.get("/x")

    assert caught.value.scope is LimitScope.DAY
    assert caught.value.until == NOW + timedelta(seconds=66_975)
    assert vendor.count["calls"] == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(400, json={"ErrorNumber": 10, "Message": "no"}), Rejected),
        (httpx2.Response(404, text="cannot be found"), Missing),
        (httpx2.Response(302, headers={"location": "https://thief.example"}), WireMismatch),
    ],
)
async def test_a_definite_no_is_not_asked_again(
    answer: httpx2.Response, kind: type[ProviderError]
) -> None:
    vendor = Vendor(answer)

    with pytest.raises(kind):
        await a_session(vendor).get("/x")

    assert vendor.count["calls"] == 1


@pytest.mark.parametrize(
    ("answer", "repeatable", "calls", "kind"),
    [
        (httpx2.Response(500), False, 1, OutcomeUnknown),
        (httpx2.Response(200, html="<p>"), False, 1, OutcomeUnknown),
        (httpx2.Response(500), True, 2, None),
        (httpx2.Response(429, headers={"retry-after": "1"}), False, 2, None),  # refused unseen
    ],
)
async def test_a_write_is_repeated_only_when_it_cannot_have_happened(
    answer: httpx2.Response, repeatable: bool, calls: int, kind: type[ProviderError] | None
) -> None:
    vendor = Vendor(answer)
    session = a_session(vendor)

    if kind is None:
        await session.post("/x", json={"Total": Decimal("1.10")}, repeatable=repeatable)
    else:
        with pytest.raises(kind):
            await session.put("/x", json={"Total": Decimal("1.10")}, repeatable=repeatable)

    assert vendor.count["calls"] == calls
    assert vendor.requests[0].content == b'{"Total":1.10}'
    assert vendor.requests[0].headers["content-type"] == "application/json"


async def test_deleting_gives_nothing() -> None:
    vendor = Vendor(httpx2.Response(204))

    assert await a_session(vendor).delete("/connections/1") is None
    assert vendor.requests[0].method == "DELETE"


async def test_the_claims_are_those_of_the_token_in_use() -> None:
    tokens = MemoryTokens(grant=a_token_set(access="h.eyJlIjogMX0.s"))

    assert await a_session(Vendor(), tokens=tokens).claims() == {"e": 1}


async def test_no_failure_and_no_log_line_holds_a_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ("access-", "refresh-0", "our-secret", "GB29")
    scripts = [
        [httpx2.Response(500, text="GB29")] * 9,
        [httpx2.Response(400, json={"Type": "x", "Message": "GB29"})],
        [httpx2.Response(200, json={"x": "GB29"})],
        [httpx2.Response(403, json={"Detail": "GB29"})],
    ]
    for script in scripts:
        session = a_session(Vendor(*script))
        try:
            await session.get("/x", params={"query": "SELECT"})
        except ProviderError as error:
            told = "".join(traceback.format_exception(error)) + repr(session)
            assert [secret for secret in secrets if secret in told] == []

    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert [secret for secret in secrets if secret in logged] == []
    assert "provider.answered" in logged
