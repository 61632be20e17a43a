"""What a reader is answered: rows, changes, or the fault that says why not."""

from datetime import datetime
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks import wire
from bot.sandbox.ledgers.quickbooks.reading.query import PACIFIC, BadRequest, BadStatement
from bot.sandbox.ledgers.quickbooks.reading.rows import NotTracked, TooOld, changes, read, select

# A value no reader can know, put in place of the first row's when `unknown_enum` strikes.
UNHEARD_OF = {
    "Account": "AccountType",
    "TaxRate": "SpecialTaxType",
    "Item": "Type",
    "Term": "Type",
    "PaymentMethod": "Type",
    "Invoice": "EmailStatus",
    "Bill": "GlobalTaxCalculation",
    "Purchase": "PaymentType",
    "BillPayment": "PayType",
    "PurchaseOrder": "POStatus",
    "Estimate": "TxnStatus",
}


def queried(books: Books, statement: str) -> dict[str, Any]:
    try:
        return {"QueryResponse": select(books, statement)}
    except BadStatement as reason:
        return wire.parse_fault(str(reason))
    except BadRequest as reason:
        return wire.query_fault(str(reason))


def one(books: Books, kind: str, wanted: str | None) -> dict[str, Any]:
    return read(books, kind, wanted) or wire.no_such_object(f"{kind} {wanted}")


def changed(books: Books, entities: str, since: str, *, now: datetime) -> dict[str, Any]:
    try:
        instant = datetime.fromisoformat(since)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=PACIFIC)
        return changes(books, entities.split(","), since=instant, now=now)
    except (TooOld, NotTracked) as reason:
        return wire.unsupported(str(reason))
    except ValueError as reason:
        return wire.query_fault(str(reason))


def with_unheard_of(body: dict[str, Any]) -> dict[str, Any]:
    answers = [body, *body.get("BatchItemResponse", [])]
    responses = [answer.get("QueryResponse", {}) for answer in answers]
    for answer in answers:
        for changed in answer.get("CDCResponse", []):
            responses += changed["QueryResponse"]
    for kind, field in UNHEARD_OF.items():
        for response in responses:
            for row in response.get(kind, [])[:1]:
                if field in row:
                    row[field] = "UnheardOf"
    return body
