"""A spent month: found out or told, waited for by whoever reads, and of no concern to writers."""

from datetime import UTC, datetime, timedelta

import pytest

from providers.allowances import Wish
from providers.errors import LimitScope, RateLimited
from providers.limits import LOOK_AGAIN, RateLimiter, next_month
from tests.providers.limiting import AT_ONCE, a_limiter, call
from tests.providers.vendors import NOW, HandClock

QUICKBOOKS = ("quickbooks", "bakery")
JOINERY = ("quickbooks", "joinery")
MINUTE = timedelta(minutes=1)
DAYS = timedelta(days=10)
WRITING = Wish(background=False, is_read=False)


def refusal(clock: HandClock, after: timedelta = MINUTE) -> RateLimited:
    return RateLimited(scope=LimitScope.MINUTE, until=clock() + after, after=after)


async def refuse_for(
    limiter: RateLimiter, clock: HandClock, length: timedelta, *, wish: Wish = AT_ONCE
) -> RateLimited:
    """The vendor says for how long."""
    async with limiter.slot(QUICKBOOKS, wish) as under_way:
        wait = {"retry-after": str(int(length.total_seconds()))}
        under_way.heard(wait, clock(), refuses_to_read=wish.is_read)
    return await limiter.refuse(QUICKBOOKS, refusal(clock, length), is_read=wish.is_read)


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
        await call(limiter, JOINERY)
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


async def test_a_wait_that_is_longer_than_any_minute_is_that_for_a_new_month() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")

    told = await refuse_for(limiter, clock, DAYS)

    assert (told.scope, told.anew_at) == (LimitScope.MONTH, clock() + DAYS)
    for key in (QUICKBOOKS, JOINERY):
        with pytest.raises(RateLimited) as caught:
            await call(limiter, key)
        assert caught.value.scope is LimitScope.MONTH
        assert caught.value.anew_at == caught.value.until == told.anew_at
    clock.at += DAYS
    await read(limiter, JOINERY)


@pytest.mark.parametrize(
    ("month_of", "wish", "length"),
    [
        ("", AT_ONCE, DAYS),
        ("America/Los_Angeles", WRITING, DAYS),
        ("America/Los_Angeles", AT_ONCE, MINUTE),
    ],
    ids=["there is no such limit", "it was about writing", "a minute is told"],
)
async def test_one_refusal_is_no_spent_month_where(
    month_of: str, wish: Wish, length: timedelta
) -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of=month_of)

    told = await refuse_for(limiter, clock, length, wish=wish)
    await call(limiter, JOINERY)

    assert told.scope is LimitScope.MINUTE


async def test_whoever_asks_while_the_answer_is_understood_hears_the_same() -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")
    async with limiter.slot(QUICKBOOKS, AT_ONCE) as under_way:
        under_way.heard({"retry-after": "864000"}, clock(), refuses_to_read=True)

    with pytest.raises(RateLimited) as caught:
        await call(limiter, QUICKBOOKS)

    assert caught.value.scope is LimitScope.MONTH


@pytest.mark.parametrize("length", [DAYS, None], ids=["told", "found out"])
async def test_who_writes_need_not_wait_for_a_new_month(length: timedelta | None) -> None:
    clock = HandClock()
    limiter = a_limiter(clock, month_of="America/Los_Angeles")
    if length is None:
        await refuse(limiter, clock, times=5)
    else:
        await refuse_for(limiter, clock, length)

    for key in (QUICKBOOKS, JOINERY):
        await call(limiter, key, wish=WRITING)

    assert clock.slept == []


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
