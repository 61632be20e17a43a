"""Until when books have to be locked."""

from datetime import date

import pytest

from commands.health.checks.lock_dates import Cycle, must_be_locked


@pytest.mark.parametrize(
    ("today", "grace_weeks", "cycle", "expected"),
    [
        (date(2026, 4, 14), 2, Cycle.MONTHLY, date(2026, 2, 28)),
        (date(2026, 4, 15), 2, Cycle.MONTHLY, date(2026, 3, 31)),
        (date(2026, 5, 14), 2, Cycle.MONTHLY, date(2026, 3, 31)),
        (date(2026, 5, 15), 2, Cycle.MONTHLY, date(2026, 4, 30)),
        (date(2026, 5, 15), 8, Cycle.MONTHLY, date(2026, 2, 28)),
        (date(2026, 4, 14), 2, Cycle.QUARTERLY, date(2025, 12, 31)),
        (date(2026, 7, 14), 2, Cycle.QUARTERLY, date(2026, 3, 31)),
        (date(2026, 7, 15), 2, Cycle.QUARTERLY, date(2026, 6, 30)),
        (date(2026, 1, 8), 1, Cycle.QUARTERLY, date(2025, 12, 31)),
    ],
)
def test_books_must_be_locked_some_weeks_after_their_month(
    today: date, grace_weeks: int, cycle: Cycle, expected: date
) -> None:
    assert must_be_locked(today, grace_weeks, cycle) == expected
