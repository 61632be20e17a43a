"""What is owed, in days of sales."""

from decimal import Decimal

import pytest

from commands.health.checks.debtor_days import DebtorDays, DebtorDaysOptions, debtor_days


@pytest.mark.parametrize(
    ("owed", "sold", "days"),
    [("36970.22", "886786.48", 15), ("0", "1", 0), ("1", "1", 365), ("0.5", "365", 1)],
)
def test_days_are_rounded(owed: str, sold: str, days: int) -> None:
    assert debtor_days(Decimal(owed), Decimal(sold)) == days


@pytest.mark.parametrize(
    ("days", "level", "share"),
    [
        (15, "fine", "1"),
        (45, "fine", "1"),
        (46, "needs attention", "0.9778"),
        (72, "needs attention", "0.4"),
        (89, "needs attention", "0.0222"),
        (90, "serious", "0"),
        (114, "serious", "0"),
    ],
)
def test_points_fall_from_the_good_days_to_the_bad(days: int, level: str, share: str) -> None:
    figures = {"days": days, "owed": "1", "sold": "1", "currency": "GBP"}
    verdict = DebtorDays().judge((), figures, DebtorDaysOptions())

    assert verdict.level == level
    assert verdict.share is not None
    assert abs(verdict.share - Decimal(share)) < Decimal("0.0001")
