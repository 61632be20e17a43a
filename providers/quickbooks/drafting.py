"""A draft as QuickBooks' JSON: which object it becomes, and every field of it.

Our reference stands on the last line of PrivateNote, which QuickBooks shows to the company's own
people only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from providers.books import DocumentKind
from providers.drafts import Destination, Draft, DraftLine
from providers.errors import Problem
from providers.quickbooks.amounts import Taxed, TaxedLine, cents
from providers.quickbooks.characters import clean, plain
from providers.quickbooks.tax_codes import TaxTable
from providers.quickbooks.taxing import taxed
from providers.quickbooks.wire import Dimension

SOURCES = {
    (DocumentKind.BILL, Destination.PURCHASES): "Bill",
    (DocumentKind.BILL, Destination.CASH): "Purchase",
    (DocumentKind.BILL, Destination.CHEQUE): "Purchase",
    (DocumentKind.BILL, Destination.CARD): "Purchase",
    (DocumentKind.BILL_CREDIT, Destination.PURCHASES): "VendorCredit",
    (DocumentKind.BILL_CREDIT, Destination.CARD): "Purchase",
    (DocumentKind.INVOICE, Destination.SALES): "Invoice",
    (DocumentKind.INVOICE, Destination.RECEIPT): "SalesReceipt",
    (DocumentKind.INVOICE_CREDIT, Destination.SALES): "CreditMemo",
}
_PAYMENT_TYPES = {
    Destination.CASH: "Cash",
    Destination.CHEQUE: "Check",
    Destination.CARD: "CreditCard",
}
SALES = frozenset({"Invoice", "SalesReceipt", "CreditMemo"})
_DUE = frozenset({"Bill", "Invoice"})
_NOTE_LENGTH = 4000
_TEXT_LENGTH = 4000
_NAME_LENGTH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Whom a document is from or for: `kind` is Vendor, Customer or Employee."""

    kind: str
    id: str


def source(draft: Draft) -> str | None:
    """QuickBooks' word for what it becomes; None where there is nothing of the sort."""
    return SOURCES.get((draft.kind, draft.destination))


def party_kind(draft: Draft) -> str:
    """Which list a contact that has no id is looked up in."""
    return "Customer" if source(draft) in SALES else "Vendor"


def named_party(draft: Draft) -> Party | None:
    """Of the contact the draft gives by id, where such a one can stand on the document."""
    kind, _, own = (draft.contact or "").rpartition(":")
    party = Party(kind=kind.capitalize(), id=own)
    fits = party.kind == party_kind(draft) or (party.kind and source(draft) == "Purchase")
    return party if fits and own else None


def display_name(name: str) -> str:
    """As QuickBooks takes it: without colons, which divide sub-customers, line breaks and emoji."""
    return " ".join(plain(clean(name)).replace(":", " ").split())[:_NAME_LENGTH]


def contact(draft: Draft) -> dict[str, Any]:
    """A vendor or customer to be made. Its currency is for good, so it is the document's."""
    return {
        "DisplayName": display_name(draft.contact_name),
        "CurrencyRef": {"value": draft.currency},
    }


def obstacles(draft: Draft, known: TaxTable) -> tuple[Problem, ...]:
    """What would come out otherwise than the draft says, and so is not sent at all."""
    if source(draft) is None:
        return (_problem("QuickBooks Online has nothing of the sort for this document."),)
    if len(_options(draft, Dimension.LOCATION)) > 1:
        return (_problem("QuickBooks Online takes one location for all lines of a document."),)
    total = taxed(draft, known).total
    if total is not None and total != draft.total:
        text = f"The lines come to {total} with their tax, and the document to {draft.total}."
        return (_problem(text, code="PRE_LINES"),)
    return ()


def body(draft: Draft, party: Party, known: TaxTable) -> dict[str, Any]:
    """Every field of the object; what the draft leaves open is left out."""
    kind = source(draft)
    assert kind is not None
    amounts = taxed(draft, known)
    return {
        **_head(draft, kind),
        **_whom(draft, kind, party),
        **_paid_from(draft, kind),
        "Line": [
            _line(draft, kind, line, amount)
            for line, amount in zip(draft.lines, amounts.lines, strict=True)
        ],
        **_tax(amounts),
    }


def _head(draft: Draft, kind: str) -> dict[str, Any]:
    (location,) = _options(draft, Dimension.LOCATION) or (None,)
    is_due = kind in _DUE and draft.due_date is not None
    told = {
        "TxnDate": draft.posted_on.isoformat(),
        "DueDate": draft.due_date.isoformat() if is_due and draft.due_date else None,
        "DocNumber": document_number(draft),
        "CurrencyRef": {"value": draft.currency},
        "ExchangeRate": draft.rate
        if draft.rate != 1
        else None,  # companies of one currency have none
        "DepartmentRef": _ref(location),
        "PrivateNote": private_note(draft),
    }
    return _told(told)


def document_number(draft: Draft) -> str | None:
    """Without emoji from the first: by this very number it is looked for afterwards."""
    return plain(clean(draft.number or "")).strip() or None


def private_note(draft: Draft) -> str:
    """The note, and our reference on a line of its own."""
    room = _NOTE_LENGTH - len(draft.reference) - 1
    note = clean(draft.note or "").strip()[:room]
    return f"{note}\n{draft.reference}" if note else draft.reference


def _whom(draft: Draft, kind: str, party: Party) -> dict[str, Any]:
    if kind == "Purchase":
        return {"EntityRef": {"value": party.id, "type": party.kind}}
    if kind not in SALES:
        return {"VendorRef": {"value": party.id}}
    projects = _options(draft, Dimension.PROJECT)  # a project is a customer's sub-customer
    return {"CustomerRef": {"value": projects[0] if len(projects) == 1 else party.id}}


def _paid_from(draft: Draft, kind: str) -> dict[str, Any]:
    account = _ref(draft.bank_account)
    if kind == "SalesReceipt":
        return _told({"DepositToAccountRef": account})
    if kind != "Purchase":
        return {}
    is_credit = draft.kind is DocumentKind.BILL_CREDIT
    paid = {
        "PaymentType": _PAYMENT_TYPES[draft.destination],
        "AccountRef": account,
        "Credit": True if is_credit else None,
    }
    return _told(paid)


def _line(draft: Draft, kind: str, line: DraftLine, amount: TaxedLine) -> dict[str, Any]:
    if kind in SALES:
        name, what = "SalesItemLineDetail", {"ItemRef": _ref(line.product)}
    elif line.product is not None:
        name, what = "ItemBasedExpenseLineDetail", {"ItemRef": _ref(line.product)}
    else:
        name, what = "AccountBasedExpenseLineDetail", {"AccountRef": _ref(line.account)}
    has_quantity = "ItemRef" in what
    detail = {
        **what,
        **(_quantity(line, amount.amount) if has_quantity else {}),
        "TaxCodeRef": _ref(amount.code),
        "TaxInclusiveAmt": amount.gross,
        "ClassRef": _ref(_option(line, Dimension.CLASS)),
        **({} if kind in SALES else _for_customer(line)),
    }
    return {
        "Amount": amount.amount,
        **_told({"Description": clean(line.description)[:_TEXT_LENGTH] or None}),
        "DetailType": name,
        name: _told(detail),
    }


def _quantity(line: DraftLine, amount: Decimal) -> dict[str, Any]:
    """A price only where it leads to the amount: QuickBooks refuses any other."""
    if line.unit_price is not None and cents(line.unit_price * line.quantity) == amount:
        return {"Qty": line.quantity, "UnitPrice": line.unit_price}
    return {"Qty": line.quantity}


def _for_customer(line: DraftLine) -> dict[str, Any]:
    """On purchases a project takes the customer's place: it is one of theirs."""
    customer = _option(line, Dimension.PROJECT) or _own(line.customer)
    return _told(
        {"CustomerRef": _ref(customer), "BillableStatus": "Billable" if line.is_billable else None}
    )


def _tax(amounts: Taxed) -> dict[str, Any]:
    return _told({"GlobalTaxCalculation": amounts.calculation, "TxnTaxDetail": amounts.detail})


def _options(draft: Draft, dimension: Dimension) -> tuple[str, ...]:
    """The different choices that the lines name, in their order."""
    named = (_option(line, dimension) for line in draft.lines)
    return tuple(dict.fromkeys(each for each in named if each is not None))


def _option(line: DraftLine, dimension: Dimension) -> str | None:
    chosen = (each.option for each in line.tracking if each.category == dimension)
    return _own(next(chosen, None))


def _own(remote_id: str | None) -> str | None:
    """The number alone; ours say before it which list it is of."""
    return remote_id.rpartition(":")[2] if remote_id else None


def _ref(own: str | None) -> dict[str, str] | None:
    return {"value": own} if own else None


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _problem(text: str, *, code: str = "") -> Problem:
    return Problem(code=code, text=text)
