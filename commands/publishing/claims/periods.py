"""Which period an expense belongs to, and where one goes that comes too late (product §11.14)."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commands.publishing.choices import Cadence
from commands.publishing.lists import Lists

A_MONDAY = date(2024, 1, 1)  # from which fortnights are counted
MORNING = time(8)  # when people are told that a period is over, where the books are kept
DAYS = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14}


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From its first to its last day, both within."""

    starts: date
    ends: date

    @property
    def name(self) -> str:
        """November 2026, or 16 to 29 November 2026."""
        starts, ends = self.starts, self.ends
        if starts.day == 1 and ends == _last_of_month(starts):
            return f"{starts:%B %Y}"
        same_year = f" {starts:%Y}" if starts.year != ends.year else ""
        first = f"{starts.day}"
        if (starts.year, starts.month) != (ends.year, ends.month):
            first = f"{starts.day} {starts:%B}{same_year}"
        return f"{first} to {ends.day} {ends:%B %Y}"


def period_of(day: date, cadence: Cadence) -> Period:
    """Weeks and fortnights begin on a Monday."""
    if cadence is Cadence.MONTHLY:
        return Period(starts=day.replace(day=1), ends=_last_of_month(day))
    length = DAYS[cadence]
    starts = day - timedelta(days=(day - A_MONDAY).days % length)
    return Period(starts=starts, ends=starts + timedelta(days=length - 1))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def period_for(
    day: date, today: date, cadence: Cadence, *, taking: Iterable[Period], closed: Iterable[Period]
) -> Period:
    """The period of an expense of `day` that is put on a claim `today`.

    Of the claims that still take items in, the first that is not over by that day; where there is
    none, the present period or, after its claim has gone, the next one. So what comes late rolls
    over.
    """
    wanted = min(day, today)
    fitting = [each for each in taking if each.ends >= wanted and each.starts <= today]
    if fitting:
        return min(fitting, key=lambda each: (each.ends, each.starts))
    gone = set(closed)
    found = period_of(today, cadence)
    while found in gone:
        found = period_of(found.ends + timedelta(days=1), cadence)
    return found


def zone_of(lists: Lists | None) -> ZoneInfo:
    """Of the client's books; UTC where they tell none."""
    zone = lists.organisation.time_zone if lists else None
    return ZoneInfo(zone or "UTC")


def local_day(instant: datetime, lists: Lists | None) -> date:
    return instant.astimezone(zone_of(lists)).date()


def told_at(period: Period, zone: ZoneInfo) -> datetime:
    """The morning after its last day; in UTC."""
    morning = datetime.combine(period.ends + timedelta(days=1), MORNING, tzinfo=zone)
    return morning.astimezone(UTC)


def is_over(period: Period, now: datetime, zone: ZoneInfo) -> bool:
    return now.astimezone(zone).date() > period.ends
