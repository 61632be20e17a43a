"""Which payment can be that of a VAT period."""

from datetime import date
from decimal import Decimal

import pytest

from commands.health.checks.vat_payment import is_payment_of

END = date(2025, 9, 30)


@pytest.mark.parametrize(
    ("estimate", "paid", "on", "expected"),
    [
        ("1000", "1019", date(2026, 2, 28), True),
        ("1000", "1020", date(2026, 2, 28), True),
        ("1000", "1021", date(2026, 2, 28), False),
        ("1000", "980", date(2026, 3, 30), True),
        ("1000", "1000", date(2026, 4, 15), False),
        ("1000", "1000", date(2025, 9, 30), False),
        ("-1000", "-990", date(2025, 11, 1), True),
        ("-1000", "1000", date(2025, 11, 1), False),
        ("0", "0", date(2025, 11, 1), True),
    ],
)
def test_a_payment_fits_within_half_a_year_and_two_per_cent(
    estimate: str, paid: str, on: date, *, expected: bool
) -> None:
    assert is_payment_of(Decimal(estimate), END, paid=Decimal(paid), on=on) is expected
