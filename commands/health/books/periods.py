"""The days people ask about: reporting modes, financial years, months and quarters."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From the first day to the last, both within it."""

    begin: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.begin <= day <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.begin).days + 1


class Mode(StrEnum):
    """What period is meant, as it rolls on from day to day (product §8.1)."""

    LAST_MONTH = "Last complete month"
    LAST_QUARTER = "Last 3 complete months"
    LAST_YEAR = "Last 12 complete months"
    LAST_FINANCIAL_YEAR = "Last financial year"
    THIS_MONTH = "Current month to date"
    THIS_FINANCIAL_YEAR = "Financial year to date"


def month_begin(day: date, months: int = 0) -> date:
    """The first of the month so many months away."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def month_end(day: date, months: int = 0) -> date:
    """The last of the month so many months away."""
    first = month_begin(day, months)
    return first.replace(day=monthrange(first.year, first.month)[1])


def complete_month(day: date) -> date:
    """The last day of the latest month that is complete on this day."""
    end = month_end(day)
    return end if end == day else month_end(day, -1)


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or the last there is."""
    first = month_begin(day, -months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def year_begin(day: date, *, end_month: int | None, end_day: int | None) -> date:
    """The first day of the financial year `day` is in. Without a month it is the calendar year."""
    month = end_month or 12
    ends = (
        date(year, month, min(end_day or 31, monthrange(year, month)[1]))
        for year in (day.year, day.year - 1)
    )
    return next(end for end in ends if end < day) + timedelta(days=1)


def period(mode: Mode, today: date, *, year_begins: date) -> Period:
    """What a mode means today; `year_begins` is the first day of the present financial year."""
    last_month = month_end(today, -1)
    if mode is Mode.THIS_MONTH:
        return Period(begin=today.replace(day=1), end=today)
    if mode is Mode.THIS_FINANCIAL_YEAR:
        return Period(begin=year_begins, end=today)
    if mode is Mode.LAST_FINANCIAL_YEAR:
        last = year_begins - timedelta(days=1)
        return Period(begin=months_before(year_begins, 12), end=last)
    months = {Mode.LAST_MONTH: 0, Mode.LAST_QUARTER: -2, Mode.LAST_YEAR: -11}[mode]
    return Period(begin=month_begin(last_month, months), end=last_month)


def year_holding(day: date, year_begins: date) -> date:
    """The first day of the financial year `day` is in, from that of any year after it."""
    while year_begins > day:
        year_begins = months_before(year_begins, 12)
    return year_begins
