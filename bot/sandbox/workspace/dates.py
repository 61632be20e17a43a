"""Slack's date tokens in words, as the page writes them too (static/dates.js)."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

Words = Callable[[datetime], str]

_TOKEN = re.compile(r"\{(\w+)\}")
_ATLANTIC = frozenset(
    f"Atlantic/{name}" for name in ("Azores", "Canary", "Faroe", "Madeira", "Reykjavik")
)
_STEPS = (("second", 60), ("minute", 60), ("hour", 24), ("day", 30), ("month", 12))
_SOON_S = 45


def _ordinal(day: int) -> str:
    is_teen = 11 <= day <= 13
    return f"{day}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _hour(when: datetime) -> int:
    return when.hour % 12 or 12


BRITISH: Mapping[str, Words] = {
    "date": lambda when: f"{when.day} {when:%B %Y}",
    "date_short": lambda when: f"{when.day} {when:%b %Y}",
    "date_long": lambda when: f"{when:%A} {when.day} {when:%B %Y}",
    "date_long_full": lambda when: f"{when.day} {when:%B %Y}",
    "date_slash": lambda when: f"{when:%d/%m/%Y}",
    "time": lambda when: f"{when:%H:%M}",
    "time_secs": lambda when: f"{when:%H:%M:%S}",
    "divider": lambda when: f"{when:%A} {when.day} {when:%B}",
}
AMERICAN: Mapping[str, Words] = {
    "date": lambda when: f"{when:%B} {_ordinal(when.day)}, {when.year}",
    "date_short": lambda when: f"{when:%b} {when.day}, {when.year}",
    "date_long": lambda when: f"{when:%A, %B} {_ordinal(when.day)}, {when.year}",
    "date_long_full": lambda when: f"{when:%B} {_ordinal(when.day)}, {when.year}",
    "date_slash": lambda when: f"{when:%m/%d/%Y}",
    "time": lambda when: f"{_hour(when)}:{when:%M %p}",
    "time_secs": lambda when: f"{_hour(when)}:{when:%M:%S %p}",
    "divider": lambda when: f"{when:%A, %B} {_ordinal(when.day)}",
}
_PRETTY = frozenset({"date", "date_short", "date_long"})
_TOKENS = (BRITISH.keys() - {"divider"}) | {f"{name}_pretty" for name in _PRETTY}


def is_european(tz: str) -> bool:
    """People in Europe read dates as the British write them, everybody else as Americans do."""
    return tz.startswith("Europe/") or tz in _ATLANTIC


def formatted_date(epoch: int, pattern: str, *, tz: str, now: float) -> str:
    """Slack's page "Formatting text for app surfaces", section on dates.

    A token Slack does not know is left as it stands.
    """
    zone = ZoneInfo(tz)
    when, today = datetime.fromtimestamp(epoch, zone), datetime.fromtimestamp(now, zone)
    style = BRITISH if is_european(tz) else AMERICAN

    def part(match: re.Match[str]) -> str:
        return _part(match[1], when, today, style) or match[0]

    return _TOKEN.sub(part, pattern)


def _part(token: str, when: datetime, today: datetime, style: Mapping[str, Words]) -> str | None:
    if token == "date_num":
        return f"{when:%Y-%m-%d}"
    if token == "ago":
        return _ago((when - today).total_seconds())
    if token == "day_divider_pretty":
        name = "divider" if when.year == today.year else "date_long"
        return _relative(when, today) or style[name](when)
    if token not in _TOKENS:
        return None
    plain = token.removesuffix("_pretty")
    relative = _relative(when, today) if plain != token else None
    return relative or style[plain](when)


def _relative(when: datetime, today: datetime) -> str | None:
    days = (when.date() - today.date()).days
    return {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days)


def _ago(seconds: float) -> str:
    """Of an instant so many seconds ahead; the past is behind."""
    if abs(seconds) < _SOON_S:
        return "in a moment" if seconds > 0 else "just now"
    amount, unit = seconds, "year"
    for name, size in _STEPS:
        if abs(round(amount)) < size:
            unit = name
            break
        amount /= size
    count = abs(round(amount))
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if seconds > 0 else f"{words} ago"
