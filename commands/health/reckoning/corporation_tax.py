"""UK corporation tax on the profits of a company without associated companies.

Rates and limits: Corporation Tax Act 2010, part 3A; Finance Acts 2016 (19 % from 1 April 2017) and
2021 (25 %, small profits rate and marginal relief from 1 April 2023).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from commands.health.books.periods import Period, months_before

PENNY = Decimal("0.01")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """What holds from a day on. Between the limits the main rate is relieved by `fraction` of what
    is missing to the upper one; both limits are for twelve months."""

    since: date
    main: Decimal
    small: Decimal
    lower: Decimal = Decimal()
    upper: Decimal = Decimal()
    fraction: Decimal = Decimal()


RATES = (
    Rates(since=date(2017, 4, 1), main=Decimal("0.19"), small=Decimal("0.19")),
    Rates(
        since=date(2023, 4, 1),
        main=Decimal("0.25"),
        small=Decimal("0.19"),
        lower=Decimal(50_000),
        upper=Decimal(250_000),
        fraction=Decimal(3) / 200,
    ),
)


def corporation_tax(profit: Decimal, period: Period) -> Decimal:
    """To the penny. Profits fall evenly on the days; limits shrink with periods under a year.

    Raises ValueError for a period that is longer than a year, or begins before 1 April 2017.
    """
    if period.end >= months_before(period.begin, -12) or period.begin < RATES[0].since:
        msg = f"there are no rates for {period.begin} to {period.end}"
        raise ValueError(msg)
    if profit <= 0:
        return Decimal()
    a_year = (months_before(period.begin, -12) - period.begin).days
    due = Decimal()
    for rates, days in _parts(period):
        due += _on(profit * days / period.days, rates, Decimal(days) / a_year)
    return due.quantize(PENNY, rounding=ROUND_HALF_UP)


def _parts(period: Period) -> Iterator[tuple[Rates, int]]:
    """How many days of the period each of the rates holds for."""
    ends = [*(rates.since - timedelta(days=1) for rates in RATES[1:]), date.max]
    for rates, end in zip(RATES, ends, strict=True):
        days = (min(end, period.end) - max(rates.since, period.begin)).days + 1
        if days > 0:
            yield rates, days


def _on(profit: Decimal, rates: Rates, scale: Decimal) -> Decimal:
    lower, upper = rates.lower * scale, rates.upper * scale
    if profit <= lower:
        return profit * rates.small
    relief = max(upper - profit, Decimal()) * rates.fraction
    return profit * rates.main - relief
