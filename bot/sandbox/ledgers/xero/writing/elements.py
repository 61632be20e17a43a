"""Bodies of calls that write: the elements they bring, and the answers element by element."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import body_response
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.reading.resources import Resource
from bot.sandbox.ledgers.xero.writing.sitting import NOBODY

# Where a row says itself that something is wrong with it.
_FLAGS = {
    "Invoices": "HasErrors",
    "CreditNotes": "HasErrors",
    "Contacts": "HasValidationErrors",
    "Payments": "HasValidationErrors",
}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ECHOED = ("Type", "InvoiceNumber", "CreditNoteNumber", "Code", "Name", "Narration")
_REQUIRED: dict[str, Fields] = {"BankTransactions": {"LineItems": [], "BankAccount": {}}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one element: a row, or the reasons why not."""

    typed: Fields
    row: Row | None = None
    messages: tuple[str, ...] = ()


def read(request: Request, body: bytes, name: str) -> list[Fields]:
    """The elements of an array, of a named array, or the one that the body is."""
    try:
        sent = json.loads(body, parse_float=Decimal)
    except ValueError as reason:
        raise unreadable(request) from reason
    if isinstance(sent, dict):
        named = next((v for k, v in sent.items() if k.casefold() == name.casefold()), None)
        sent = [sent] if named is None else named
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise unreadable(request)
    if any(_GUID.fullmatch(each) is None for each in _ids(sent)):
        raise unreadable(request, number=14, words="Unrecognized Guid format.")
    return sent


def _ids(sent: Any) -> Iterator[str]:
    """What is told as an id, wherever it stands: one that is none spoils the whole call."""
    if isinstance(sent, dict):
        yield from (str(v) for k, v in sent.items() if k.endswith("ID") and v is not None)
    for each in sent.values() if isinstance(sent, dict) else sent:
        if isinstance(each, dict | list):
            yield from _ids(each)


def unreadable(
    request: Request, *, number: int = 17, words: str = "JSON for post data was invalid"
) -> wire.Problem:
    body = {"ErrorNumber": number, "Type": "PostDataInvalidException", "Message": words}
    return wire.Problem(body_response(request, body, root="ApiException", status=400))


def refused(request: Request, elements: list[Fields]) -> Response:
    """Nothing was saved, and this is why."""
    body: dict[str, Any] = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return body_response(request, body, root="ApiException", status=400)


def invalid(resource: Resource, key: str, outcome: Outcome) -> Fields:
    """An element that was not taken, with what is wrong."""
    echoed = {n: outcome.typed[n] for n in _ECHOED if isinstance(outcome.typed.get(n), str)}
    flag = _FLAGS.get(resource.name)
    return {
        key: outcome.typed.get(key) or NOBODY,
        **_REQUIRED.get(resource.name, {}),
        **echoed,
        **({flag: True} if flag else {}),
        "ValidationErrors": [{"Message": message} for message in outcome.messages],
    }
