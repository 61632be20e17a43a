"""The register of fixed assets beside the ledger."""

from datetime import date
from decimal import Decimal

import pytest

from commands.health.books.register import Steps, parted

CENT = Decimal("0.01")


def steps(*told: tuple[int, str]) -> Steps:
    """Amounts by the day of June."""
    return [(date(2026, 6, day), Decimal(amount)) for day, amount in told]


@pytest.mark.parametrize(
    ("ledger", "register", "day"),
    [
        (steps(), steps(), None),
        (steps((1, "100")), steps((1, "100")), None),
        (steps((1, "100")), steps((9, "100")), None),
        (steps((1, "100"), (9, "50")), steps((1, "100")), 9),
        (steps((1, "100"), (9, "50"), (20, "1")), steps((1, "100")), 9),
        (steps((1, "100"), (3, "7"), (5, "-7"), (9, "50")), steps((1, "100")), 9),
        (steps((1, "100.01")), steps((1, "100")), None),
        (steps((1, "100.02")), steps((1, "100")), 1),
        (steps(), steps((4, "100")), 4),
    ],
)
def test_two_totals_part_on_the_day_since_which_they_always_differ(
    ledger: Steps, register: Steps, day: int | None
) -> None:
    assert parted(ledger, register, CENT) == (date(2026, 6, day) if day else None)
