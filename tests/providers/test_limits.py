"""Staying within the vendor's allowance."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from providers.allowances import LOST_S, Wish
from providers.errors import LimitScope, RateLimited
from tests.providers.limiting import ACME, AT_ONCE, BEHIND, OTHER, a_limiter, call
from tests.providers.vendors import NOW, HandClock


async def test_the_sixty_first_call_waits_for_the_minute() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)

    await call(limiter, times=61)

    assert clock.slept == [60.0]


async def test_background_work_leaves_a_tenth_of_the_minute_to_people() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await call(limiter, times=54, wish=BEHIND)  # 60 - 60 // 10

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
        async with limiter.slot(ACME, AT_ONCE):
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
            await stack.enter_async_context(limiter.slot(ACME, BEHIND))
        fifth = asyncio.ensure_future(call(limiter, wish=BEHIND))
        await asyncio.sleep(0)

        await call(limiter)

        assert not fifth.done()
    await fifth


async def test_a_call_that_fails_gives_its_place_back() -> None:
    limiter = a_limiter(HandClock(), concurrent=1)
    with pytest.raises(ValueError, match="wire"):
        async with limiter.slot(ACME, AT_ONCE):
            raise ValueError("wire")

    await asyncio.wait_for(call(limiter), timeout=1)


async def test_the_reserve_of_the_day_is_for_people() -> None:
    limiter = a_limiter(HandClock(), per_minute=10_000, per_day=100, reserve=10)
    await call(limiter, times=90, wish=BEHIND)

    with pytest.raises(RateLimited) as caught:
        await call(limiter, wish=BEHIND)
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
    await call(limiter, hearing={"x-min": "2", "x-day": "500"})

    await call(limiter, times=3)
    with pytest.raises(RateLimited) as caught:
        await call(limiter, wish=BEHIND)

    assert clock.slept == [60.0]  # two were left of the minute
    assert caught.value.scope is LimitScope.DAY
    assert caught.value.until == NOW + timedelta(hours=1)  # then the vendor is asked again


async def test_nobody_calls_within_retry_after() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, minute_remaining="X-Min")
    await call(limiter, hearing={"retry-after": "30", "x-min": "0"})
    called_at: list[float] = []

    async def one() -> None:
        async with limiter.slot(ACME, AT_ONCE):
            called_at.append(clock.seconds())

    await asyncio.gather(*(one() for _ in range(10)))

    assert min(called_at) >= 30
    assert max(called_at) < 600


async def test_hours_of_retry_after_are_not_slept_through() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await call(limiter, hearing={"retry-after": "66975"})

    with pytest.raises(RateLimited) as caught:
        await call(limiter)

    assert caught.value.until == NOW + timedelta(seconds=66_975)
    assert caught.value.after == timedelta(seconds=66_975)
    assert clock.slept == []


async def test_a_shorter_pause_does_not_cut_a_longer_one() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await limiter.pause(ACME, scope=LimitScope.MINUTE, length=timedelta(seconds=50))
    await limiter.pause(ACME, scope=LimitScope.MINUTE, length=timedelta(seconds=5))

    await call(limiter)

    assert clock.slept == [50.0]


async def test_an_allowance_of_the_application_stops_every_organisation() -> None:
    clock = HandClock()
    limiter = a_limiter(clock)
    await limiter.pause(ACME, scope=LimitScope.APPLICATION, length=timedelta(seconds=20))

    await call(limiter, OTHER)
    await call(limiter, ("quickbooks", "1"))

    assert clock.slept == [20.0]  # another software is none of its business


async def test_the_minute_is_counted_from_the_answers() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, per_minute=1)
    async with limiter.slot(ACME, AT_ONCE):
        await clock.sleep(5)  # the vendor may have counted it at any moment of these

    await call(limiter)

    assert clock.slept == [5, 60.0]


async def test_batches_have_a_minute_of_their_own() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, batches_per_minute=2)
    batch = Wish(background=False, is_batch=True)
    await call(limiter, times=2, wish=batch)
    await call(limiter, times=5)
    assert clock.slept == []

    await call(limiter, wish=batch)

    assert clock.slept == [60.0]


@pytest.mark.parametrize(
    ("left", "wish", "waits"),
    [
        ("501", BEHIND, []),
        ("500", BEHIND, [5.0]),
        ("500", AT_ONCE, []),
        ("50", AT_ONCE, [5.0]),
    ],
)
async def test_of_the_applications_minute_a_reserve_is_for_people(
    left: str, wish: Wish, waits: list[float]
) -> None:
    clock = HandClock()
    limiter = a_limiter(clock, application_remaining="X-App", application_reserve=500)
    await call(limiter, hearing={"x-app": left})

    await call(limiter, OTHER, wish=wish)

    assert clock.slept == waits


async def test_a_call_that_nobody_ended_is_given_up_for_lost() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, concurrent=1)
    async with limiter.slot(ACME, AT_ONCE):
        clock.at += timedelta(seconds=LOST_S + 1)

        async with asyncio.timeout(5):
            await call(limiter)

    assert clock.slept == []
