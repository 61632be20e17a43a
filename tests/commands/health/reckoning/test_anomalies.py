"""What is more than usual."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.health.reckoning.anomalies import Rule, anomalies, regularity


def months(*amounts: str) -> dict[str, Decimal]:
    return {
        f"{2021 + place // 12}-{place % 12 + 1:02d}": Decimal(amount)
        for place, amount in enumerate(amounts)
    }


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        (["276"] * 50 + ["383", "437"], ["383", "437"]),
        (["276"] * 50 + ["331.20"], []),  # twenty per cent more
        (["276"] * 50 + ["331.21"], ["331.21"]),
        (["100"] * 50 + ["149.99"], []),  # less than fifty more
        (["100"] * 50 + ["150"], ["150"]),
        (["100"] * 5 + ["900"], ["900"]),
        (["100"] * 4 + ["900"], []),  # nothing is usual yet
        (["100", "200", "300", "400", "500", "600"], []),
        (["0"] * 30 + ["100"] * 6 + ["200"], ["200"]),
        (["-100"] * 6 + ["-500"], []),
    ],
)
def test_a_month_stands_out_by_far_enough(amounts: list[str], found: list[str]) -> None:
    assert [each.amount for each in anomalies(months(*amounts), Rule())] == list(
        map(Decimal, found)
    )


@given(st.lists(st.decimals(0, 10_000, places=2), max_size=60))
def test_the_order_of_months_changes_nothing_about_which_amounts_stand_out(
    amounts: list[Decimal],
) -> None:
    there = sorted(each.amount for each in anomalies(months(*map(str, amounts)), Rule()))
    again = anomalies(months(*map(str, reversed(amounts))), Rule())

    assert sorted(each.amount for each in again) == there
    assert len(there) <= len(amounts) / 2


@pytest.mark.parametrize(
    ("spent", "word"),
    [(60, "monthly"), (50, "monthly"), (20, "most quarters"), (10, "twice a year"), (5, "yearly")],
)
def test_how_often_is_said_in_a_word(spent: int, word: str) -> None:
    assert regularity(months(*["5"] * spent), 60) == word
