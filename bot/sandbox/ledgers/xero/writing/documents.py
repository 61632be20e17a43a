"""Invoices, bills, credit notes and money at the bank, entered and changed through the API."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument, civil
from bot.sandbox.ledgers.xero.keeping.locks import DRAFTS, not_locked
from bot.sandbox.ledgers.xero.writing.parties import contact_of
from bot.sandbox.ledgers.xero.writing.sitting import Invalid, Sitting, refuse

TREATMENTS = frozenset({"Exclusive", "Inclusive", "NoTax"})
SETTLEMENTS = ("Payments", "CreditNotes", "Prepayments", "Overpayments", "Allocations")
_LIVE = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
_NEXT = {
    "DRAFT": _LIVE | {"DELETED"},
    "SUBMITTED": _LIVE | {"DELETED"},
    "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
}
_HAS_SETTLEMENT = (
    "This document cannot be edited as it has a payment or credit note allocated to it."
)
_GOES_OVER = ("Contact", "Date", "LineAmountTypes", "LineItems", "CurrencyCode", "CurrencyRate")
_ODD = {
    "Invoices": ("Url", "SentToContact"),
    "CreditNotes": (),
    "BankTransactions": ("Url",),
}
_WITHOUT_REFERENCE = frozenset({"ACCPAY", "ACCPAYCREDIT"})  # theirs is the supplier's number
# Approved documents a month, by the plans that count them: what is sold, and what is bought.
_MOST_APPROVED = {"IGNITE": (10, 5), "SIMPLE": (0, 5), "STARTER": (20, 5)}


def write_invoice(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    return _Kind("Invoices", "Invoice", "InvoiceNumber", "ACCREC", {"ACCREC", "ACCPAY"}).write(
        sitting, typed, wanted
    )


def write_credit_note(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    types = {"ACCRECCREDIT", "ACCPAYCREDIT"}
    return _Kind("CreditNotes", "Credit Note", "CreditNoteNumber", "ACCRECCREDIT", types).write(
        sitting, typed, wanted
    )


class _Kind:
    """`sold` is the type whose numbers are unique."""

    def __init__(self, kind: str, words: str, number: str, sold: str, types: set[str]) -> None:
        self._kind = kind
        self._words = words
        self._number = number
        self._sold = sold
        self._types = types

    def write(self, sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
        row = sitting.named(self._kind, typed, wanted) or self._numbered(sitting, typed)
        try:
            return (
                self._create(sitting, typed) if row is None else self._change(sitting, row, typed)
            )
        except BadDocument as reason:
            raise Invalid(str(reason)) from reason

    def _numbered(self, sitting: Sitting, typed: Fields) -> Row | None:
        """POST means the document of this number if there is one."""
        number = typed.get(self._number)
        if sitting.creates or not number or typed.get("Type") != self._sold:
            return None
        return self._live(sitting.books, str(number))

    def _live(self, books: Books, number: str) -> Row | None:
        """What was sold under this number and still counts."""
        found = (row for row in books.rows(self._kind) if row.mentions(number))
        gone = {"DELETED", "VOIDED"}
        for row in found:
            told = [row.read(name) for name in (self._number, "Type")]
            if told == [number, self._sold] and row.read("Status") not in gone:
                return row
        return None

    def _create(self, sitting: Sitting, typed: Fields) -> Row:
        status = typed.get("Status") or "DRAFT"
        if typed.get("Type") not in self._types:
            raise Invalid(f"{self._words} type must be one of {', '.join(sorted(self._types))}")
        if status not in _LIVE:
            raise Invalid(f"{self._words} not of valid status for creation")
        number = typed.get(self._number)
        if number and typed["Type"] == self._sold and self._live(sitting.books, str(number)):
            raise Invalid(f"{self._words} # must be unique.")
        whole = complete(sitting, {**typed, "Status": status})
        not_locked(sitting.books, whole)
        self._within_plan(sitting, whole)
        made = self._draft(sitting)(whole)
        odds = odd_fields(self._kind, typed)
        return sitting.books.add(self._kind, {**made, **odds}, at=sitting.at)

    def _change(self, sitting: Sitting, row: Row, typed: Fields) -> Row:
        books, before = sitting.books, row.fields
        status = typed.get("Status") or before["Status"]
        if status not in _NEXT.get(before["Status"], frozenset()):
            raise Invalid(f"{self._words} not of valid status for modification")
        if any(before.get(name) for name in SETTLEMENTS):
            raise Invalid(_HAS_SETTLEMENT)
        not_locked(books, before)
        if status in {"DELETED", "VOIDED"}:
            left = "AmountDue" if self._kind == "Invoices" else "RemainingCredit"
            gone = {"Status": status, left: Decimal("0.00")}
            return books.change(self._kind, row.id, gone, at=sitting.at)
        whole = complete(sitting, {**_as_typed(before, self._number), **typed, "Status": status})
        not_locked(books, whole)
        if before["Status"] in DRAFTS:
            self._within_plan(sitting, whole)
        number = typed.get(self._number) or before[self._number]
        other = self._live(books, str(number)) if before["Type"] == self._sold else None
        if other is not None and other is not row:
            raise Invalid(f"{self._words} # must be unique.")
        made = self._draft(sitting)({**whole, self._number: ""}) | {self._number: number}
        kept = {name: before[name] for name in SETTLEMENTS if name in before}
        kept["HasAttachments"] = before["HasAttachments"]
        odds = odd_fields(self._kind, typed)
        return books.change(self._kind, row.id, {**made, **kept, **odds}, at=sitting.at)

    def _draft(self, sitting: Sitting) -> Callable[[Fields], Fields]:
        drafting = sitting.drafting
        return drafting.invoice if self._kind == "Invoices" else drafting.credit_note

    def _within_plan(self, sitting: Sitting, whole: Fields) -> None:
        most = _MOST_APPROVED.get(str(sitting.books.profile.fields.get("Class")))
        if most is None or self._kind != "Invoices" or whole["Status"] != "AUTHORISED":
            return
        sold = whole["Type"] == "ACCREC"
        month = (sitting.at.year, sitting.at.month)
        approved = [
            row
            for row in sitting.books.rows("Invoices")
            if row.fields["Type"] == whole["Type"]
            and row.fields["Status"] in {"AUTHORISED", "PAID"}
            and (row.created.year, row.created.month) == month
        ]
        if len(approved) >= most[0 if sold else 1]:
            raise Invalid("You have reached the limit of invoices you can approve.")


def complete(sitting: Sitting, typed: Fields) -> Fields:
    """What `keeping` needs, with everything looked up and checked; raises `Invalid`."""
    problems: list[str] = []
    treatment = typed.get("LineAmountTypes") or "Exclusive"
    if treatment not in TREATMENTS:
        problems.append(f"LineAmountTypes must be one of {', '.join(sorted(TREATMENTS))}")
    rules = sitting.rules
    rules.currency(typed, problems)
    is_complete = typed["Status"] not in DRAFTS
    lines = typed.get("LineItems") or []
    if not lines and typed["Status"] != "DRAFT":
        problems.append("One or more line items must be specified")
    whole = {name: value for name, value in typed.items() if value is not None}
    whole["LineItems"] = [
        rules.line(line, treatment=treatment, complete=is_complete, problems=problems)
        for line in lines
    ]
    whole["LineAmountTypes"] = treatment
    whole["Contact"] = contact_of(sitting, typed, problems)
    for name, default in (("Date", sitting.at.date()), ("DueDate", None)):
        whole[name] = _day(whole.get(name), default, problems)
    refuse(problems)
    if typed.get("Type") in _WITHOUT_REFERENCE:
        whole.pop("Reference", None)
    whole["DueDate"] = whole["DueDate"] or whole["Date"]
    return whole


def _day(given: object, default: date | None, problems: list[str]) -> date | None:
    if given is None or given == "":
        return default
    try:
        return civil(given)
    except BadDocument as reason:
        problems.append(str(reason))
        return default


def _as_typed(fields: Mapping[str, Any], number: str) -> Fields:
    """A document as somebody would have to type it to have it as it is."""
    typed = {name: fields[name] for name in (*_GOES_OVER, "Type", "Reference") if name in fields}
    if "DueDate" in fields:
        typed["DueDate"] = fields["DueDate"]
    typed["LineItems"] = [
        {k: v for k, v in line.items() if k not in {"LineAmount", "AccountID"}}
        for line in fields["LineItems"]
    ]
    return typed | {number: fields[number]}


def odd_fields(kind: str, typed: Fields) -> Fields:
    """What may be set on a document and is worked out from nothing."""
    return {name: typed[name] for name in _ODD[kind] if typed.get(name) is not None}
