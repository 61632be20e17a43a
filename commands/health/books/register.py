"""What the register of fixed assets says, beside what the ledger does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

REGISTERED = "REGISTERED"

Steps = Sequence[tuple[date, Decimal]]  # what an amount grew by, and when


def registered(
    assets: Iterable[Row[Any]], as_of: date
) -> tuple[Mapping[str, Steps], Mapping[str, Steps]]:
    """Cost, and depreciation so far (negative), by account. What was disposed of, or is a draft,
    counts nothing."""
    cost: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    worn: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in assets:
        own, other = cost[row.asset_account], worn[row.depreciation_account]
        bought, price = row.purchased_on or date.min, row.price or Decimal()
        if row.status == REGISTERED and bought <= as_of:
            value = price if row.book_value is None else row.book_value
            own.append((bought, price))
            other.append((bought, value - price))
    return cost, worn


def is_worn(assets: Iterable[Row[Any]], as_of: date) -> bool:
    """Whether anything of it is to be depreciated by then."""
    return any(
        row.status == REGISTERED and (row.purchased_on or date.min) <= as_of for row in assets
    )


def parted(one: Steps, other: Steps, tolerance: Decimal) -> date | None:
    """The day since which two running totals have differed without a break."""
    steps: dict[date, Decimal] = defaultdict(Decimal)
    for day_of, amount in one:
        steps[day_of] += amount
    for day_of, amount in other:
        steps[day_of] -= amount
    since, apart = None, Decimal()
    for day_of in sorted(steps):
        apart += steps[day_of]
        if abs(apart) <= tolerance:
            since = None
        elif since is None:
            since = day_of
    return since


def total(steps: Steps) -> Decimal:
    return sum((amount for _, amount in steps), Decimal())
