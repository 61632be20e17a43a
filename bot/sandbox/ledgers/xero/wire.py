"""Xero's own spelling of dates, envelopes and problems."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox.ledgers.wire import body_response, json_bytes

# The header that says how much of each limit is left.
REMAINING = {
    "day": "X-DayLimit-Remaining",
    "minute": "X-MinLimit-Remaining",
    "appminute": "X-AppMinLimit-Remaining",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms_date(value: date | datetime) -> str:
    """`/Date(ms+0000)/`: milliseconds since the epoch; a civil date is its midnight in UTC."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return f"/Date({(value - EPOCH) // timedelta(milliseconds=1)}+0000)/"


def instant_of(spelled: str) -> datetime:
    """What `ms_date` spells, or an ISO date or instant in UTC; raises `ValueError`."""
    if spelled.startswith("/Date("):
        milliseconds = int(spelled[6:].split("+", maxsplit=1)[0].rstrip(")/"))
        return EPOCH + timedelta(milliseconds=milliseconds)
    instant = datetime.fromisoformat(spelled)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def naive_utc(value: datetime) -> str:
    """As in `/connections`: no offset, seven decimals."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"


def read_modified_since(text: str | None) -> datetime | None:
    """An ISO instant with or without an offset (then UTC), or an HTTP date; None when neither."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        try:
            instant = parsedate_to_datetime(text)
        except ValueError:
            return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def envelope(now: datetime, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": str(uuid4()),
        "Status": "OK",
        "ProviderName": "dext-bot sandbox",
        "DateTimeUTC": ms_date(now),
        **body,
    }


class Problem(Exception):
    """A request Xero refuses, with the answer that says so."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.status_code}")
        self.response = response


def problem(status: int, title: str, detail: str) -> Problem:
    body: dict[str, Any] = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid4()),
        "Extensions": {},
    }
    return Problem(Response(json_bytes(body), status, media_type="application/json"))


def unauthenticated(detail: str = "AuthenticationUnsuccessful") -> Problem:
    return problem(401, "Unauthorized", detail)


def token_expired(at: datetime) -> Problem:
    return unauthenticated(f"TokenExpired: token expired at {at:%m/%d/%Y %H:%M:%S}")


def not_permitted() -> Problem:
    """The scope or the tier is missing; the token itself is good."""
    return problem(401, "Unauthorized", "AuthorizationUnsuccessful")


def forbidden() -> Problem:
    """The organisation is not connected, or no longer, or was not named."""
    return problem(403, "Forbidden", "AuthenticationUnsuccessful")


def not_found() -> Problem:
    return Problem(
        PlainTextResponse("The resource you're looking for cannot be found", status_code=404)
    )


def not_implemented() -> Problem:
    return Problem(PlainTextResponse("The method is not implemented", status_code=501))


def server_error() -> Response:
    return problem(500, "An error occurred", "An error occurred in Xero").response


def query_error(request: Request, message: str) -> Problem:
    body: dict[str, Any] = {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message}
    return Problem(body_response(request, body, root="ApiException", status=400))


def throttled(limit: str, *, retry_after: int) -> Problem:
    headers = {"X-Rate-Limit-Problem": limit, "Retry-After": str(retry_after)}
    if limit in REMAINING:
        headers[REMAINING[limit]] = "0"
    return Problem(Response(status_code=429, headers=headers))
