"""Months that cost more than usual (product §9.1), by the median and its absolute deviation."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import NamedTuple

SPREAD = Decimal(3) * Decimal("1.4826")  # of a normal distribution: three standard deviations
FEWEST = 6  # months with costs, for anything to be usual


class Limit(NamedTuple):
    """What is usual, and what is more than that."""

    usual: Decimal
    highest: Decimal


class Anomaly(NamedTuple):
    """One month that was higher than `highest`, while `usual` is what most are like."""

    month: str
    amount: Decimal
    usual: Decimal
    highest: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A month is higher than normal by `share` of the usual at least, and by `least`."""

    share: Decimal = Decimal("0.2")
    least: Decimal = Decimal(50)


def limit(amounts: Mapping[str, Decimal], rule: Rule) -> Limit | None:
    """None where too few months have any costs."""
    spent = [amount for amount in amounts.values() if amount]
    if len(spent) < FEWEST:
        return None
    usual = median(spent)
    deviation = median(abs(amount - usual) for amount in spent)
    return Limit(usual, usual + max(SPREAD * deviation, rule.share * usual))


def anomalies(amounts: Mapping[str, Decimal], rule: Rule) -> list[Anomaly]:
    """The months, such as 2026-06, that were higher than normal, in their order."""
    found = limit(amounts, rule)
    if found is None:
        return []
    return [
        Anomaly(month, amount, *found)
        for month, amount in sorted(amounts.items())
        if amount > found.highest and amount - found.usual >= rule.least
    ]


def regularity(amounts: Mapping[str, Decimal], months: int) -> str:
    """How often there were costs within so many months, in a word."""
    spent = sum(1 for amount in amounts.values() if amount)
    if spent * 6 >= months * 5:
        return "monthly"
    if spent * 6 >= months * 2:
        return "most quarters"
    return "twice a year" if spent * 12 > months else "yearly"
