"""The table of control accounts, row by row."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commands.health.books.periods import complete_month
from commands.health.check import Level
from commands.health.reckoning.control import Outcome, due_date, outcome

DUE = date(2026, 4, 22)


def tried(**over: Any) -> Outcome:
    known: dict[str, Any] = {
        "journal": Decimal(900),
        "balance": Decimal(900),
        "due": DUE,
        "is_paid": False,
        "today": date(2026, 4, 2),
        "near_days": 7,
    }
    return outcome(**(known | over))


@pytest.mark.parametrize(
    ("over", "expected", "level"),
    [
        ({"journal": None}, "no journal", Level.ERROR),
        ({"journal": None, "balance": Decimal()}, "no journal", Level.ERROR),
        ({"balance": Decimal()}, "cleared", Level.FINE),
        ({"balance": Decimal(), "today": date(2026, 5, 2)}, "cleared", Level.FINE),
        ({}, "not due yet", Level.FINE),
        ({"today": date(2026, 4, 14)}, "not due yet", Level.FINE),
        ({"due": None, "today": date(2027, 1, 1)}, "not due yet", Level.FINE),
        ({"today": date(2026, 4, 15)}, "due soon", Level.WARNING),
        ({"today": date(2026, 4, 17)}, "due soon", Level.WARNING),  # due in five days
        ({"today": DUE}, "due soon", Level.WARNING),
        ({"today": date(2026, 4, 23)}, "overdue", Level.ERROR),
        ({"today": date(2026, 4, 23), "balance": Decimal(100)}, "overdue", Level.ERROR),
        ({"today": date(2026, 4, 23), "is_paid": True}, "does not reconcile", Level.ERROR),
        ({"balance": Decimal(100)}, "does not reconcile", Level.ERROR),
        ({"balance": Decimal(-900)}, "does not reconcile", Level.ERROR),
        ({"balance": Decimal("900.01"), "due": None}, "does not reconcile", Level.ERROR),
    ],
)
def test_the_first_row_that_fits_says_how_it_stands(
    over: dict[str, Any], expected: str, level: Level
) -> None:
    found = tried(**over)

    assert (found.value, found.level) == (expected, level)


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 4, 29), date(2026, 3, 31)),
        (date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 1, 15), date(2025, 12, 31)),
    ],
)
def test_the_month_is_the_latest_that_is_complete(as_of: date, month: date) -> None:
    assert complete_month(as_of) == month


@pytest.mark.parametrize(
    ("month", "day", "due"),
    [
        (date(2026, 3, 31), 22, date(2026, 4, 22)),
        (date(2026, 12, 31), 19, date(2027, 1, 19)),
        (date(2026, 1, 31), 31, date(2026, 2, 28)),
        (date(2026, 1, 31), 0, None),
    ],
)
def test_it_is_due_in_the_month_after(month: date, day: int, due: date | None) -> None:
    assert due_date(month, day) == due
