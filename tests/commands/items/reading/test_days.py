"""Days are read in any order, and a guess says that it is one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.items.reading.days import Order, order_of, settled, stamps

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("1 October 2026", date(2026, 10, 1)),
        ("Oct 1, 2026", date(2026, 10, 1)),
        ("1st of May 2026", date(2026, 5, 1)),
        ("01-Oct-2026", date(2026, 10, 1)),
        ("1er août 2026", date(2026, 8, 1)),
        ("1. März 2026", date(2026, 3, 1)),
        ("3 mei 2026", date(2026, 5, 3)),
        ("31.12.26", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("03.04.2026", date(2026, 4, 3)),
    ],
)
def test_a_day_without_doubt_is_read(text: str, day: date) -> None:
    [found] = stamps(f"on {text}, then")

    assert (found.day, found.other) == (day, None)


@pytest.mark.parametrize("text", ["99/99/2026", "tel 01.22.33.44.55", "1.5", "30/02/2026"])
def test_what_is_no_day_is_not_taken_for_one(text: str) -> None:
    assert list(stamps(text)) == []


@pytest.mark.parametrize(
    ("text", "country", "currency", "day", "is_sure"),
    [
        ("03/04/2026", "GB", None, date(2026, 4, 3), True),
        ("03/04/2026", "US", None, date(2026, 3, 4), True),
        ("03/04/2026", None, "EUR", date(2026, 4, 3), True),
        ("03/04/2026", None, "USD", date(2026, 4, 3), False),
        ("03/04/2026", "CA", None, date(2026, 4, 3), False),
        ("03/04/2026 10/31/2026", "GB", None, date(2026, 3, 4), True),
    ],
)
def test_the_order_is_that_of_the_document_else_of_the_country_else_of_the_currency(
    text: str, country: str | None, currency: str | None, day: date, is_sure: bool
) -> None:
    found = list(stamps(text))
    settled_day, sure = settled(found[0], order_of(found, country, currency), TODAY)

    assert settled_day == day
    assert (sure > 0.5) is is_sure


def test_a_day_to_come_gives_way_to_one_that_has_been() -> None:
    [found] = stamps("10/03/2026")

    assert settled(found, Order.DAY, date(2026, 11, 22)) == (date(2026, 3, 10), 0.95)
    assert settled(found, Order.MONTH, date(2026, 4, 1)) == (date(2026, 3, 10), 0.4)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_figures_are_never_settled_to_a_day_that_is_not_written(day: date) -> None:
    [found] = stamps(f"{day:%d/%m/%Y}")

    assert day in (found.day, found.other)
