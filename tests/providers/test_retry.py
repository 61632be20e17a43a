"""Whether to ask again, and when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import (
    AuthorizationLost,
    LimitScope,
    LossReason,
    Missing,
    OutcomeUnknown,
    RateLimited,
    TryAgain,
)
from providers.retry import RetryPolicy
from tests.providers.vendors import NOW

POLICY = RetryPolicy(
    base=timedelta(seconds=1),
    ceiling=timedelta(seconds=8),
    attempts=6,
    patience=timedelta(seconds=30),
)


def seconds(amount: float) -> timedelta:
    return timedelta(seconds=amount)


@pytest.mark.parametrize(
    ("attempt", "chance", "after", "waited", "expected"),
    [
        (1, 1.0, None, 0, 1),  # 1 * 2^0
        (2, 1.0, None, 0, 2),  # 1 * 2^1
        (4, 1.0, None, 0, 8),  # 1 * 2^3
        (5, 1.0, None, 0, 8),  # 16, at most 8
        (3, 0.5, None, 0, 2),  # half of 4
        (3, 0.0, None, 0, 0),  # full jitter reaches down to nothing
        (1, 0.0, 20, 0, 20),  # the vendor's word, to the second
        (5, 1.0, 20, 0, 21),  # the vendor's word and a jitter of at most the base
        (1, 0.0, 30, 0, 30),  # just within the patience of 30
        (1, 0.0, 31, 0, None),  # beyond it
        (3, 1.0, None, 27, None),  # 27 + 4 > 30
        (3, 1.0, None, 26, 4),  # 26 + 4 = 30
        (6, 0.0, None, 0, None),  # the sixth of six attempts has failed
    ],
)
def test_waits_follow_the_arithmetic(
    attempt: int, chance: float, after: float | None, waited: float, expected: float | None
) -> None:
    error = TryAgain(after=None if after is None else seconds(after))

    wait = POLICY.wait(attempt, error, chance=chance, waited=seconds(waited))

    assert wait == (None if expected is None else seconds(expected))


@pytest.mark.parametrize(
    "error",
    [
        AuthorizationLost(reason=LossReason.REFRESH_REFUSED),
        Missing(),
        OutcomeUnknown(),
    ],
)
def test_only_try_again_is_tried_again(error: Exception) -> None:
    assert POLICY.wait(1, error, chance=0.0) is None


def test_a_spent_day_is_not_waited_out() -> None:
    spent = RateLimited(scope=LimitScope.DAY, until=NOW + seconds(66_975), after=seconds(66_975))

    assert RetryPolicy().wait(1, spent, chance=0.0) is None


def test_a_spent_minute_is_waited_out() -> None:
    spent = RateLimited(scope=LimitScope.MINUTE, until=NOW + seconds(60), after=seconds(60))

    assert RetryPolicy().wait(1, spent, chance=0.0) == seconds(60)


@given(chances=st.lists(st.floats(0, 1), min_size=20, max_size=20))
def test_all_waits_of_a_call_stay_within_patience(chances: list[float]) -> None:
    waited = timedelta()
    for attempt, chance in enumerate(chances, start=1):
        wait = POLICY.wait(attempt, TryAgain(), chance=chance, waited=waited)
        if wait is None:
            break
        waited += wait

    assert waited <= POLICY.patience
    assert attempt <= POLICY.attempts
