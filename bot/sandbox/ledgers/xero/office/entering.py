"""Documents entered by an accountant of Xero, kind by kind, and the dates locked to them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.editing import BadEdit
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.bank import receive_credit, transfer
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.keeping.settling import CREDITS, Paid, pay, pay_together

Maker = Callable[[Drafting, Fields, datetime], Row]


def _plain(kind: str) -> Maker:
    """For documents that stand alone."""

    def add(drafting: Drafting, typed: Fields, at: datetime) -> Row:
        return drafting.books.add(kind, drafted(drafting, kind, typed), at=at)

    return add


def drafted(drafting: Drafting, kind: str, typed: Fields) -> Fields:
    draft = {
        "Invoices": drafting.invoice,
        "CreditNotes": drafting.credit_note,
        "PurchaseOrders": drafting.purchase_order,
        "BankTransactions": drafting.bank_transaction,
        "ManualJournals": drafting.manual_journal,
    }
    if kind not in draft:
        raise BadEdit(f"{kind} cannot be changed, only added, paid, allocated or deleted.")
    return draft[kind](typed)


def _payment(drafting: Drafting, typed: Fields, at: datetime) -> Row:
    for name, kind in (("Invoice", "Invoices"), *((each[:-1], each) for each in CREDITS)):
        if name in typed:
            row = _document(drafting.books, kind, typed[name])
            paid = Paid(
                account=typed["Account"],
                on=typed["Date"],
                amount=amount_of(typed.get("Amount")),
                reference=str(typed.get("Reference", "")),
                is_reconciled=bool(typed.get("IsReconciled", False)),
            )
            return pay(drafting, (kind, row), paid, at=at)
    raise BadEdit("A payment names an Invoice, a CreditNote, an Overpayment or a Prepayment.")


def _batch(drafting: Drafting, typed: Fields, at: datetime) -> Row:
    invoices = [
        (_document(drafting.books, "Invoices", each["Invoice"]), amount_of(each.get("Amount")))
        for each in typed["Payments"]
    ]
    reference = str(typed.get("Reference", ""))
    paid = Paid(account=typed["Account"], on=typed["Date"], reference=reference)
    return pay_together(drafting, invoices, paid, at=at)


MAKERS: dict[str, Maker] = {
    **{
        kind: _plain(kind)
        for kind in ("Invoices", "CreditNotes", "PurchaseOrders", "BankTransactions")
    },
    "ManualJournals": _plain("ManualJournals"),
    "BankTransfers": transfer,
    "Payments": _payment,
    "BatchPayments": _batch,
    "Overpayments": receive_credit,
    "Prepayments": receive_credit,
}


def amount_of(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _document(books: Books, kind: str, named: Any) -> Row:
    """A document by its number or id, or by an object with one of them."""
    if isinstance(named, dict):
        table = books.table(kind)
        named = named.get(table.key) or named.get(table.label)
    return books.find(kind, str(named))
