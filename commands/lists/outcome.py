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
)

EVERY = timedelta(hours=48)  # product §6
SPREAD = timedelta(hours=2)  # so that clients connected together are not read together
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
PATIENCE = 3  # failures in a row before somebody is told
RATE_LIMITED = "rate_limited"
LACKS = {  # what is not there: the reason that people are told
    Lack.ROLE: "not_permitted",
    Lack.PLAN: "not_in_plan",
    Lack.SUBSCRIPTION: "subscription_ended",
    Lack.CREDENTIALS: "unconfigured",
}
LONG = frozenset({LimitScope.DAY, LimitScope.MONTH})  # allowances not back within the hour


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`reason` names the words in `lists/trouble`."""

    reason: str
    next_at: datetime
    needs_attention: bool


def outcome(error: ProviderError, *, attempt: int, now: datetime) -> Outcome:
    """After failure number `attempt` in a row (1 is the first)."""
    match error:
        case RateLimited():
            return Outcome(
                reason=RATE_LIMITED, next_at=error.until, needs_attention=error.scope in LONG
            )
        case TryAgain():
            wait = max(error.after or timedelta(), backoff(attempt))
            return Outcome(
                reason="vendor_silent", next_at=now + wait, needs_attention=attempt >= PATIENCE
            )
        case NotPermitted():
            return Outcome(reason=LACKS[error.lack], next_at=now + EVERY, needs_attention=True)
        case UnknownProvider():
            return Outcome(reason="unconfigured", next_at=now + LONGEST_WAIT, needs_attention=True)
    return Outcome(reason="unreadable", next_at=now + LONGEST_WAIT, needs_attention=True)


def backoff(attempt: int) -> timedelta:
    """Doubling from a minute to six hours."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def next_reading(connection_id: str, now: datetime) -> datetime:
    """In 48 hours, each client at its own minute."""
    share = sum(connection_id.encode()) * 7919 % 1000 / 1000
    return now + EVERY - SPREAD * share
