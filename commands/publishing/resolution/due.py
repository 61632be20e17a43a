"""When something is due, as rules say it: `30 days`, `end of month`, `day 20` of the next one."""

import calendar
import re
from datetime import date, timedelta

LONGEST = 366  # days
_DAYS = re.compile(r"(\d{1,3}) days?")
_DAY_OF_MONTH = re.compile(r"day (\d{1,2})")
_END = "end of month"


def due_day(term: str, day: date) -> date | None:
    """Of a document of that day; None where the words mean nothing to us.

    `day 31` is the last day of a shorter month.
    """
    words = " ".join(term.casefold().split())
    if found := _DAYS.fullmatch(words):
        return day + timedelta(days=int(found[1])) if int(found[1]) <= LONGEST else None
    if words == _END:
        return _in_month(day.year, day.month, 31)
    if (found := _DAY_OF_MONTH.fullmatch(words)) and 1 <= int(found[1]) <= 31:
        return _in_month(day.year + day.month // 12, day.month % 12 + 1, int(found[1]))
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
