"""Bodies of the accounting API, put together from rows that are written already."""

import gzip
import json
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.ledgers.wire import body_response, json_bytes, wants_json
from bot.sandbox.ledgers.xero.reading.lists import Listing
from bot.sandbox.ledgers.xero.reading.resources import Resource, plural
from bot.sandbox.ledgers.xero.wire import envelope

# A page of a thousand invoices is two megabytes; the fastest level already makes a sixth of it.
GZIP_LEVEL = 1
GZIP_FROM_BYTES = 500

# A value no reader can know, put in place of the first row's when `unknown_enum` strikes.
UNHEARD_OF = {
    "Organisation": "Class",
    "Accounts": "Type",
    "TaxRates": "ReportTaxType",
    "Contacts": "ContactStatus",
    "TrackingCategories": "Status",
    "Users": "OrganisationRole",
    "Invoices": "Status",
    "CreditNotes": "Status",
    "BankTransactions": "Type",
    "BankTransfers": "Status",
    "Payments": "PaymentType",
    "BatchPayments": "Type",
    "Overpayments": "Status",
    "Prepayments": "Status",
    "ManualJournals": "Status",
    "PurchaseOrders": "Status",
}


def body(resource: Resource, listing: Listing, *, now: datetime) -> bytes:
    """The envelope around the rows."""
    about: dict[str, Any] = envelope(now, {})
    if listing.pagination is not None:
        about["pagination"] = listing.pagination
    opening = json_bytes(about)[:-1]
    return b'%b,"%b":[%b]}' % (opening, plural(resource).encode(), b",".join(listing.rows))


def make_unheard_of(resource: Resource, rows: list[bytes]) -> None:
    if rows and resource.name in UNHEARD_OF:
        first = {**json.loads(rows[0]), UNHEARD_OF[resource.name]: "UNHEARDOF"}
        rows[0] = json_bytes(first)


def answer(request: Request, content: bytes) -> Response:
    """The body as the caller asked for it: JSON or XML, compressed or not."""
    if not wants_json(request):
        return body_response(request, json.loads(content), root="Response")
    headers = {"Vary": "Accept-Encoding"}
    accepts = request.headers.get("accept-encoding", "")
    if "gzip" in accepts and len(content) >= GZIP_FROM_BYTES:
        content = gzip.compress(content, compresslevel=GZIP_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type="application/json")
