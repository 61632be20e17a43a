"""Money stays exact on its way through a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.types import Money, Quantity, Rate, Scaled

DIALECT = sqlite.dialect()


@given(
    kind=st.sampled_from([Money(), Rate(), Quantity()]),
    units=st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1),
)
def test_what_fits_comes_back_as_it_was(kind: Scaled, units: int) -> None:
    amount = Decimal(units).scaleb(-kind.places)

    bound = kind.process_bind_param(amount, DIALECT)

    assert bound == units
    assert kind.process_result_value(bound, DIALECT) == amount


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        ("0.00005", 0),  # half to even
        ("0.00015", 2),
        ("-0.00015", -2),
        ("1E+3", 10_000_000),
        ("12.34", 123_400),
    ],
)
def test_more_places_than_are_kept_are_rounded_half_to_even(amount: str, units: int) -> None:
    assert Money().units(Decimal(amount)) == units


@pytest.mark.parametrize("amount", ["922337203685477.5808", "-1E+30"])
def test_what_does_not_fit_is_refused(amount: str) -> None:
    with pytest.raises(OverflowError, match="4 places"):
        Money().units(Decimal(amount))
