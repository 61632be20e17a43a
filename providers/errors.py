"""What can go wrong at a vendor, named after what happens next.

ProviderError
├ TryAgain              wait, repeat
│ ├ RateLimited         wait as told, or resume tomorrow
│ └ Withheld            wait, repeat; if it lasts, say who must do what
├ AuthorizationLost     reconnect
├ NotPermitted          say who must do what
├ Rejected              correct what was sent
├ Missing               refresh lists, then correct
├ Outdated              read again, once
├ OutcomeUnknown        look it up before any repeat
├ UnknownProvider       offer what is configured
└ WireMismatch          our mistake: the answer was not as documented
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ProviderError(Exception):
    """Something went wrong at the vendor. The message is for us, never for people."""

    def __init__(self, message: str = "", *, provider: str = "", operation: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").splitlines()[0])
        self.provider = provider
        self.operation = operation


class TryAgain(ProviderError):
    """The vendor did not answer properly; the same request may succeed later."""

    def __init__(
        self,
        message: str = "",
        *,
        after: timedelta | None = None,
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.after = after


class Withheld(TryAgain):
    """Connected, and opened to nobody: where that lasts, the organisation is not active."""


class LimitScope(StrEnum):
    """Which allowance is spent."""

    CONCURRENT = "concurrent"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"  # of our application, whichever organisation
    APPLICATION = "application"  # of our application, whichever organisation


class RateLimited(TryAgain):
    """The vendor's allowance is spent. `until` is when to ask again; `anew_at` when there is a new
    allowance, where that is another moment."""

    def __init__(
        self,
        message: str = "",
        *,
        scope: LimitScope,
        until: datetime,
        after: timedelta | None = None,
        anew_at: datetime | None = None,
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, after=after, provider=provider, operation=operation)
        self.scope = scope
        self.until = until
        self.anew_at = anew_at


class LossReason(StrEnum):
    """Why a vendor no longer accepts us."""

    REFRESH_REFUSED = "refresh_refused"
    ORGANISATION_GONE = "organisation_gone"
    USER_LOST_ACCESS = "user_lost_access"
    WRONG_ENVIRONMENT = "wrong_environment"


class AuthorizationLost(ProviderError):
    """The vendor no longer accepts our permission; a person has to sign in again."""

    def __init__(
        self, message: str = "", *, reason: LossReason, provider: str = "", operation: str = ""
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.reason = reason


class Lack(StrEnum):
    """What it takes that is not there."""

    ROLE = "role"  # of whoever signed in
    PLAN = "plan"  # of the organisation, or what was consented to
    SUBSCRIPTION = "subscription"  # of the organisation: it has ended
    ACTIVE = "active"  # the organisation is not, for whatever reason
    CREDENTIALS = "credentials"  # of our application


class NotPermitted(ProviderError):
    """Signed in, but this is not allowed for want of something; `needed` is it in words."""

    def __init__(
        self,
        message: str = "",
        *,
        needed: str,
        lack: Lack = Lack.ROLE,
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.needed = needed
        self.lack = lack


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One reason the vendor gave; `text` is the vendor's own wording."""

    code: str
    text: str
    field: str | None = None


class Rejected(ProviderError):
    """Understood and refused."""

    def __init__(
        self,
        message: str = "",
        *,
        problems: tuple[Problem, ...],
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.problems = problems


class Missing(ProviderError):
    """What we referred to is archived or deleted; `problems` are the vendor's words, if any."""

    def __init__(
        self,
        message: str = "",
        *,
        problems: tuple[Problem, ...] = (),
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.problems = problems


class Outdated(ProviderError):
    """Somebody changed the record since we read it."""


class OutcomeUnknown(ProviderError):
    """Sent, but no answer came: it may have been done."""


class UnknownProvider(ProviderError, KeyError):
    """No such software, or it is not configured."""

    __str__ = ProviderError.__str__


class WireMismatch(ProviderError):
    """The answer was not as the vendor documents it."""

    def __init__(
        self,
        message: str = "",
        *,
        path: str,
        wanted: str,
        provider: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(message, provider=provider, operation=operation)
        self.path = path
        self.wanted = wanted
