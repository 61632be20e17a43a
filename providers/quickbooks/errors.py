"""What QuickBooks' failures mean (providers.md §2.7; Intuit, Error codes; both spellings)."""

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
    Outdated,
    Problem,
    ProviderError,
    RateLimited,
    Rejected,
    WireMismatch,
)

_MINUTE = timedelta(seconds=60)  # Intuit's own advice after a 429


def translate(answer: Answer) -> ProviderError | None:
    """The error an answer stands for; None when it is good.

    The code decides where we know it, because Intuit's statuses vary; then the status.
    """
    if answer.status < 300:
        return None
    problems = faults(fragment(answer))
    for problem in problems:
        meaning = _BY_CODE.get(problem.code.lstrip("0"))  # gateways pad them to six digits
        if meaning is not None:
            return meaning(answer, problem)
    by_status = _BY_STATUS.get(answer.status)
    if by_status is not None:
        return by_status(answer, problems[0] if problems else Problem(code="", text=""))
    if answer.status == 400:
        told = problems or (Problem(code="unrecognised", text=""),)
        return Rejected("HTTP 400", problems=told)
    return unanswered(answer) or WireMismatch(
        f"HTTP {answer.status}", path="status", wanted="a status Intuit documents"
    )


def faults(body: Any) -> tuple[Problem, ...]:
    """The errors of a Fault, which gateways write in lower case."""
    fault = _either(body, "Fault")
    errors = _either(fault, "Error")
    return tuple(
        Problem(
            code=str(error.get("code", "")),
            text=str(_either(error, "Detail") or _either(error, "Message") or ""),
            field=error.get("element") or None,
        )
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    )


def _either(body: Any, name: str) -> Any:
    return (body.get(name) or body.get(name.lower())) if isinstance(body, dict) else None


def _limited(answer: Answer, problem: Problem) -> RateLimited:
    del problem
    after = answer.retry_after() or _MINUTE
    return RateLimited("HTTP 429", scope=LimitScope.MINUTE, until=answer.at + after, after=after)


def _lost(reason: LossReason) -> Callable[[Answer, Problem], AuthorizationLost]:
    return lambda answer, problem: AuthorizationLost(
        f"HTTP {answer.status} {problem.code}", reason=reason
    )


def _forbidden(lack: Lack, needed: str) -> Callable[[Answer, Problem], NotPermitted]:
    return lambda answer, problem: NotPermitted(
        f"HTTP {answer.status} {problem.code}", needed=needed, lack=lack
    )


def _missing(answer: Answer, problem: Problem) -> Missing:
    told = (problem,) if problem.text else ()
    return Missing(f"HTTP {answer.status} {problem.code}", problems=told)


def _outdated(answer: Answer, problem: Problem) -> Outdated:
    return Outdated(f"HTTP {answer.status} {problem.code}")


def _ours(answer: Answer, problem: Problem) -> WireMismatch:
    return WireMismatch(
        f"HTTP {answer.status} {problem.code}", path="request", wanted="a request Intuit supports"
    )


_BY_CODE: dict[str, Callable[[Answer, Problem], ProviderError]] = {
    "120": _lost(LossReason.USER_LOST_ACCESS),
    "500": _ours,
    "610": _missing,
    "2500": _missing,
    "3100": _lost(LossReason.ORGANISATION_GONE),
    "3200": _lost(LossReason.REFRESH_REFUSED),
    "4000": _ours,
    "4001": _ours,
    "5010": _outdated,
    "5020": _forbidden(Lack.ROLE, "a user who may see this"),
    "5030": _forbidden(Lack.PLAN, "a plan that includes this"),
    "6190": _forbidden(Lack.SUBSCRIPTION, "an active QuickBooks subscription"),
    "3001": _limited,
}
_BY_STATUS: dict[int, Callable[[Answer, Problem], ProviderError]] = {
    401: _lost(LossReason.REFRESH_REFUSED),
    403: _forbidden(Lack.ROLE, "a company admin"),
    404: _missing,
    429: _limited,
}
