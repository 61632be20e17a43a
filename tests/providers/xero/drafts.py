"""Drafts to be told to Xero, with no organisation behind them."""

from datetime import date
from decimal import Decimal
from typing import Any

from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft, DraftLine, PublishAs

ACCOUNT = "4b1a2a3c-1111-2222-3333-444455556666"
BANK = "4b1a2a3c-1111-2222-3333-44445555aaaa"


def a_line(**fields: Any) -> DraftLine:
    whole: dict[str, Any] = {
        "description": "Paper",
        "amount": Decimal("100.00"),
        "account": ACCOUNT,
        "tax_rate": "INPUT2",
        "tax_amount": Decimal("20.00"),
    }
    return DraftLine(**{**whole, **fields})


def a_draft(kind: DocumentKind = DocumentKind.BILL, **fields: Any) -> Draft:
    sale = kind in (DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT)
    whole: dict[str, Any] = {
        "reference": "item-1-1",
        "kind": kind,
        "destination": Destination.SALES if sale else Destination.PURCHASES,
        "publish_as": PublishAs.OPEN,
        "contact_name": "Paper & Pens",
        "number": "B-1",
        "date": date(2026, 5, 20),
        "currency": "GBP",
        "treatment": TaxTreatment.EXCLUSIVE,
        "lines": (a_line(),),
        "total": Decimal("120.00"),
        "note": "Thank you",
    }
    return Draft(**{**whole, **fields})
