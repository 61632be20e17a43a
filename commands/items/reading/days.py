"""Days as people write them; where the order of day and month is open, it says so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from commands.items.reading.words import plain

_MONTHS = (
    "jan janv january januar janvier januari janner enero gennaio",
    "feb fev fevr february februar fevrier februari febrero febbraio",
    "mar mrt mars march marz maerz maart marzo",
    "apr avr april avril abril aprile",
    "may mai mei mayo maggio",
    "jun june juni juin junio giugno",
    "jul july juli juil juillet julio luglio",
    "aug august aout augustus agosto",
    "sep sept september septembre septiembre settembre",
    "oct okt october oktober octobre octubre ottobre",
    "nov november novembre noviembre",
    "dec dez december dezember decembre diciembre dicembre",
)
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAMED = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_ISO = r"(?P<iso_y>\d{4})[-/.](?P<iso_m>\d{1,2})[-/.](?P<iso_d>\d{1,2})"
_DAY_NAMED = (
    rf"(?P<dn_d>\d{{1,2}})(?:st|nd|rd|th|er|e|\.)?[\s\-/.]*(?:of\s|de\s)?(?P<dn_m>{_NAMED})"
    r"\.?[\s\-/.,]*(?:de\s)?(?P<dn_y>\d{4}|\d{2})"
)
_NAMED_DAY = (
    rf"(?P<nd_m>{_NAMED})\.?[\s\-]*(?P<nd_d>\d{{1,2}})(?:st|nd|rd|th)?[\s,\-]+(?P<nd_y>\d{{4}})"
)
_NUMERIC = r"(?P<a>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<y>\d{4}|\d{2})"
_DAY = re.compile(  # seeing loses the space before the time of day
    rf"(?<![\w.,/-])(?:{_ISO}|{_DAY_NAMED}|{_NAMED_DAY}|{_NUMERIC})(?:(?=\d{{1,2}}:\d{{2}})|(?![\w/]|[.,-]\d))"
)
_MONTH_FIRST = frozenset({"US", "PH"})
_OPEN = 0.4  # how sure a day is of which the order was guessed


class Order(Enum):
    """What stands first in a day written in figures."""

    DAY = "day"
    MONTH = "month"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """A day in a text. Where `other` is set it is that day by the other order; `day` has the day
    first. `mark` is what separates the figures."""

    start: int
    end: int
    day: date
    other: date | None = None
    mark: str | None = None
    is_month_first: bool = False  # it can only be so


def stamps(text: str) -> Iterator[Stamp]:
    """All days in a text."""
    for match in _DAY.finditer(plain(text)):
        found = _stamp(match)
        if found is not None:
            yield found


def order_of(found: Iterable[Stamp], country: str | None, currency: str | None) -> Order:
    """By the other days of the document, else by the country, else by the currency."""
    numeric = [stamp for stamp in found if stamp.mark in ("/", "-") and stamp.other is None]
    if numeric:
        return Order.MONTH if any(stamp.is_month_first for stamp in numeric) else Order.DAY
    if country is not None and country != "CA":
        return Order.MONTH if country in _MONTH_FIRST else Order.DAY
    if currency in ("GBP", "EUR", "CHF", "AUD", "NZD"):
        return Order.DAY
    return Order.OPEN


def settled(stamp: Stamp, order: Order, today: date) -> tuple[date, float]:
    """The day and how sure the order of it is. A day that has yet to come gives way to one that
    has not, and is a guess then."""
    if stamp.other is None:
        return stamp.day, 1.0
    first, second = stamp.day, stamp.other
    if order is Order.MONTH:
        first, second = second, first
    if order is Order.OPEN:
        return first, _OPEN
    is_ahead = first > today + timedelta(days=60) >= second
    return (second, _OPEN) if is_ahead else (first, 0.95)


def _stamp(match: re.Match[str]) -> Stamp | None:
    start, end = match.span()
    for year, month, of_month in (("iso_y", "iso_m", "iso_d"), ("dn_y", "dn_m", "dn_d"),
                                  ("nd_y", "nd_m", "nd_d")):  # fmt: skip
        if match[year]:
            day = _day(match[year], match[month], match[of_month])
            return Stamp(start=start, end=end, day=day) if day else None
    return _numeric(match)


def _numeric(match: re.Match[str]) -> Stamp | None:
    start, end = match.span()
    day_first = _day(match["y"], match["b"], match["a"])
    month_first = _day(match["y"], match["a"], match["b"]) if match["mark"] != "." else None
    day = day_first or month_first
    if day is None:
        return None
    is_open = day_first is not None and month_first is not None and day_first != month_first
    return Stamp(
        start=start,
        end=end,
        day=day,
        other=month_first if is_open else None,
        mark=match["mark"],
        is_month_first=day_first is None,
    )


def _day(year: str, month: str, of_month: str) -> date | None:
    in_year = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return date(in_year, _MONTH_OF.get(month) or int(month), int(of_month))
    except ValueError:
        return None
