"""What Xero answers about a document that was written, looked up or refused."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from providers.books import DocumentKind
from providers.drafts import Draft, Outcome, Published, Refused, Unheard
from providers.errors import Problem, WireMismatch
from providers.xero import documents, refusals
from providers.xero.book_shapes import AccountRef, AllocationRow, PaymentRef, enveloped
from providers.xero.drafting import BANK, CREDIT_NOTES, INVOICES, ITEM, ITEMS, SUPPLIERS_CREDIT

ZERO = Decimal()
_NOBODY = "00000000-0000-0000-0000-000000000000"


class MessageRow(msgspec.Struct):
    Message: str | None = None


class ContactAnswer(msgspec.Struct):
    ContactID: str | None = None
    ValidationErrors: list[MessageRow] | None = None


class TrackingAnswer(msgspec.Struct, omit_defaults=True):
    TrackingCategoryID: str | None = None
    TrackingOptionID: str | None = None
    Name: str | None = None
    Option: str | None = None


class LineAnswer(msgspec.Struct, omit_defaults=True):
    """A line, of which all but what was wrong with it can be sent again."""

    LineItemID: str | None = None
    Description: str | None = None
    Quantity: Decimal | None = None
    UnitAmount: Decimal | None = None
    AccountID: str | None = None
    AccountCode: str | None = None
    TaxType: str | None = None
    TaxAmount: Decimal | None = None
    ItemCode: str | None = None
    Tracking: list[TrackingAnswer] | None = None
    ValidationErrors: list[MessageRow] | None = None


class Written(msgspec.Struct):
    """An invoice, a credit note or a bank transaction: each has some of these."""

    InvoiceID: str | None = None
    CreditNoteID: str | None = None
    BankTransactionID: str | None = None
    Type: str | None = None
    Status: str | None = None
    InvoiceNumber: str | None = None
    CreditNoteNumber: str | None = None
    Reference: str | None = None
    Url: str | None = None
    Contact: ContactAnswer | None = None
    BankAccount: AccountRef | None = None
    LineItems: list[LineAnswer] | None = None
    CurrencyCode: str | None = None
    Total: Decimal | None = None
    AmountDue: Decimal | None = None
    AmountPaid: Decimal | None = None
    AmountCredited: Decimal | None = None
    RemainingCredit: Decimal | None = None
    Allocations: list[AllocationRow] | None = None
    Payments: list[PaymentRef] | None = None
    IsReconciled: bool | None = None
    HasErrors: bool | None = None
    StatusAttributeString: str | None = None
    ValidationErrors: list[MessageRow] | None = None
    Warnings: list[MessageRow] | None = None

    @property
    def remote_id(self) -> str:
        """Empty where Xero made nothing."""
        found = self.InvoiceID or self.CreditNoteID or self.BankTransactionID or ""
        return "" if found == _NOBODY else found

    @property
    def is_refused(self) -> bool:
        is_error = (self.StatusAttributeString or "").upper() == "ERROR"
        return is_error or bool(self.HasErrors) or bool(self.ValidationErrors)

    @property
    def due(self) -> Decimal:
        """What is still to be paid, or of a credit, to be used."""
        left = self.RemainingCredit if self.CreditNoteID else self.AmountDue
        return ZERO if left is None else left


IDS = {INVOICES: "InvoiceID", CREDIT_NOTES: "CreditNoteID", BANK: "BankTransactionID"}
SHAPES = {name: enveloped(name, Written) for name in (INVOICES, CREDIT_NOTES, BANK)}


def reference_of(row: Written) -> str | None:
    """Our reference in a document, if it is one of ours."""
    if row.Url is not None and row.Url.startswith(ITEMS):
        return row.Url.removeprefix(ITEMS)
    if row.Type != SUPPLIERS_CREDIT:
        return row.Reference if row.CreditNoteID else None
    lines = (line.Description or "" for line in row.LineItems or ())
    return next((each.removeprefix(ITEM) for each in lines if each.startswith(ITEM)), None)


def outcome(row: Written, draft: Draft, source: str) -> Outcome:
    """Of one element of an answer, which must be about this very draft to be believed."""
    if row.is_refused:
        return Refused(problems=refusals.problems(_reasons(row)))
    if not row.remote_id or reference_of(row) != draft.reference:
        error = WireMismatch(path=f"$.{source}", wanted="the documents in the order sent")
        return Unheard(error=error)
    return published(row, source, draft)


def published(row: Written, source: str, draft: Draft | None = None) -> Published:
    """The document as it is; with the draft, what is different from it is remarked."""
    status = documents.status_of(row.Status)
    return Published(
        source=source,
        remote_id=row.remote_id,
        kind=_kind(row),
        status=status,
        total=row.Total or ZERO,
        number=row.InvoiceNumber or row.CreditNoteNumber or None,
        contact=row.Contact.ContactID if row.Contact else None,
        is_paid=row.Status == "PAID" or (source == BANK and row.Status == "AUTHORISED"),
        is_settled=is_settled(row),
        remarks=tuple(_remarks(row, draft)),
    )


def is_settled(row: Written) -> bool:
    """Whether something is paid, credited, allocated or reconciled."""
    amounts = (row.AmountPaid, row.AmountCredited)
    allocated = [each for each in row.Allocations or () if not each.IsDeleted]
    return bool(any(amounts) or allocated or row.Payments or row.IsReconciled)


def _kind(row: Written) -> DocumentKind:
    return documents.kind_of(row.Type, DocumentKind.INVOICE, DocumentKind.BILL)


def _reasons(row: Written) -> list[str]:
    """Xero puts most reasons at the top, and some where the mistake is."""
    places = [row.ValidationErrors, row.Contact.ValidationErrors if row.Contact else None]
    places += [line.ValidationErrors for line in row.LineItems or ()]
    return [each.Message for place in places for each in place or () if each.Message]


def _remarks(row: Written, draft: Draft | None) -> Iterable[Problem]:
    for warning in row.Warnings or ():
        if warning.Message:
            yield refusals.problem(warning.Message)
    if draft is None:
        return
    if row.CurrencyCode and row.CurrencyCode != draft.currency:
        text = f"Xero recorded it in {row.CurrencyCode} instead of {draft.currency}."
        yield Problem(code="XERO_CURRENCY", text=text, field="currency")
    if row.Total is not None and row.Total != draft.total:
        text = f"The total in Xero is {row.Total:.2f}, that of the item {draft.total:.2f}."
        yield Problem(code="PRE_LINES", text=text, field="total")
