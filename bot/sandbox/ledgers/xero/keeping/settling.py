"""What settles what in Xero: payments, batches, allocations, and what they leave due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import (
    BadDocument,
    Drafting,
    account_of,
    civil,
    dated,
    named_account,
)
from bot.sandbox.ledgers.xero.keeping.lines import ZERO, money
from bot.sandbox.ledgers.xero.keeping.mentions import applied as applied_by
from bot.sandbox.ledgers.xero.keeping.mentions import in_batch, in_brief, paid_document
from bot.sandbox.ledgers.xero.wire import ms_date

CREDITS = ("CreditNotes", "Overpayments", "Prepayments")
PAYMENT_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
}
SETTLED = {
    "InvoiceID": "Invoices",
    "CreditNoteID": "CreditNotes",
    "OverpaymentID": "Overpayments",
    "PrepaymentID": "Prepayments",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """How somebody pays: which bank account, when, how much of it."""

    account: object
    on: object
    amount: Decimal | None = None  # None pays what is left
    reference: str = ""
    is_reconciled: bool = False
    batch: str | None = None


def pay(drafting: Drafting, target: tuple[str, Row], paid: Paid, *, at: datetime) -> Row:
    """Record a payment of a document of this kind, and what it leaves due."""
    books, (kind, row) = drafting.books, target
    amount = _payable(kind, row, paid.amount)
    account = account_of(books, paid.account)
    bank_amount = amount
    if account.fields.get("CurrencyCode", drafting.base) != row.fields["CurrencyCode"]:
        bank_amount = money(amount / row.fields["CurrencyRate"])
    fields: Fields = {
        "Date": ms_date(civil(paid.on)),
        "BankAmount": bank_amount,
        "Amount": amount,
        "Reference": paid.reference,
        "CurrencyRate": row.fields["CurrencyRate"],
        "PaymentType": PAYMENT_TYPES[row.fields["Type"]],
        "Status": "AUTHORISED",
        "HasAccount": True,
        "IsReconciled": paid.is_reconciled,
        "Account": named_account(account),
        "Invoice": paid_document(books, kind, row),
        "HasValidationErrors": False,
    }
    if paid.batch:
        fields["BatchPaymentID"] = paid.batch
    payment = books.add("Payments", {"PaymentID": drafting.new_id("Payments"), **fields}, at=at)
    _settle(books, kind, row, payments=[*row.fields["Payments"], in_brief(payment)], at=at)
    return payment


def _payable(kind: str, row: Row, wanted: Decimal | None) -> Decimal:
    """How much will be paid; raises `BadDocument` where that cannot be."""
    left: Decimal = row.fields["AmountDue" if kind == "Invoices" else "RemainingCredit"]
    amount = left if wanted is None else money(wanted)
    if row.fields["Status"] != "AUTHORISED":
        raise BadDocument("Payments can only be made against Authorised documents")
    if not ZERO < amount <= left:
        raise BadDocument("Payment amount exceeds the amount outstanding on this document")
    return amount


def delete_payment(books: Books, payment: Row, *, at: datetime) -> Row:
    """What it paid is due again."""
    if payment.fields["Status"] == "DELETED":
        raise BadDocument("This payment is deleted already")
    books.change("Payments", payment.id, {"Status": "DELETED", "IsReconciled": False}, at=at)
    named = payment.fields["Invoice"]
    for kind in ("Invoices", *CREDITS):
        row = books.get(kind, named["InvoiceID"])
        if row is not None:
            left = [each for each in row.fields["Payments"] if each["PaymentID"] != payment.id]
            _settle(books, kind, row, payments=left, at=at)
    return payment


def pay_together(
    drafting: Drafting, invoices: Sequence[tuple[Row, Decimal | None]], paid: Paid, *, at: datetime
) -> Row:
    """One batch payment of several bills, or of several sales invoices."""
    books = drafting.books
    key = drafting.new_id("BatchPayments")
    account = account_of(books, paid.account)
    for row, amount in invoices:
        _payable("Invoices", row, amount)
    batched = [
        pay(
            drafting,
            ("Invoices", row),
            Paid(account=paid.account, on=paid.on, amount=amount, batch=key),
            at=at,
        )
        for row, amount in invoices
    ]
    total = sum((payment.fields["Amount"] for payment in batched), ZERO)
    fields = {
        "BatchPaymentID": key,
        "Account": named_account(account),
        "Reference": paid.reference,
        **dated("Date", paid.on),
        "Payments": [in_batch(payment) for payment in batched],
        "Type": "PAYBATCH" if invoices[0][0].fields["Type"] == "ACCPAY" else "RECBATCH",
        "Status": "AUTHORISED",
        "TotalAmount": total,
        "IsReconciled": paid.is_reconciled,
    }
    return books.add("BatchPayments", fields, at=at)


def delete_batch(books: Books, batch: Row, *, at: datetime) -> Row:
    for each in batch.fields["Payments"]:
        payment = books.find("Payments", each["PaymentID"])
        if payment.fields["Status"] != "DELETED":
            delete_payment(books, payment, at=at)
    return books.change("BatchPayments", batch.id, {"Status": "DELETED"}, at=at)


def allocate(
    drafting: Drafting,
    credit: tuple[str, Row],
    invoice: Row,
    *,
    amount: Decimal | None,
    at: datetime,
) -> Row:
    """Put a credit note, overpayment or prepayment towards an invoice."""
    books, (kind, row) = drafting.books, credit
    most = min(row.fields["RemainingCredit"], invoice.fields["AmountDue"])
    applied = most if amount is None else money(amount)
    if row.fields["Status"] != "AUTHORISED" or invoice.fields["Status"] != "AUTHORISED":
        raise BadDocument("Only authorised credits can be allocated to authorised invoices")
    if not ZERO < applied <= most:
        raise BadDocument("The allocated amount exceeds what is outstanding")
    entry = {
        "AllocationID": drafting.new_id("Allocations"),
        "Amount": applied,
        "Date": ms_date(at.date()),
        "Invoice": {
            "InvoiceID": invoice.id,
            "InvoiceNumber": invoice.fields["InvoiceNumber"],
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "HasErrors": False,
            "IsDiscounted": False,
            "LineItems": [],
        },
        "IsDeleted": False,
    }
    used = {"Allocations": [*row.fields["Allocations"], entry]}
    _settle(books, kind, row, at=at, changes=used)
    towards = {kind: [*invoice.fields[kind], applied_by(books, kind, row, applied)]}
    return _settle(books, "Invoices", invoice, at=at, changes=towards)


def withdraw(
    books: Books, credit: tuple[str, Row], *, at: datetime, only: str | None = None
) -> Row:
    """Take back the allocations of a credit, or the one of this id."""
    kind, row = credit
    kept = [each for each in row.fields["Allocations"] if only not in (None, each["AllocationID"])]
    for entry in row.fields["Allocations"]:
        if entry not in kept:
            invoice = books.find("Invoices", entry["Invoice"]["InvoiceID"])
            left = _without(invoice.fields[kind], books.table(kind).key, row.id, entry["Amount"])
            _settle(books, "Invoices", invoice, at=at, changes={kind: left})
    return _settle(books, kind, row, at=at, changes={"Allocations": kept})


def _without(applied: list[Fields], key: str, credit: str, amount: Decimal) -> list[Fields]:
    """All but one that this credit was applied with for this amount."""
    left = list(applied)
    for each in applied:
        if (each[key], each["AppliedAmount"]) == (credit, amount):
            left.remove(each)
            break
    return left


def _settle(
    books: Books,
    kind: str,
    row: Row,
    *,
    at: datetime,
    payments: list[Fields] | None = None,
    changes: dict[str, Any] | None = None,
) -> Row:
    """Work out again what is paid, used and left, after a change to what settles the document."""
    fields = {**row.fields, **(changes or {})}
    if payments is not None:
        fields["Payments"] = payments
    paid = sum((each["Amount"] for each in fields["Payments"]), ZERO)
    if kind == "Invoices":
        credited = sum((each["AppliedAmount"] for name in CREDITS for each in fields[name]), ZERO)
        left = fields["Total"] - paid - credited
        fields |= {"AmountPaid": paid, "AmountCredited": credited, "AmountDue": left}
    else:
        used = sum((each["Amount"] for each in fields["Allocations"]), ZERO)
        left = fields["RemainingCredit"] = fields["Total"] - paid - used
    fields["Status"] = "AUTHORISED" if left else "PAID"
    row.fields.pop("FullyPaidOnDate", None)
    fields.pop("FullyPaidOnDate", None)
    if not left and kind in {"Invoices", "CreditNotes"}:
        dates = [civil(each["Date"]) for each in fields["Payments"]]
        fields["FullyPaidOnDate"] = ms_date(max([*dates, civil(fields["Date"])]))
    return books.change(kind, row.id, fields, at=at)
