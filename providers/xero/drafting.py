"""Drafts as Xero wants them written, and where in each kind of document our reference is kept.

Invoices and money at the bank have a Url, which Xero shows as a link and never changes by itself.
Credit notes have none: a customer's has a Reference, a supplier's (whose Reference Xero keeps for
customers') a line that is nothing but words, as any document may have.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft, DraftLine, PublishAs

INVOICES, CREDIT_NOTES, BANK = "Invoices", "CreditNotes", "BankTransactions"
SUPPLIERS_CREDIT, CUSTOMERS_CREDIT = "ACCPAYCREDIT", "ACCRECCREDIT"
ITEMS, ITEM = "https://dext.example/items/", "Dext item "

_TREATMENTS = {
    TaxTreatment.EXCLUSIVE: "Exclusive",
    TaxTreatment.INCLUSIVE: "Inclusive",
    TaxTreatment.NONE: "NoTax",
}
_STATUSES = {
    PublishAs.DRAFT: "DRAFT",
    PublishAs.SUBMITTED: "SUBMITTED",
    PublishAs.OPEN: "AUTHORISED",
    PublishAs.PAID: "AUTHORISED",  # and a payment afterwards
}
_CENT, _FINEST = Decimal("0.01"), Decimal("0.0001")
_RATE = Decimal("0.000001")  # the decimals Xero takes of a rate
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NAME, _REFERENCE, _DESCRIPTION = 255, 255, 4000  # the most characters of each


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where a draft is sent, and Xero's type for what becomes of it."""

    source: str
    type: str


_ROUTES = {
    (DocumentKind.BILL, Destination.PURCHASES): Route(source=INVOICES, type="ACCPAY"),
    (DocumentKind.INVOICE, Destination.SALES): Route(source=INVOICES, type="ACCREC"),
    (DocumentKind.BILL_CREDIT, Destination.PURCHASES): Route(
        source=CREDIT_NOTES, type=SUPPLIERS_CREDIT
    ),
    (DocumentKind.INVOICE_CREDIT, Destination.SALES): Route(
        source=CREDIT_NOTES, type=CUSTOMERS_CREDIT
    ),
    (DocumentKind.BILL, Destination.BANK): Route(source=BANK, type="SPEND"),
    (DocumentKind.INVOICE_CREDIT, Destination.BANK): Route(source=BANK, type="SPEND"),
    (DocumentKind.INVOICE, Destination.BANK): Route(source=BANK, type="RECEIVE"),
    (DocumentKind.BILL_CREDIT, Destination.BANK): Route(source=BANK, type="RECEIVE"),
}


def route(draft: Draft) -> Route | None:
    """None where Xero has no such destination."""
    return _ROUTES.get((draft.kind, draft.destination))


def url(reference: str) -> str:
    """The address in which a document carries our reference."""
    return ITEMS + reference


def words(reference: str) -> str:
    """The line of words in which a supplier's credit note carries it."""
    return ITEM + reference


def document(draft: Draft, way: Route, products: Mapping[str, str]) -> dict[str, Any]:
    """The element to send; `products` are item codes by id."""
    lines = [_line(line, draft, products) for line in draft.lines]
    if way.type == SUPPLIERS_CREDIT:
        lines.append({"Description": words(draft.reference)})
    whole = {
        "Type": way.type,
        "Contact": _contact(draft),
        "Date": draft.posted_on.isoformat(),
        "LineAmountTypes": _TREATMENTS[draft.treatment],
        "LineItems": lines,
        "CurrencyCode": draft.currency,
        **_own(draft, way),
    }
    if draft.rate is not None and draft.rate not in (0, 1):
        whole["CurrencyRate"] = currency_rate(draft.rate)
    return whole


def currency_rate(rate: Decimal) -> Decimal:
    """Xero's, units of foreign currency for one of the base's, from the worth of a foreign one."""
    return (1 / rate).quantize(_RATE, ROUND_HALF_UP)


def cents(amount: Decimal) -> Decimal:
    """As Xero rounds each line."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def clean(text: str, most: int) -> str:
    """Without the control characters that Xero refuses, and no longer than it takes."""
    return _CONTROL.sub("", text).strip()[:most]


def _own(draft: Draft, way: Route) -> dict[str, Any]:
    """What only one kind of document has."""
    number = clean(draft.number or "", _REFERENCE)
    note = clean(draft.note or "", _REFERENCE)
    if way.source == BANK:
        own = {
            "BankAccount": {"AccountID": draft.bank_account},
            "Reference": number or note,
            "Url": url(draft.reference),
        }
    elif way.source == CREDIT_NOTES:
        reference = draft.reference if way.type == CUSTOMERS_CREDIT else ""
        own = {"CreditNoteNumber": number, "Reference": reference}
    else:
        own = {
            "InvoiceNumber": number,
            "Reference": note if way.type == "ACCREC" else "",
            "DueDate": (draft.due_date or draft.date).isoformat(),
            "Url": url(draft.reference),
        }
    told = {name: value for name, value in own.items() if value}
    return told if way.source == BANK else {**told, "Status": _STATUSES[draft.publish_as]}


def _contact(draft: Draft) -> dict[str, str]:
    if draft.contact:
        return {"ContactID": draft.contact}
    return {"Name": clean(draft.contact_name, _NAME)}


def _line(line: DraftLine, draft: Draft, products: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Description": clean(line.description, _DESCRIPTION) or clean(draft.contact_name, _NAME),
        **_amounts(line),
    }
    if line.account:
        told["AccountID"] = line.account
    if line.product:
        told["ItemCode"] = products[line.product]
    if draft.treatment is not TaxTreatment.NONE:
        told |= _tax(line)
    if line.tracking:
        told["Tracking"] = [
            {"TrackingCategoryID": each.category, "TrackingOptionID": each.option}
            for each in line.tracking
        ]
    return told


def _tax(line: DraftLine) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if line.tax_rate:
        told["TaxType"] = line.tax_rate
    if line.tax_amount is not None:
        told["TaxAmount"] = line.tax_amount
    return told


def _amounts(line: DraftLine) -> dict[str, Decimal]:
    """Quantity and unit price where they come to the amount by Xero's rounding, else one of it."""
    quantity, price = line.quantity, line.unit_price
    if quantity < 0:  # Xero takes no negative quantity, only a negative price
        quantity, price = -quantity, None if price is None else -price
    if quantity and quantity == quantity.quantize(_FINEST):
        each = (line.amount / quantity if price is None else price).quantize(_FINEST, ROUND_HALF_UP)
        if cents(quantity * each) == line.amount:
            return {"Quantity": quantity, "UnitAmount": each, "LineAmount": line.amount}
    return {"Quantity": Decimal(1), "UnitAmount": line.amount, "LineAmount": line.amount}
