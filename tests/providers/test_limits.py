"""Staying within the vendor's allowance."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from providers.errors import LimitScope, RateLimited
from providers.limits import RateLimiter
from providers.provider import Limits
from tests.providers.vendors import NOW, HandClock

ACME = ("xero", "acme")
OTHER = ("xero", "other")


def a_limiter(clock: HandClock, **limits: int | str) -> RateLimiter:
    declared = Limits(**({"per_minute": 60, "concurrent": 5} | limits))
    return RateLimiter(
        {"xero": declared, "quickbooks": declared},
        now=clock,
        clock=clock.seconds,
        sleep=clock.sleep,
    )


async def call(limiter: RateLimiter, key: tuple[str, str] = ACME, times: int = 1) -> None:
    for _ in range(times):
        async with limiter.slot(key, background=False):
            pass


async def call_behind(limiter: RateLimiter, times: int = 1) -> None:
    for _ in range(times):
        async with limiter.slot(ACME, background=True):
            pass


async def test_the_sixty_first_call_waits_for_the_minute() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)

    await call(limiter, times=61)

    assert clock.slept == [60.0]


async def test_background_work_leaves_a_tenth_of_the_minute_to_people() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await call_behind(limiter, times=54)  # 60 - 60 // 10

    await call(limiter, times=6)

    assert clock.slept == []


async def test_the_tenth_call_of_a_second_is_the_last() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, per_minute=500, per_second=10)

    await call(limiter, times=11)

    assert clock.slept == [1.0]


async def test_organisations_do_not_share_an_allowance() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await call(limiter, times=60)

    await call(limiter, OTHER)

    assert clock.slept == []


async def test_no_more_calls_run_at_once_than_allowed() -> None:
    limiter = a_limiter(HandClock())
    running, most = 0, 0

    async def one() -> None:
        nonlocal running, most
        async with limiter.slot(ACME, background=False):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(one() for _ in range(30)))

    assert most == 5


async def test_background_work_leaves_one_concurrent_call_to_people() -> None:
    limiter = a_limiter(HandClock())
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(limiter.slot(ACME, background=True))
        fifth = asyncio.ensure_future(call_behind(limiter))
        await asyncio.sleep(0)

        await call(limiter)

        assert not fifth.done()
    await fifth


async def test_a_call_that_fails_gives_its_place_back() -> None:
    limiter = a_limiter(HandClock(), concurrent=1)
    with pytest.raises(ValueError, match="wire"):
        async with limiter.slot(ACME, background=False):
            raise ValueError("wire")

    await asyncio.wait_for(call(limiter), timeout=1)


async def test_the_reserve_of_the_day_is_for_people() -> None:
    limiter = a_limiter(HandClock(), per_minute=10_000, per_day=100, reserve=10)
    await call_behind(limiter, times=90)

    with pytest.raises(RateLimited) as caught:
        await call_behind(limiter)
    await call(limiter, times=10)

    assert caught.value.scope is LimitScope.DAY
    assert caught.value.until == NOW + timedelta(days=1)


async def test_a_spent_day_is_reported_and_ends() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, per_day=3)
    await call(limiter, times=3)
    with pytest.raises(RateLimited):
        await call(limiter)

    clock.at += timedelta(days=1)
    await call(limiter, times=3)

    assert clock.slept == []


async def test_the_vendors_count_beats_ours() -> None:
    clock = HandClock()
    limiter = a_limiter(
        clock, per_day=5000, reserve=500, minute_remaining="X-Min", day_remaining="X-Day"
    )
    limiter.observe(ACME, {"x-min": "2", "x-day": "500"}, clock())

    await call(limiter, times=3)
    with pytest.raises(RateLimited) as caught:
        await call_behind(limiter)

    assert clock.slept == [60.0]  # two were left of the minute
    assert caught.value.scope is LimitScope.DAY
    assert caught.value.until == NOW + timedelta(hours=1)  # then the vendor is asked again


async def test_nobody_calls_within_retry_after() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, minute_remaining="X-Min")
    limiter.observe(ACME, {"retry-after": "30", "x-min": "0"}, clock())
    called_at: list[float] = []

    async def one() -> None:
        async with limiter.slot(ACME, background=False):
            called_at.append(clock.seconds())

    await asyncio.gather(*(one() for _ in range(10)))

    assert min(called_at) >= 30
    assert max(called_at) < 600


async def test_hours_of_retry_after_are_not_slept_through() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    limiter.observe(ACME, {"retry-after": "66975"}, clock())

    with pytest.raises(RateLimited) as caught:
        await call(limiter)

    assert caught.value.until == NOW + timedelta(seconds=66_975)
    assert caught.value.after == timedelta(seconds=66_975)
    assert clock.slept == []


async def test_a_shorter_pause_does_not_cut_a_longer_one() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    limiter.pause(ACME, scope=LimitScope.MINUTE, length=timedelta(seconds=50))
    limiter.pause(ACME, scope=LimitScope.MINUTE, length=timedelta(seconds=5))

    await call(limiter)

    assert clock.slept == [50.0]


async def test_an_allowance_of_the_application_stops_every_organisation() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    limiter.pause(ACME, scope=LimitScope.APPLICATION, length=timedelta(seconds=20))

    await call(limiter, OTHER)
    await call(limiter, ("quickbooks", "1"))

    assert clock.slept == [20.0]  # another software is none of its business
