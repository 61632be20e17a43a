"""What a sync that did not end well means: when it goes on, and what a person can do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commands.lists.outcome import LACKS, LONG, backoff
from providers.errors import (
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    UnknownProvider,
)

TOMORROW = timedelta(hours=24)
QUIET = 2  # failures in a row that nobody is told of: most mend themselves within minutes

GOES_ON = frozenset({"busy", "day_spent"})  # nothing is wrong: it waits its time
HELPED_BY_RETRY = frozenset(
    {"not_in_plan", "stuck", "subscription_ended", "unreadable", "vendor_silent"}
)
HELPED_BY_SIGNING_IN = frozenset({"not_permitted"})
HELPED_BY_SOMEBODY = frozenset(  # until then the connection needs attention
    {"not_in_plan", "not_permitted", "subscription_ended", "unconfigured", "vanished"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """`reason` names the words in `sync/failed`; `vanished` is {stream, title, gone, of}."""

    reason: str
    next_at: datetime
    is_told: bool
    vanished: dict[str, Any] = field(default_factory=dict)


def failure(error: ProviderError, *, attempt: int, is_awaited: bool, now: datetime) -> Failure:
    """After failure number `attempt` in a row (1 is the first)."""
    match error:
        case RateLimited():
            is_long = error.scope in LONG
            reason = "day_spent" if is_long else "busy"
            return Failure(reason=reason, next_at=error.until, is_told=is_long)
        case TryAgain():
            wait = max(error.after or timedelta(), backoff(attempt))
            is_told = is_awaited or attempt > QUIET
            return Failure(reason="vendor_silent", next_at=now + wait, is_told=is_told)
        case NotPermitted():
            return Failure(reason=LACKS[error.lack], next_at=now + TOMORROW, is_told=True)
        case UnknownProvider():
            return Failure(reason="unconfigured", next_at=now + TOMORROW, is_told=True)
    return Failure(reason="unreadable", next_at=now + backoff(attempt + 5), is_told=True)


def vanished(stream: str, title: str, *, gone: int, of: int, now: datetime) -> Failure:
    """Too much is missing to believe it; a person decides, and until then nothing is marked."""
    facts = {"stream": stream, "title": title, "gone": gone, "of": of}
    return Failure(reason="vanished", next_at=now + TOMORROW, is_told=True, vanished=facts)


def poisoned(*, now: datetime, attempt: int) -> Failure:
    """Our own fault: logged, told in plain words, tried again ever later."""
    return Failure(reason="stuck", next_at=now + backoff(attempt + 5), is_told=True)
