"""Amounts are read as they are written in each country."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.items.reading.amounts import amounts, comma_in, number


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("Total £1,234.56", "1234.56", "GBP"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1 234,56 EUR", "1234.56", "EUR"),
        ("1\u202f234,56 EUR", "1234.56", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("US$ 5.10", "5.10", "USD"),
        ("$5", "5", "$"),
        ("45,- €", "45", "EUR"),
        ("(£5.00)", "-5.00", "GBP"),
        ("5.00-", "-5.00", None),
        ("€ -12,50", "-12.50", "EUR"),
        ("100,00 kr", "100.00", "kr"),
        ("12,34 Cr", "12.34", None),
    ],
)
def test_an_amount_is_read(text: str, value: str, currency: str | None) -> None:
    [found] = amounts(text)

    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize(
    "text", ["20%", "20 %", "20.00%", "01/10/2026", "14:22", "12.10.2026", "A4", "1.2.3"]
)
def test_what_is_not_an_amount_is_not_taken_for_one(text: str) -> None:
    assert [each for each in amounts(text) if each.is_money] == []


def test_cells_beside_each_other_stay_apart() -> None:
    assert [each.value for each in amounts("5   123.00   615.00", comma=False)] == [5, 123, 615]


@pytest.mark.parametrize(
    ("written", "comma", "value"),
    [
        ("1,234", None, "1234"),
        ("1,234", False, "1234"),
        ("1,234", True, "1.234"),
        ("1.234", True, "1234"),
        ("1.234", False, "1.234"),
        ("0,125", None, "0.125"),
        ("12,5", False, "12.5"),
        ("1.234.567", False, "1234567"),
    ],
)
def test_one_mark_before_three_figures_depends(
    written: str, comma: bool | None, value: str
) -> None:
    assert number(written, comma=comma) == Decimal(value)


def test_clear_amounts_settle_the_others_whatever_the_country() -> None:
    assert comma_in(["1.234", "10,50"], "GB") is True
    assert comma_in(["1.234"], "GB") is False
    assert comma_in(["1.234"], "DE") is True
    assert comma_in(["1.234"], None) is None


@given(st.decimals(0, 10**9, places=2), st.sampled_from([(",", "."), (".", ","), ("'", ".")]))
def test_thousands_and_cents_survive_any_marks(value: Decimal, marks: tuple[str, str]) -> None:
    thousands, cents = marks
    written = f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": cents}))

    assert [each.value for each in amounts(f"Total {written}")] == [value]
