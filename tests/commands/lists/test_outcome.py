"""What each failure of an import leads to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.lists.outcome import EVERY, LONGEST_WAIT, backoff, next_reading, outcome
from providers.errors import (
    Lack,
    LimitScope,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    UnknownProvider,
    WireMismatch,
    Withheld,
)

NOW = datetime(2026, 6, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "attempt", "reason", "wait", "needs_attention"),
    [
        (TryAgain(), 1, "vendor_silent", timedelta(minutes=1), False),
        (TryAgain(), 2, "vendor_silent", timedelta(minutes=2), False),
        (TryAgain(), 3, "vendor_silent", timedelta(minutes=4), True),
        (TryAgain(), 40, "vendor_silent", LONGEST_WAIT, True),
        (TryAgain(after=HOUR), 1, "vendor_silent", HOUR, False),
        (
            RateLimited(scope=LimitScope.DAY, until=NOW + 5 * HOUR),
            9,
            "rate_limited",
            5 * HOUR,
            True,
        ),
        (
            RateLimited(scope=LimitScope.MINUTE, until=NOW + HOUR / 30),
            1,
            "rate_limited",
            HOUR / 30,
            False,
        ),
        (
            RateLimited(scope=LimitScope.MONTH, until=NOW + HOUR, anew_at=NOW + 200 * HOUR),
            1,
            "month_spent",
            24 * HOUR,
            True,
        ),
        (
            RateLimited(scope=LimitScope.MONTH, until=NOW + HOUR, anew_at=NOW + 3 * HOUR),
            1,
            "month_spent",
            3 * HOUR,
            True,
        ),
        (Withheld(), 1, "inactive", timedelta(minutes=1), False),
        (Withheld(), 3, "inactive", timedelta(minutes=4), True),
        (NotPermitted(needed="Adviser"), 1, "not_permitted", EVERY, True),
        (NotPermitted(needed="life", lack=Lack.ACTIVE), 1, "inactive", EVERY, True),
        (UnknownProvider(), 1, "unconfigured", LONGEST_WAIT, True),
        (WireMismatch(path="$", wanted="a list"), 1, "unreadable", LONGEST_WAIT, True),
    ],
)
def test_each_failure_has_its_consequence(
    error: ProviderError, attempt: int, reason: str, wait: timedelta, needs_attention: bool
) -> None:
    found = outcome(error, attempt=attempt, now=NOW)

    assert (found.reason, found.next_at - NOW) == (reason, wait)
    assert found.needs_attention is needs_attention


@given(st.integers(1, 10_000))
def test_waits_grow_and_are_bounded(attempt: int) -> None:
    assert backoff(attempt) <= backoff(attempt + 1) <= LONGEST_WAIT


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16))
def test_the_next_reading_is_within_two_days_of_this_one(connection_id: str) -> None:
    wait = next_reading(connection_id, NOW) - NOW

    assert EVERY - timedelta(hours=2) < wait <= EVERY
