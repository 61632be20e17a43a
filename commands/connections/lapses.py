"""When a consent runs out, and when people are warned of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

WARNED = (30, 14, 7, 1)  # days before
EARLY = timedelta(hours=11)  # a morning from then on is nearer to the day than any other
HORIZON = timedelta(days=WARNED[0]) + EARLY
SLACK = timedelta(hours=1)


def ends_at(consent_ends_at: datetime | None, refresh_expires_at: datetime | None) -> datetime:
    """Whichever comes first: the hard end, or that of a refresh token nobody uses.

    One of them must be known.
    """
    return min(end for end in (consent_ends_at, refresh_expires_at) if end is not None)


def is_near(end: datetime, now: datetime) -> bool:
    """Whether people should hear of it; afterwards they hear that it has run out."""
    return now < end <= now + HORIZON


def days_left(end: datetime, now: datetime) -> int:
    """As people count them: a day and twenty hours are two days."""
    return max(round((end - now) / timedelta(days=1)), 1)


def next_warning(end: datetime, now: datetime, morning: Callable[[datetime], datetime]) -> datetime:
    """When to look at it again, having said what there was to say now.

    `morning` gives the first one from an instant on. Every renewal tells the end anew, to the
    second or so: only fewer days than now are warned of, so that no warning is given twice.
    """
    fewer = (days for days in WARNED if days < days_left(end, now))
    turns = (morning(end - timedelta(days=days) - EARLY) for days in fewer)
    return next((turn for turn in turns if turn > now), max(end, now) + SLACK)


def first_warning(
    end: datetime, now: datetime, morning: Callable[[datetime], datetime]
) -> datetime:
    """When to say it, having seen only now that it is near: at once where that cannot wait."""
    turn = morning(now)
    return turn if turn < end else now


def warning_card(connection_id: str, grant_id: str, days: int) -> str:
    """Names one warning: each is a message of its own, so that it is noticed."""
    return f"ending:{grant_id}:{connection_id}:{_stage(days)}"


def warning_cards(connection_id: str, grant_id: str) -> tuple[str, ...]:
    """All there may be of a connection and its grant."""
    return tuple(warning_card(connection_id, grant_id, days) for days in WARNED)


def _stage(days: int) -> int:
    return min((stage for stage in WARNED if days <= stage), default=WARNED[0])
