"""One refresh, however many ask."""

import asyncio
import base64
import gc
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from providers.errors import AuthorizationLost, LossReason, TryAgain
from providers.tokens import LEEWAY, TokenSet, claims, fresh
from tests.providers.vendors import NOW, HandClock, MemoryTokens, a_token_set


class Vendor:
    """A token endpoint with single-use refresh tokens and a grace for the one before.

    `refusals` are raised, first come first served, after the tokens were replaced: the answer
    is what gets lost.
    """

    def __init__(self, clock: HandClock, *refusals: Exception, grace: bool = True) -> None:
        self.clock = clock
        self.refusals = list(refusals)
        self.grace = grace
        self.live = "refresh-0"
        self.before = ""
        self.refreshes = 0

    async def refresh(self, tokens: TokenSet) -> TokenSet:
        await asyncio.sleep(0)
        accepted = {self.live, self.before} if self.grace else {self.live}
        if tokens.refresh not in accepted:
            raise AuthorizationLost(reason=LossReason.REFRESH_REFUSED)
        self.refreshes += 1
        self.before, self.live = self.live, f"refresh-{self.refreshes}"
        if self.refusals:
            raise self.refusals.pop(0)
        return a_token_set(self.refreshes, expires_at=self.clock() + timedelta(minutes=30))


def expired(number: int = 0) -> TokenSet:
    return a_token_set(number, expires_at=NOW - timedelta(seconds=1))


async def test_good_tokens_are_used_as_they_are() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=a_token_set()), Vendor(clock)

    tokens = await fresh(store, "grant", vendor.refresh, now=clock)

    assert tokens == a_token_set()
    assert vendor.refreshes == 0


@pytest.mark.parametrize(
    ("left", "refreshes"),
    [(LEEWAY + timedelta(seconds=1), 0), (LEEWAY, 1), (timedelta(seconds=-5), 1)],
)
async def test_tokens_are_renewed_before_they_end(left: timedelta, refreshes: int) -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=a_token_set(expires_at=NOW + left)), Vendor(clock)

    await fresh(store, "grant", vendor.refresh, now=clock)

    assert vendor.refreshes == refreshes


async def test_twenty_expired_calls_refresh_once() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=expired()), Vendor(clock, grace=False)

    got = await asyncio.gather(
        *(fresh(store, "grant", vendor.refresh, now=clock) for _ in range(20))
    )

    assert vendor.refreshes == 1
    assert {tokens.access for tokens in got} == {"access-1"}
    assert store.stored["grant"].refresh == vendor.live


async def test_twenty_rejected_calls_refresh_once_more() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=a_token_set()), Vendor(clock, grace=False)

    got = await asyncio.gather(
        *(fresh(store, "grant", vendor.refresh, now=clock, rejected="access-0") for _ in range(20))
    )

    assert vendor.refreshes == 1
    assert {tokens.access for tokens in got} == {"access-1"}


async def test_grants_do_not_wait_for_each_other() -> None:
    clock = HandClock()
    store = MemoryTokens(one=expired(), two=expired())
    async with store.leased("one"):
        tokens = await asyncio.wait_for(
            fresh(store, "two", Vendor(clock).refresh, now=clock), timeout=1
        )

    assert tokens.access == "access-1"


async def test_a_dead_refresh_token_is_marked_and_never_tried_again() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=expired(7)), Vendor(clock)
    calls = 0

    async def counted(tokens: TokenSet) -> TokenSet:
        nonlocal calls
        calls += 1
        return await vendor.refresh(tokens)

    for _ in range(3):
        with pytest.raises(AuthorizationLost):
            await fresh(store, "grant", counted, now=clock)

    assert calls == 1
    assert store.reasons == {"grant": "refresh_refused"}


async def test_a_lost_answer_is_asked_for_with_the_same_token() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=expired()), Vendor(clock, TryAgain("no full answer"))

    tokens = await fresh(store, "grant", vendor.refresh, now=clock)

    assert tokens.access == "access-2"
    assert store.stored["grant"].refresh == vendor.live


async def test_a_vendor_that_stays_silent_costs_the_grant_nothing() -> None:
    clock = HandClock()
    store = MemoryTokens(grant=expired())
    vendor = Vendor(clock, TryAgain("one"), TryAgain("two"))

    with pytest.raises(TryAgain):
        await fresh(store, "grant", vendor.refresh, now=clock)

    assert store.stored["grant"] == expired()
    assert store.reasons == {}


async def test_a_vendor_that_asks_us_to_stay_away_is_not_asked_twice() -> None:
    clock = HandClock()
    busy = TryAgain("HTTP 503", after=timedelta(seconds=30))
    store, vendor = MemoryTokens(grant=expired()), Vendor(clock, busy)

    with pytest.raises(TryAgain):
        await fresh(store, "grant", vendor.refresh, now=clock)

    assert vendor.refreshes == 1


async def test_a_renewal_outlives_the_caller_who_asked_for_it() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=expired()), Vendor(clock, grace=False)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(tokens: TokenSet) -> TokenSet:
        renewed = await vendor.refresh(tokens)
        asked.set()
        await answered.wait()
        return renewed

    caller = asyncio.ensure_future(fresh(store, "grant", slow, now=clock))
    await asked.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    answered.set()
    async with store.leased("grant") as slot:
        stored = slot.tokens

    assert stored.refresh == vendor.live


async def test_a_renewal_that_fails_after_its_caller_has_left_is_no_mistake_of_ours() -> None:
    clock, told = HandClock(), []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    store = MemoryTokens(grant=expired())
    asked, answered = asyncio.Event(), asyncio.Event()

    async def refused(tokens: TokenSet) -> TokenSet:
        asked.set()
        await answered.wait()
        raise AuthorizationLost(reason=LossReason.REFRESH_REFUSED)

    caller = asyncio.ensure_future(fresh(store, "grant", refused, now=clock))
    await asked.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    answered.set()
    with pytest.raises(AuthorizationLost):
        async with store.leased("grant"):
            pass
    del caller  # whose traceback holds the renewal
    gc.collect()

    assert store.reasons == {"grant": "refresh_refused"}
    assert told == []


async def test_tokens_that_could_not_be_stored_are_not_used() -> None:
    clock = HandClock()
    store = MemoryTokens(grant=expired())
    store.is_full = True

    with pytest.raises(OSError, match="disk full"):
        await fresh(store, "grant", Vendor(clock).refresh, now=clock)


async def test_a_lease_that_ran_out_does_not_cost_the_grant_its_life() -> None:
    clock = HandClock()
    store, vendor = MemoryTokens(grant=expired()), Vendor(clock, grace=False)

    async def overtaken(tokens: TokenSet) -> TokenSet:
        other = await vendor.refresh(tokens)  # another process, which took the lease over
        store.stored["grant"] = other
        return await vendor.refresh(tokens)

    tokens = await fresh(store, "grant", overtaken, now=clock)

    assert tokens.access == "access-1"
    assert store.reasons == {}


def jwt(payload: object, *, pad: Callable[[str], str] = lambda text: text.rstrip("=")) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode()
    return f"head.{pad(middle)}.signature"


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (jwt({"authentication_event_id": "e"}), {"authentication_event_id": "e"}),
        (jwt({"é": "ü"}), {"é": "ü"}),
        (jwt(["no", "object"]), {}),
        ("opaque", {}),
        ("a.b.c", {}),
        ("a.!!!.c", {}),
        ("", {}),
    ],
)
def test_an_access_token_says_what_it_can_about_itself(
    access: str, expected: dict[str, str]
) -> None:
    assert claims(access) == expected


def test_secrets_stay_out_of_the_representation() -> None:
    assert "access-0" not in repr(a_token_set())
    assert "refresh-0" not in repr(a_token_set())
