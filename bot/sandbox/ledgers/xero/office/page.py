"""The page on which a person plays the accountant of a Xero organisation; it needs no scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from starlette.responses import HTMLResponse

from bot.sandbox.ledgers import pages
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.editing import BadEdit, Instruction
from bot.sandbox.ledgers.faults import Fault
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import account_of, civil
from bot.sandbox.ledgers.xero.signin import TERMS

SHOWN = 16
SEARCHED = 5_000
OFFERED = 500
# Fault, and what it does from the caller's side.
FAULTS = {
    Fault.EXPIRE_ACCESS: "Access token expired",
    Fault.SPEND_REFRESH: "Refresh token spent",
    Fault.REVOKE_REFRESH: "Refresh token revoked",
    Fault.UNAUTHORIZED: "401",
    Fault.NOT_ENTITLED: "401, not entitled",
    Fault.FORBIDDEN_ORGANISATION: "403, organisation gone",
    Fault.ORGANISATION_INACTIVE: "403, organisation not active",
    Fault.RATE_MINUTE: "429, minute",
    Fault.RATE_DAY: "429, day",
    Fault.SERVER_ERROR: "500",
    Fault.UNAVAILABLE_HTML: "503 with a page",
    Fault.TIMEOUT: "No answer",
    Fault.TIMEOUT_AFTER: "No answer, but done",
    Fault.SLOW: "Slow answer",
    Fault.MALFORMED_BODY: "Half a body",
    Fault.UNKNOWN_ENUM: "A value nobody knows",
    Fault.SAME_PAGE: "The first page again",
    Fault.SHORT_PAGE: "Half a page",
}
_KINDS = {
    "Invoices": "AmountDue",
    "CreditNotes": "RemainingCredit",
    "BankTransactions": None,
    "BankTransfers": None,
    "Payments": None,
    "ManualJournals": None,
}
_WORDS = {
    "ACCPAY": "Bill",
    "ACCREC": "Sales invoice",
    "ACCPAYCREDIT": "Supplier’s credit",
    "ACCRECCREDIT": "Customer’s credit",
    "ManualJournals": "Journal",
    "BankTransfers": "Transfer",
}
_ENDED = frozenset({"VOIDED", "DELETED"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One document in the table; `acts` are actions of the edit interface and their words."""

    kind: str
    word: str
    id: str
    number: str
    party: str
    day: str
    status: str
    total: Decimal | None
    left: Decimal | None
    currency: str
    has_file: bool
    acts: tuple[tuple[str, str], ...]

    @property
    def has_ended(self) -> bool:
        return self.status.upper() in _ENDED


def response(books: Books, asked: Mapping[str, str], *, is_told: bool) -> HTMLResponse:
    """`asked` may hold `find`, and what was `done` or went `wrong`."""
    profile = books.profile.fields
    return pages.page(
        "xero_books.html",
        TERMS,
        books=books,
        lines=lines(books, asked.get("find", "").strip()),
        find=asked.get("find", "").strip(),
        done=asked.get("done"),
        wrong=asked.get("wrong"),
        contacts=_active(books, "Contacts", "ContactStatus"),
        accounts=_active(books, "Accounts", "Status"),
        banks=[r.fields["Name"] for r in books.rows("Accounts") if r.fields["Type"] == "BANK"],
        period=_typed_date(profile.get("PeriodLockDate")),
        end_of_year=_typed_date(profile.get("EndOfYearLockDate")),
        is_demo=bool(profile.get("IsDemoCompany")),
        is_told=is_told,
        faults=FAULTS,
    )


def lines(books: Books, wanted: str = "") -> list[Line]:
    """What was touched last, or what has this number, name or status in it."""
    rows = [(kind, row) for kind in _KINDS for row in books.rows(kind)]
    rows.sort(key=lambda pair: pair[1].updated, reverse=True)
    if not wanted:
        return [_line(kind, row) for kind, row in rows[:SHOWN]]
    found = (_line(kind, row) for kind, row in rows[:SEARCHED])
    needle = wanted.casefold()
    matching = (
        line
        for line in found
        if needle in f"{line.word} {line.number} {line.party} {line.status}".casefold()
    )
    return [line for line, _ in zip(matching, range(SHOWN), strict=False)]


def instruction(books: Books, form: Mapping[str, str], *, at: datetime) -> Instruction:
    """What a form of the page asks of the edit interface; raises `BadEdit` or `NoSuchRow`."""
    given = {name: value for name, value in form.items() if value}
    edit: Instruction = {"organisation": books.key, **given}
    match given.get("action"):
        case "enter":
            edit |= {"action": "add", **_entered(books, given, at=at)}
        case "lock":
            edit |= {name: given.get(name) for name in ("period", "end_of_year")}
        case "pay":
            edit.setdefault("account", _bank(books))
        case None:
            raise BadEdit("The form says nothing.")
    return edit


DEEDS = {
    "add": "Entered",
    "approve": "Approved",
    "pay": "Paid",
    "void": "Voided",
    "delete": "Deleted",
    "reconcile": "Reconciled",
    "unreconcile": "No longer reconciled",
    "archive": "Archived",
    "restore": "Restored",
    "rename": "Renamed",
    "merge": "Merged and archived",
    "lock": "Lock dates set",
}


def said(edit: Instruction, row: Row) -> str:
    """What happened, in a few words."""
    deed = DEEDS.get(str(edit["action"]), str(edit["action"]).capitalize())
    fields = row.fields
    if "Invoice" in fields:
        return f"{deed}: {fields['Amount']:,.2f} {_number('Payments', row)}."
    if "Contact" in fields:
        whom = fields["Contact"]["Name"]
        return f"{deed}: {_word(fields).lower()} of {fields['Total']:,.2f}, {whom}."
    return f"{deed}: {fields['Name']}." if "Name" in fields else f"{deed}."


_ENTRIES = {
    "bill": ("Invoices", "ACCPAY"),
    "invoice": ("Invoices", "ACCREC"),
    "credit": ("CreditNotes", "ACCPAYCREDIT"),
    "spend": ("BankTransactions", "SPEND"),
}


def _entered(books: Books, given: Mapping[str, str], *, at: datetime) -> Instruction:
    what = given.get("what", "bill")
    if what not in _ENTRIES:
        raise BadEdit(f"what must be one of {', '.join(_ENTRIES)}.")
    kind, kind_type = _ENTRIES[what]
    sold = what == "invoice"
    account = account_of(books, given.get("account") or ("200" if sold else "429"))
    line = {
        "Description": given.get("description", "Entered by hand"),
        "UnitAmount": _sum(given.get("amount", "")),
        "AccountCode": account.fields["Code"],
        "TaxType": account.fields["TaxType"],
    }
    fields: Fields = {
        "Type": kind_type,
        "Contact": given.get("contact", ""),
        "Date": given.get("date") or f"{at:%Y-%m-%d}",
        "LineItems": [line],
    }
    if given.get("number"):
        fields[f"{kind[:-1]}Number"] = given["number"]
    if given.get("status"):
        fields["Status"] = given["status"]
    if what == "spend":
        fields["BankAccount"] = given.get("bank") or _bank(books)
    return {"kind": kind, "fields": fields}


def _sum(typed: str) -> str:
    if not typed.replace(".", "", 1).isdecimal():
        raise BadEdit("The amount must be a number.")
    return typed


def _bank(books: Books) -> str:
    return next(r.id for r in books.rows("Accounts") if r.fields["Type"] == "BANK")


def _active(books: Books, kind: str, status: str) -> list[str]:
    active = (row for row in books.rows(kind) if row.fields.get(status) == "ACTIVE")
    return sorted({str(row.fields["Name"]) for row in islice(active, OFFERED)})


def _typed_date(value: object) -> str:
    return f"{civil(value):%Y-%m-%d}" if value else ""


def _line(kind: str, row: Row) -> Line:
    fields = row.fields
    left = _KINDS[kind]
    named = fields.get("Contact") or fields.get("Invoice", {}).get("Contact") or {}
    status = str(fields["Status"])
    return Line(
        kind=kind,
        word=_word(fields, kind),
        id=row.id,
        number=_number(kind, row),
        party=str(named.get("Name", "")),
        day=f"{civil(fields['Date']):%d %b %Y}",
        status=status.capitalize(),
        total=fields.get("Total", fields.get("Amount")),
        left=fields[left] if left else None,
        currency=str(fields.get("CurrencyCode", "")),
        has_file=bool(fields.get("HasAttachments")),
        acts=() if status in _ENDED else _acts(kind, fields),
    )


def _word(fields: Fields, kind: str = "") -> str:
    """What Xero's screens call it."""
    if "PaymentType" in fields:
        return "Receipt" if fields["PaymentType"] == "ACCRECPAYMENT" else "Payment"
    known = str(fields.get("Type", kind))
    return _WORDS.get(known, known.replace("-", " ").capitalize())


def _number(kind: str, row: Row) -> str:
    fields = row.fields
    if kind == "Payments":
        return f"for {fields['Invoice']['InvoiceNumber']}"
    shown = fields.get("InvoiceNumber") or fields.get("CreditNoteNumber")
    return str(shown or fields.get("Narration") or fields.get("Reference") or row.id[:8])


def _acts(kind: str, fields: Fields) -> tuple[tuple[str, str], ...]:
    status = fields["Status"]
    if status in {"DRAFT", "SUBMITTED"}:
        return (("approve", "Approve"), ("delete", "Delete"))
    if kind in {"Payments", "BankTransfers"}:
        return (("delete", "Delete"),)
    if kind == "BankTransactions":
        back = fields["IsReconciled"]
        undo = ("unreconcile", "Unreconcile") if back else ("reconcile", "Reconcile")
        return (undo, ("delete", "Delete"))
    untouched = not fields.get("Payments") and not fields.get("Allocations")
    acts = [("pay", "Pay")] if kind == "Invoices" and fields["AmountDue"] else []
    return (*acts, ("void", "Void")) if untouched else tuple(acts)
