"""What Xero's failures mean (providers.md §1.11; developer.xero.com, OAuth 2.0 API limits)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from providers.answers import Answer, fragment, unanswered
from providers.errors import (
    AuthorizationLost,
    Lack,
    LimitScope,
    LossReason,
    Missing,
    NotPermitted,
    Problem,
    ProviderError,
    RateLimited,
    Rejected,
    WireMismatch,
)

_SCOPES = {
    "appminute": LimitScope.APPLICATION,
    "concurrent": LimitScope.CONCURRENT,
    "day": LimitScope.DAY,
    "minute": LimitScope.MINUTE,
}
_UNTOLD = {  # where Xero says no Retry-After
    LimitScope.APPLICATION: timedelta(minutes=1),
    LimitScope.CONCURRENT: timedelta(seconds=1),
    LimitScope.DAY: timedelta(hours=1),
    LimitScope.MINUTE: timedelta(minutes=1),
}


def translate(answer: Answer) -> ProviderError | None:
    """The error an answer stands for; None when it is good (304 is: nothing has changed)."""
    if answer.status < 300 or answer.status == 304:
        return None
    meaning = _BY_STATUS.get(answer.status)
    if meaning is not None:
        return meaning(answer)
    return unanswered(answer) or WireMismatch(
        f"HTTP {answer.status}", path="status", wanted="a status Xero documents"
    )


def _limited(answer: Answer) -> RateLimited:
    stated = answer.headers.get("x-rate-limit-problem", "").strip().lower()
    scope = _SCOPES.get(stated, LimitScope.MINUTE)
    after = answer.retry_after() or _UNTOLD[scope]
    return RateLimited(f"HTTP 429 {scope}", scope=scope, until=answer.at + after, after=after)


def _unauthorised(answer: Answer) -> ProviderError:
    body = fragment(answer)
    detail = str(body.get("Detail", "")) if isinstance(body, dict) else ""
    if "AuthorizationUnsuccessful" in detail:
        needed = "a Xero plan or a scope that includes this"
        return NotPermitted(f"HTTP {answer.status}", needed=needed, lack=Lack.PLAN)
    if answer.status == 401:
        return AuthorizationLost("HTTP 401", reason=LossReason.REFRESH_REFUSED)
    if "AuthenticationUnsuccessful" in detail:
        return AuthorizationLost("HTTP 403", reason=LossReason.ORGANISATION_GONE)
    return NotPermitted("HTTP 403", needed="the Standard or Adviser role in Xero")


def _rejected(answer: Answer) -> Rejected:
    return Rejected("HTTP 400", problems=_problems(fragment(answer)))


def _missing(answer: Answer) -> Missing:
    return Missing(f"HTTP {answer.status}")


def _unsupported(answer: Answer) -> WireMismatch:  # the only 5xx that another try cannot mend
    return WireMismatch(f"HTTP {answer.status}", path="method", wanted="a method Xero supports")


def _problems(body: Any) -> tuple[Problem, ...]:
    """The messages of a ValidationException, else what the exception says about itself."""
    if not isinstance(body, dict):
        return (Problem(code="unrecognised", text=""),)
    code = str(body.get("ErrorNumber") or body.get("Type") or "unrecognised")
    elements = body.get("Elements")
    found = [
        Problem(code=code, text=str(error.get("Message", "")))
        for element in (elements if isinstance(elements, list) else [])
        if isinstance(element, dict)
        for error in element.get("ValidationErrors") or []
        if isinstance(error, dict)
    ]
    said = str(body.get("Message") or body.get("Detail") or "")
    return tuple(found) or (Problem(code=code, text=said),)


_BY_STATUS: dict[int, Callable[[Answer], ProviderError]] = {
    400: _rejected,
    401: _unauthorised,
    403: _unauthorised,
    404: _missing,
    429: _limited,
    501: _unsupported,
}
