"""Cents: rounding, sharing, and what lines leave open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.amounts import difference, grosses, shares, to_cent
from commands.publishing.facts import FactLine
from tests.commands.publishing.coded import facts, line

AMOUNTS = st.integers(-1_000_000, 5_000_000).map(lambda n: Decimal(n) / 100)
WEIGHTS = st.integers(0, 100_000).map(lambda n: Decimal(n) / 100)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("0.125", "0.13"), ("0.1249", "0.12"), ("-0.125", "-0.13")],
)
def test_half_a_cent_goes_away_from_nothing(amount: str, rounded: str) -> None:
    assert to_cent(Decimal(amount)) == Decimal(rounded)


@given(amount=AMOUNTS, weights=st.lists(WEIGHTS, min_size=1, max_size=20))
def test_shares_come_to_the_whole_and_none_is_a_cent_off(
    amount: Decimal, weights: list[Decimal]
) -> None:
    parts = shares(amount, weights)

    assert sum(parts) == amount
    even = weights if sum(weights) else [Decimal(1)] * len(weights)
    for part, weight in zip(parts, even, strict=True):
        assert abs(part - amount * weight / sum(even)) < Decimal("0.01")


def test_the_largest_remainder_has_the_odd_cent() -> None:
    assert shares(Decimal("1.00"), [Decimal(1)] * 3) == (
        Decimal("0.34"), Decimal("0.33"), Decimal("0.33")
    )  # fmt: skip
    assert shares(Decimal("1.00"), [Decimal(3), Decimal(4), Decimal(4)]) == (
        Decimal("0.27"), Decimal("0.37"), Decimal("0.36")
    )  # fmt: skip


def test_lines_without_tax_share_what_the_others_leave() -> None:
    mixed = facts(
        lines=(
            line("60.00"),
            FactLine(net=Decimal("25.00"), tax_percent=Decimal(20)),
            FactLine(quantity=Decimal(3), unit_price=Decimal(10), tax_percent=Decimal(0)),
        )
    )

    assert difference(mixed) == 0
    assert grosses(mixed) == (Decimal("60.00"), Decimal("30.00"), Decimal("30.00"))


def test_a_line_without_any_amount_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="without an amount"):
        grosses(facts(lines=(line("60.00"), line())))
