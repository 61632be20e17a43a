"""Documents as Xero keeps them, made of what somebody typed in the fields of Xero's own PUT."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.lines import ZERO, Ruling, line_item, money, ruling, totals
from bot.sandbox.ledgers.xero.wire import instant_of, ms_date


class BadDocument(ValueError):
    """Xero would not take this; the words say why."""


def civil(value: object) -> date:
    """A date as typed (`2026-11-22`) or as kept (`/Date(…)/`)."""
    text = str(value)
    try:
        return instant_of(text if text.startswith("/Date(") else text[:10]).date()
    except ValueError as reason:
        raise BadDocument(f"{value!r} is not a date") from reason


def dated(name: str, value: object) -> Fields:
    """The two spellings of one civil date, `Date` and `DateString`."""
    on = civil(value)
    return {name: ms_date(on), f"{name}String": f"{on:%Y-%m-%dT00:00:00}"}


def contact_of(books: Books, typed: object) -> Fields:
    """A contact as documents name it; typed as an id, a name, or an object with either."""
    wanted = typed
    if isinstance(typed, Mapping):
        wanted = typed.get("ContactID") or typed.get("Name")
    row = books.find("Contacts", str(wanted))
    return named_contact(row)


def named_contact(row: Row) -> Fields:
    return {
        "ContactID": row.id,
        "Name": row.fields["Name"],
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def account_of(books: Books, typed: object) -> Row:
    """An account, typed as an id, a name, a code, or an object with one of them."""
    wanted = str(typed)
    if isinstance(typed, Mapping):
        wanted = str(typed.get("AccountID") or typed.get("Code") or typed.get("Name"))
    for row in books.rows("Accounts"):
        if wanted in {row.id, row.fields["Code"], row.fields["Name"]}:
            return row
    raise NoSuchRow(f"{books.name} has no account called {wanted!r}.")


def named_account(row: Row) -> Fields:
    return {"AccountID": row.id, "Code": row.fields["Code"], "Name": row.fields["Name"]}


class Drafting:
    """Makes the documents of one set of books; accounts and tax rates are as they are now."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.base = str(books.profile.fields["BaseCurrency"])
        self._ruling: tuple[int, Ruling] | None = None

    @property
    def ruling(self) -> Ruling:
        kinds = ("Accounts", "TaxRates", "TrackingCategories", "TrackingOptions")
        revision = sum(self.books.revision(kind) for kind in kinds)
        if self._ruling is None or self._ruling[0] != revision:
            self._ruling = (revision, ruling(self.books))
        return self._ruling[1]

    def new_id(self, kind: str) -> str:
        return self.books.made_up_id(kind, str(self.books.next_number()))

    def invoice(self, typed: Fields) -> Fields:
        sold = typed.get("Type") == "ACCREC"
        number = typed.get("InvoiceNumber") or (self._numbered("Invoices", "INV") if sold else "")
        if sold and self._is_taken("Invoices", "InvoiceNumber", number):
            raise BadDocument("Invoice # must be unique.")
        fields = {
            "Type": typed.get("Type", "ACCPAY"),
            "InvoiceNumber": number,
            "Reference": typed.get("Reference", ""),
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "AmountDue": ZERO,
            "AmountPaid": ZERO,
            "AmountCredited": ZERO,
            "SentToContact": sold,
            "HasErrors": False,
            "IsDiscounted": any("DiscountRate" in line for line in typed.get("LineItems", ())),
            "HasAttachments": bool(typed.get("HasAttachments", False)),
            **self._document(typed, status=typed.get("Status", "AUTHORISED")),
            **dated("DueDate", typed.get("DueDate", typed["Date"])),
        }
        return fields | {"AmountDue": fields["Total"]}

    def credit_note(self, typed: Fields) -> Fields:
        kind = typed.get("Type", "ACCPAYCREDIT")
        fields = {
            "Type": kind,
            "CreditNoteNumber": typed.get("CreditNoteNumber")
            or (self._numbered("CreditNotes", "CN") if kind == "ACCRECCREDIT" else ""),
            "Reference": typed.get("Reference", ""),
            "Payments": [],
            "Allocations": [],
            "SentToContact": False,
            "HasErrors": False,
            "HasAttachments": False,
            **self._document(typed, status=typed.get("Status", "AUTHORISED")),
        }
        return fields | {"RemainingCredit": fields["Total"]}

    def purchase_order(self, typed: Fields) -> Fields:
        number = typed.get("PurchaseOrderNumber") or self._numbered("PurchaseOrders", "PO")
        delivery = typed.get("DeliveryDate")
        return {
            "PurchaseOrderNumber": number,
            "Reference": typed.get("Reference", ""),
            "SentToContact": False,
            "HasAttachments": False,
            **self._document(typed, status=typed.get("Status", "AUTHORISED")),
            **(dated("DeliveryDate", delivery) if delivery else {}),
        }

    def bank_transaction(self, typed: Fields) -> Fields:
        account = account_of(self.books, typed["BankAccount"])
        if account.fields["Type"] != "BANK":
            raise BadDocument("The BankAccount must be an account of type BANK.")
        currency = account.fields.get("CurrencyCode", self.base)
        return {
            "Type": typed.get("Type", "SPEND"),
            "BankAccount": named_account(account),
            "IsReconciled": bool(typed.get("IsReconciled", False)),
            "Reference": typed.get("Reference", ""),
            "HasAttachments": False,
            **self._document({"CurrencyCode": currency, **typed}, status="AUTHORISED"),
        }

    def credit(self, typed: Fields) -> Fields:
        """An overpayment or a prepayment, of the bank transaction that made it."""
        fields = {
            "Type": typed["Type"],
            "Reference": typed.get("Reference", ""),
            "Allocations": [],
            "Payments": [],
            "HasAttachments": False,
            **self._document(typed, status="AUTHORISED"),
        }
        return fields | {"RemainingCredit": fields["Total"]}

    def manual_journal(self, typed: Fields) -> Fields:
        lines = [self._journal_line(line) for line in typed["JournalLines"]]
        if sum((line["LineAmount"] for line in lines), ZERO):
            raise BadDocument("The total debits must equal total credits.")
        return {
            "Narration": typed["Narration"],
            "JournalLines": lines,
            "Date": ms_date(civil(typed["Date"])),
            "LineAmountTypes": typed.get("LineAmountTypes", "NoTax"),
            "Status": typed.get("Status", "POSTED"),
            "ShowOnCashBasisReports": True,
            "HasAttachments": False,
        }

    def _journal_line(self, line: Fields) -> Fields:
        code = str(line["AccountCode"])
        return {
            "LineAmount": money(line["LineAmount"]),
            "AccountCode": code,
            "AccountID": self.ruling.account(code),
            "Description": line.get("Description", ""),
            "TaxType": line.get("TaxType", "NONE"),
            "TaxAmount": money(line.get("TaxAmount", 0)),
            "Tracking": [],
            "IsBlank": False,
        }

    def _document(self, typed: Fields, *, status: str) -> dict[str, Any]:
        """What every document with a contact and lines has."""
        treatment = typed.get("LineAmountTypes", "Exclusive")
        lines = [
            line_item(line, treatment=treatment, ruling=self.ruling, key=self.new_id("Lines"))
            for line in typed.get("LineItems", ())
        ]
        currency = typed.get("CurrencyCode", self.base)
        rate = Decimal(str(typed.get("CurrencyRate", 1)))
        return {
            "Contact": contact_of(self.books, typed["Contact"]),
            **dated("Date", typed["Date"]),
            "Status": status,
            "LineAmountTypes": treatment,
            "LineItems": lines,
            **totals(lines, treatment=treatment),
            "CurrencyCode": currency,
            "CurrencyRate": rate,
        }

    def _numbered(self, kind: str, prefix: str) -> str:
        start = len(self.books.rows(kind)) + 1
        label = self.books.table(kind).label
        while self._is_taken(kind, label, f"{prefix}-{start:04d}"):
            start += 1
        return f"{prefix}-{start:04d}"

    def _is_taken(self, kind: str, label: str, number: str) -> bool:
        return any(
            row.mentions(number)
            and row.read(label) == number
            and row.read("Type") not in {"ACCPAY", "ACCPAYCREDIT"}
            and row.read("Status") not in {"DELETED", "VOIDED"}
            for row in self.books.rows(kind)
        )
