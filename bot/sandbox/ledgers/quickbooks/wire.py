"""QuickBooks' own spelling of times, bodies and faults, in both of its letter cases."""

import gzip
import json
import secrets
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.ledgers.quickbooks.reading.query import PACIFIC
from bot.sandbox.ledgers.wire import body_response, wants_json

COMPRESS_FROM_BYTES = 500
FAST = 1  # a stand-in shares the machine with whoever reads it


def pacific(instant: datetime, *, precise: bool = False) -> str:
    """An instant with the offset California has that day."""
    return instant.astimezone(PACIFIC).isoformat(timespec="milliseconds" if precise else "seconds")


def transaction_id() -> str:
    """What `intuit_tid` carries."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"


class Problem(Exception):
    """A request QuickBooks refuses, with the answer that says so."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.status_code}")
        self.response = response


def answer(
    request: Request,
    body: dict[str, Any],
    *,
    now: datetime,
    status: int = 200,
    cut_off: bool = False,
) -> Response:
    """`body` may hold rows that are JSON already; `cut_off` leaves out its second half."""
    whole = msgspec.json.encode({**body, "time": pacific(now, precise=True)})
    if cut_off:
        return Response(whole[: len(whole) // 2], status, media_type="application/json")
    if not wants_json(request):
        return body_response(request, json.loads(whole), root="IntuitResponse", status=status)
    if len(whole) < COMPRESS_FROM_BYTES or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(whole, status, media_type="application/json")
    packed = gzip.compress(whole, compresslevel=FAST, mtime=0)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(packed, status, headers=headers, media_type="application/json")


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """The same with every row as a dictionary, for whoever wants to change some."""
    decoded: dict[str, Any] = json.loads(msgspec.json.encode(body))
    return decoded


def fault_body(code: str, message: str, detail: str, *, kind: str) -> dict[str, Any]:
    """The `Fault` of the service itself, also inside a batch."""
    error = {"Message": message, "Detail": detail, "code": code}
    return {"Fault": {"Error": [error], "type": kind}}


def parse_fault(detail: str) -> dict[str, Any]:
    return fault_body(
        "4000", "Error parsing query", f"QueryParserError: {detail}", kind="ValidationFault"
    )


def query_fault(detail: str) -> dict[str, Any]:
    return fault_body(
        "4001", "Invalid query", f"QueryValidationError: {detail}", kind="ValidationFault"
    )


def unsupported(operation: str) -> dict[str, Any]:
    detail = f"Operation {operation} is not supported."
    return fault_body("500", "Unsupported Operation", detail, kind="ValidationFault")


def not_in_plan() -> dict[str, Any]:
    """The company's plan does not include what was asked for."""
    detail = "Feature is not included in the subscription."
    return fault_body("5030", "Feature Not Supported Error", detail, kind="ValidationFault")


def lapsed() -> dict[str, Any]:
    """Nobody pays for the company any more."""
    detail = "Subscription period has ended or canceled or there was a billing problem"
    return fault_body("6190", "Invalid Company Status", detail, kind="ValidationFault")


def no_such_object(name: str) -> dict[str, Any]:
    detail = f"Object Not Found : Something you're trying to use has been made inactive. ({name})"
    return fault_body("610", "Object Not Found", detail, kind="ValidationFault")


def system_fault() -> dict[str, Any]:
    return fault_body(
        "10000",
        "An application error has occurred while processing your request",
        "System Failure Error: an unexpected error",
        kind="SystemFault",
    )


def gateway_problem(
    request: Request, status: int, *, name: str, code: str, detail: str | None, kind: str
) -> Problem:
    """What answers before the service does: lower-case, with everything else null."""
    error = {
        "message": f"message={name}; errorCode={code.zfill(6)}; statusCode={status}",
        "detail": detail,
        "code": code,
        "element": None,
    }
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "status": None,
        "cdcresponse": [],
    }
    return Problem(body_response(request, body, root="IntuitResponse", status=status))


def unauthenticated(request: Request, detail: str) -> Problem:
    return gateway_problem(
        request,
        401,
        name="AuthenticationFailed",
        code="3200",
        detail=detail,
        kind="AUTHENTICATION",
    )


def forbidden(request: Request) -> Problem:
    """Disconnected, another company's token, or production keys in the sandbox."""
    return gateway_problem(
        request,
        403,
        name="ApplicationAuthorizationFailed",
        code="3100",
        detail=None,
        kind="SERVICE",
    )


def without_access(request: Request) -> Problem:
    """Whoever consented is no admin of the company any more."""
    return gateway_problem(
        request,
        401,
        name="AuthorizationFailure",
        code="120",
        detail="You do not have access to QuickBooks Online.",
        kind="AUTHENTICATION",
    )


def throttled(request: Request, *, retry_after: int | None = None) -> Problem:
    """The same for a second, a minute and a month; Intuit does not promise to say until when."""
    problem = gateway_problem(
        request,
        429,
        name="ThrottleExceeded",
        code="003001",
        detail="The request limit was reached.  Try again later",
        kind="SERVICE",
    )
    if retry_after is not None:
        problem.response.headers["Retry-After"] = str(retry_after)
    return problem
