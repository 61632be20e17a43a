"""Corporation tax, against figures worked out by hand and against what must hold of any tax."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.health.books.periods import Period
from commands.health.reckoning.corporation_tax import corporation_tax

YEAR = Period(begin=date(2025, 4, 1), end=date(2026, 3, 31))
HALF = Period(begin=date(2025, 4, 1), end=date(2025, 9, 30))  # 183 of 365 days
PROFITS = st.decimals(0, 1_000_000, places=2)


@pytest.mark.parametrize(
    ("period", "profit", "tax"),
    [
        (YEAR, "-1", "0"),
        (YEAR, "0", "0"),
        (YEAR, "50000", "9500.00"),
        (YEAR, "50001", "9500.27"),  # 26.5 % on what is between the limits
        (YEAR, "100000", "22750.00"),
        (YEAR, "249999", "62499.74"),
        (YEAR, "250000", "62500.00"),
        (YEAR, "300000", "75000.00"),
        (Period(begin=date(2022, 4, 1), end=date(2023, 3, 31)), "300000", "57000.00"),
        (Period(begin=date(2024, 2, 29), end=date(2025, 2, 27)), "50000", "9500.00"),
        # the calendar year 2023: 90 days at 19 %, 275 with limits of 275/365
        (Period(begin=date(2023, 1, 1), end=date(2023, 12, 31)), "365000", "85850.00"),
        (Period(begin=date(2023, 1, 1), end=date(2023, 12, 31)), "36500", "6935.00"),
        (HALF, "25000", "4750.00"),
        (HALF, "200000", "50000.00"),
    ],
)
def test_tax_is_as_worked_out_by_hand(period: Period, profit: str, tax: str) -> None:
    assert corporation_tax(Decimal(profit), period) == Decimal(tax)


@given(PROFITS, PROFITS)
def test_more_profit_is_never_less_tax_nor_more_than_the_whole_of_it(
    one: Decimal, other: Decimal
) -> None:
    less, more = sorted((one, other))
    grown = corporation_tax(more, YEAR) - corporation_tax(less, YEAR)

    assert 0 <= grown <= (more - less) * Decimal("0.265") + Decimal("0.01")


@pytest.mark.parametrize(
    "period",
    [
        Period(begin=date(2025, 4, 1), end=date(2026, 4, 1)),
        Period(begin=date(2017, 3, 31), end=date(2017, 12, 31)),
    ],
)
def test_periods_without_rates_are_refused(period: Period) -> None:
    with pytest.raises(ValueError, match="no rates"):
        corporation_tax(Decimal(1), period)
