"""What a sync that did not end well means: when it goes on, and what a person can do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commands.lists.outcome import (
    HELPED_BY_SIGNING_IN,
    INACTIVE,
    LACKS,
    MONTH_SPENT,
    backoff,
    look_again,
)
from providers.errors import (
    LimitScope,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    UnknownProvider,
    Withheld,
)

TOMORROW = timedelta(hours=24)
QUIET = 2  # failures in a row that nobody is told of: most mend themselves within minutes

GOES_ON = frozenset({"busy", "day_spent", MONTH_SPENT})  # nothing is wrong: it waits its time
HELPED_BY_RETRY = frozenset(
    {
        INACTIVE, MONTH_SPENT, "not_in_plan", "stuck", "subscription_ended", "unreadable",
        "vendor_silent",
    }
)  # fmt: skip
HELPED_BY_SOMEBODY = HELPED_BY_SIGNING_IN | {  # until then the connection needs attention
    INACTIVE, "not_in_plan", "subscription_ended", "unconfigured", "vanished",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """`reason` names the words in `sync/failed`; `vanished` is {stream, title, gone, of}."""

    reason: str
    next_at: datetime
    is_told: bool
    anew_at: datetime | None = None  # of an allowance that is spent until long after
    vanished: dict[str, Any] = field(default_factory=dict)


def failure(error: ProviderError, *, attempt: int, is_awaited: bool, now: datetime) -> Failure:
    """After failure number `attempt` in a row (1 is the first)."""
    match error:
        case RateLimited(scope=LimitScope.MONTH):
            return Failure(
                reason=MONTH_SPENT,
                next_at=look_again(error, now),
                is_told=True,
                anew_at=error.anew_at,
            )
        case RateLimited():
            is_day = error.scope is LimitScope.DAY
            reason = "day_spent" if is_day else "busy"
            return Failure(reason=reason, next_at=error.until, is_told=is_day)
        case TryAgain():
            reason = INACTIVE if isinstance(error, Withheld) else "vendor_silent"
            wait = max(error.after or timedelta(), backoff(attempt))
            is_told = is_awaited or attempt > QUIET
            return Failure(reason=reason, next_at=now + wait, is_told=is_told)
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
