"""When a consent runs out, and when people are warned of it."""

from datetime import datetime, timedelta

WARNED = (30, 14, 7, 1)  # days before
HORIZON = timedelta(days=WARNED[0])
SLACK = timedelta(hours=1)  # every renewal tells the end anew, to the second or so


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


def next_warning(end: datetime, now: datetime) -> datetime:
    """When to look at it again, having said what there was to say now.

    A moment within the slack counts as now, so that no warning is given twice.
    """
    turns = (end - timedelta(days=days) for days in WARNED)
    return next((turn for turn in turns if turn > now + SLACK), max(end, now) + SLACK)


def warning_card(connection_id: str, grant_id: str, days: int) -> str:
    """Names one warning: each is a message of its own, so that it is noticed."""
    return f"ending:{grant_id}:{connection_id}:{_stage(days)}"


def warning_cards(connection_id: str, grant_id: str) -> tuple[str, ...]:
    """All there may be of a connection and its grant."""
    return tuple(warning_card(connection_id, grant_id, days) for days in WARNED)


def _stage(days: int) -> int:
    return min((stage for stage in WARNED if days <= stage), default=WARNED[0])
