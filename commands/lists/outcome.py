"""What a failed import means: when it is tried again, and whether somebody should look."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.errors import (
    Lack,
    LimitScope,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    UnknownProvider,
    Withheld,
)

EVERY = timedelta(hours=48)  # product §6
SPREAD = timedelta(hours=2)  # so that clients connected together are not read together
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
PATIENCE = 3  # failures in a row before somebody is told
RATE_LIMITED = "rate_limited"
MONTH_SPENT = "month_spent"
INACTIVE = "inactive"
WAITING = frozenset({RATE_LIMITED, MONTH_SPENT})  # nothing is wrong with the client's own
DAILY = timedelta(hours=24)  # looks whether a month's allowance was raised
LACKS = {  # what is not there: the reason that people are told
    Lack.ROLE: "not_permitted",
    Lack.PLAN: "not_in_plan",
    Lack.SUBSCRIPTION: "subscription_ended",
    Lack.ACTIVE: INACTIVE,
    Lack.CREDENTIALS: "unconfigured",
}
HELPED_BY_SIGNING_IN = frozenset({"not_permitted"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`reason` names the words in `lists/trouble`."""

    reason: str
    next_at: datetime
    needs_attention: bool


def outcome(error: ProviderError, *, attempt: int, now: datetime) -> Outcome:
    """After failure number `attempt` in a row (1 is the first)."""
    match error:
        case RateLimited(scope=LimitScope.MONTH):
            return Outcome(reason=MONTH_SPENT, next_at=look_again(error, now), needs_attention=True)
        case RateLimited():
            is_long = error.scope is LimitScope.DAY
            return Outcome(reason=RATE_LIMITED, next_at=error.until, needs_attention=is_long)
        case TryAgain():
            reason = INACTIVE if isinstance(error, Withheld) else "vendor_silent"
            wait = max(error.after or timedelta(), backoff(attempt))
            return Outcome(reason=reason, next_at=now + wait, needs_attention=attempt >= PATIENCE)
        case NotPermitted():
            return Outcome(reason=LACKS[error.lack], next_at=now + EVERY, needs_attention=True)
        case UnknownProvider():
            return Outcome(reason="unconfigured", next_at=now + LONGEST_WAIT, needs_attention=True)
    return Outcome(reason="unreadable", next_at=now + LONGEST_WAIT, needs_attention=True)


def look_again(error: RateLimited, now: datetime) -> datetime:
    """When the month's allowance begins anew; daily before that, for it can be raised."""
    return min(error.anew_at or error.until, now + DAILY)


def backoff(attempt: int) -> timedelta:
    """Doubling from a minute to six hours."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def next_reading(connection_id: str, now: datetime) -> datetime:
    """In 48 hours, each client at its own minute."""
    share = sum(connection_id.encode()) * 7919 % 1000 / 1000
    return now + EVERY - SPREAD * share
