"""Payments and allocations made and taken back through the API."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument
from bot.sandbox.ledgers.xero.keeping.locks import not_locked
from bot.sandbox.ledgers.xero.keeping.settling import (
    CREDITS,
    Paid,
    allocate,
    delete_payment,
    pay,
    withdraw,
)
from bot.sandbox.ledgers.xero.writing.sitting import Absent, Invalid, Sitting

TARGETS = {"Invoice": "Invoices", **{each[:-1]: each for each in CREDITS}}
UNPAYABLE = "Payments can only be made from bank accounts or accounts enabled for payments"


def write_payment(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    row = sitting.named("Payments", typed, wanted)
    try:
        return _create(sitting, typed) if row is None else _delete(sitting, row, typed)
    except BadDocument as reason:
        raise Invalid(str(reason)) from reason


def write_allocation(sitting: Sitting, kind: str, wanted: str, typed: Fields) -> Fields:
    """Put some of a credit towards an invoice; the allocation as the credit tells of it."""
    credit = sitting.books.get(kind, wanted)
    if credit is None:
        raise Absent(wanted)
    invoice = _document(sitting.books, "Invoices", typed.get("Invoice"))
    try:
        not_locked(sitting.books, {"Date": typed.get("Date") or f"{sitting.at:%Y-%m-%d}"})
        allocate(
            sitting.drafting,
            (kind, credit),
            invoice,
            amount=_amount(typed.get("Amount")),
            at=sitting.at,
        )
    except BadDocument as reason:
        raise Invalid(str(reason)) from reason
    entry: Fields = credit.fields["Allocations"][-1]
    return entry


def delete_allocation(sitting: Sitting, kind: str, wanted: str, key: str) -> Fields:
    credit = sitting.books.get(kind, wanted)
    entries = credit.fields["Allocations"] if credit else []
    found = [each for each in entries if each["AllocationID"] == key]
    if credit is None or not found:
        raise Absent(key)
    withdraw(sitting.books, (kind, credit), at=sitting.at, only=key)
    return {**found[0], "IsDeleted": True}


def _create(sitting: Sitting, typed: Fields) -> Row:
    name = next((each for each in TARGETS if typed.get(each)), None)
    if name is None and typed.get("InvoiceNumber"):
        name, typed = "Invoice", {**typed, "Invoice": {"InvoiceNumber": typed["InvoiceNumber"]}}
    if name is None:
        raise Invalid("A payment must reference an Invoice, Credit Note, Prepayment or Overpayment")
    kind = TARGETS[name]
    row = _document(sitting.books, kind, typed[name])
    on = typed.get("Date") or f"{sitting.at:%Y-%m-%d}"
    not_locked(sitting.books, {"Date": on}, what="payment")
    paid = Paid(
        account=_account(sitting.books, typed).id,
        on=on,
        amount=_amount(typed.get("Amount")),
        reference=str(typed.get("Reference") or ""),
        is_reconciled=bool(typed.get("IsReconciled", False)),
    )
    return pay(sitting.drafting, (kind, row), paid, at=sitting.at)


def _delete(sitting: Sitting, row: Row, typed: Fields) -> Row:
    if typed.get("Status") != "DELETED":
        raise Invalid("Payments cannot be changed, only deleted")
    if row.fields["Status"] == "DELETED":
        raise Invalid("Payment not of valid status for modification")
    not_locked(sitting.books, row.fields, what="payment")
    return delete_payment(sitting.books, row, at=sitting.at)


def _document(books: Books, kind: str, named: object) -> Row:
    table = books.table(kind)
    given = named if isinstance(named, Mapping) else {}
    key, number = given.get(table.key), given.get(table.label)
    row = books.get(kind, str(key).casefold()) if key else _numbered(books, kind, number)
    if row is None:
        raise Invalid(f"{kind[:-1]} could not be found")
    return row


def _numbered(books: Books, kind: str, number: Any) -> Row | None:
    label = books.table(kind).label
    live = (r for r in books.rows(kind) if r.read("Status") not in {"DELETED", "VOIDED"})
    return next((row for row in live if number and row.read(label) == number), None)


def _account(books: Books, typed: Fields) -> Row:
    given = typed.get("Account") or {"Code": typed.get("Code")}
    wanted = {str(given[name]) for name in ("AccountID", "Code") if given.get(name)}
    for row in books.rows("Accounts"):
        if row.id in wanted or row.fields["Code"] in wanted:
            may = row.fields["Type"] == "BANK" or row.fields["EnablePaymentsToAccount"]
            if may and row.fields["Status"] == "ACTIVE":
                return row
            raise Invalid(UNPAYABLE)
    raise Invalid("Account could not be found")


def _amount(given: object) -> Decimal | None:
    if given is None:
        return None
    try:
        return Decimal(str(given))
    except InvalidOperation as reason:
        raise Invalid("Amount must be a number") from reason
