"""Staying within the vendor's allowance."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from providers.allowances import LOST_S, Wish
from providers.errors import LimitScope, RateLimited
from providers.limits import LOOK_AGAIN, InMemory, RateLimiter, next_month
from providers.provider import Limits
from tests.providers.vendors import NOW, HandClock

ACME = ("xero", "acme")
OTHER = ("xero", "other")
AT_ONCE = Wish(background=False)  # somebody waits for it
BEHIND = Wish(background=True)


def a_limiter(clock: HandClock, **limits: int | str) -> RateLimiter:
    declared = Limits(**({"per_minute": 60, "concurrent": 5} | limits))
    return RateLimiter(
        {"xero": declared, "quickbooks": declared},
        now=clock,
        keeper=InMemory(clock.seconds),
        sleep=clock.sleep,
    )


async def call(
    limiter: RateLimiter,
    key: tuple[str, str] = ACME,
    *,
    times: int = 1,
    wish: Wish = AT_ONCE,
    hearing: Mapping[str, str] | None = None,
) -> None:
    """So many calls, one after another; every answer has these headers."""
    for _ in range(times):
        async with limiter.slot(key, wish) as under_way:
            under_way.heard(hearing or {}, NOW)


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


QUICKBOOKS = ("quickbooks", "bakery")
MINUTE = timedelta(minutes=1)


def refusal(clock: HandClock) -> RateLimited:
    return RateLimited(scope=LimitScope.MINUTE, until=clock() + MINUTE, after=MINUTE)


async def refuse(limiter: RateLimiter, clock: HandClock, *, times: int) -> list[LimitScope]:
    """So many refusals of reading, each waited out."""
    found = []
    for _ in range(times):
        async with limiter.slot(QUICKBOOKS, AT_ONCE) as under_way:
            under_way.heard({}, clock())
        found.append((await limiter.refuse(QUICKBOOKS, refusal(clock), is_read=True)).scope)
        clock.at += MINUTE
    return found


async def read(limiter: RateLimiter, key: tuple[str, str]) -> None:
    async with limiter.slot(key, AT_ONCE) as under_way:
        under_way.heard({}, NOW, has_read=True)


async def test_refusals_that_no_minute_explains_are_a_spent_month() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")

    first = await refuse(limiter, clock, times=4)
    last = await limiter.refuse(QUICKBOOKS, refusal(clock), is_read=True)

    assert set(first) == {LimitScope.MINUTE}
    assert last.scope is LimitScope.MONTH
    assert last.anew_at == datetime(2026, 7, 1, 7, tzinfo=UTC)
    with pytest.raises(RateLimited) as caught:  # nobody of that application, at no organisation
        await call(limiter, ("quickbooks", "joinery"))
    assert caught.value.scope is LimitScope.MONTH
    assert caught.value.anew_at == last.anew_at
    assert caught.value.until == clock() + LOOK_AGAIN


async def test_a_spent_month_is_looked_at_again_every_hour_until_something_is_read() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")
    await refuse(limiter, clock, times=5)

    clock.at += LOOK_AGAIN
    still = await refuse(limiter, clock, times=1)
    clock.at += LOOK_AGAIN
    await read(limiter, QUICKBOOKS)
    after = await refuse(limiter, clock, times=1)

    assert (still, after) == ([LimitScope.MONTH], [LimitScope.MINUTE])


@pytest.mark.parametrize(
    ("between", "month_of"),
    [("quickbooks", "America/Los_Angeles"), ("", "")],
    ids=["another of its organisations could be read", "there is no such limit"],
)
async def test_refusals_are_of_a_minute_where(between: str, month_of: str) -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of=month_of)
    found = []
    for _ in range(6):
        found += await refuse(limiter, clock, times=1)
        if between:
            await read(limiter, (between, "joinery"))

    assert set(found) == {LimitScope.MINUTE}


async def test_many_calls_refused_at_once_are_one_refusal() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")

    found = [await limiter.refuse(QUICKBOOKS, refusal(clock), is_read=True) for _ in range(9)]

    assert {each.scope for each in found} == {LimitScope.MINUTE}


async def test_writing_that_is_refused_says_nothing_of_the_month() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")
    for _ in range(6):
        error = await limiter.refuse(QUICKBOOKS, refusal(clock), is_read=False)
        clock.at += MINUTE

    assert error.scope is LimitScope.MINUTE


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-06-03T10:00+00:00", "2026-07-01T07:00+00:00"),
        ("2026-12-31T23:00+00:00", "2027-01-01T08:00+00:00"),
        ("2027-01-01T07:59+00:00", "2027-01-01T08:00+00:00"),  # still December there
        ("2027-01-01T08:00+00:00", "2027-02-01T08:00+00:00"),
    ],
)
def test_the_next_month_begins_where_the_vendor_counts(now: str, begins: str) -> None:
    found = next_month(datetime.fromisoformat(now), "America/Los_Angeles")

    assert found == datetime.fromisoformat(begins)
