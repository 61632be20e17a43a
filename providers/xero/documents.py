"""Xero's documents become ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from typing import TypedDict, Unpack

from providers.books import (
    Allocation,
    AnyRecord,
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    TaxTreatment,
)
from providers.xero import wire
from providers.xero.book_shapes import (
    ContactRef,
    CreditNoteRow,
    CreditRow,
    DocumentRow,
    InvoiceRow,
    JournalLineRow,
    LineRow,
    ManualJournalRow,
    PurchaseOrderRow,
    TrackingRef,
)

ZERO = Decimal()
ONE = Decimal(1)

_STATUSES = {
    "DRAFT": DocumentStatus.DRAFT,
    "SUBMITTED": DocumentStatus.SUBMITTED,
    "AUTHORISED": DocumentStatus.OPEN,
    "POSTED": DocumentStatus.OPEN,
    "PAID": DocumentStatus.PAID,
    "BILLED": DocumentStatus.PAID,  # of a purchase order nothing is outstanding any more
    "VOIDED": DocumentStatus.VOID,
    "DELETED": DocumentStatus.DELETED,
}
_INCLUSIVE = TaxTreatment.INCLUSIVE
_TREATMENTS = {
    "EXCLUSIVE": TaxTreatment.EXCLUSIVE,
    "INCLUSIVE": TaxTreatment.INCLUSIVE,
    "NOTAX": TaxTreatment.NONE,
}
_KINDS = {
    "ACCREC": DocumentKind.INVOICE,
    "ACCPAY": DocumentKind.BILL,
    "ACCRECCREDIT": DocumentKind.INVOICE_CREDIT,
    "ACCPAYCREDIT": DocumentKind.BILL_CREDIT,
    "RECEIVE": DocumentKind.MONEY_IN,
    "SPEND": DocumentKind.MONEY_OUT,
    "RECEIVE-TRANSFER": DocumentKind.TRANSFER,
    "SPEND-TRANSFER": DocumentKind.TRANSFER,
    "AROVERPAYMENT": DocumentKind.OVERPAYMENT_IN,
    "RECEIVE-OVERPAYMENT": DocumentKind.OVERPAYMENT_IN,
    "APOVERPAYMENT": DocumentKind.OVERPAYMENT_OUT,
    "SPEND-OVERPAYMENT": DocumentKind.OVERPAYMENT_OUT,
    "ARPREPAYMENT": DocumentKind.PREPAYMENT_IN,
    "RECEIVE-PREPAYMENT": DocumentKind.PREPAYMENT_IN,
    "APPREPAYMENT": DocumentKind.PREPAYMENT_OUT,
    "SPEND-PREPAYMENT": DocumentKind.PREPAYMENT_OUT,
}
_TOLD_BY_KIND = {
    DocumentKind.TRANSFER: "BankTransfers",
    DocumentKind.OVERPAYMENT_IN: "Overpayments",
    DocumentKind.OVERPAYMENT_OUT: "Overpayments",
    DocumentKind.PREPAYMENT_IN: "Prepayments",
    DocumentKind.PREPAYMENT_OUT: "Prepayments",
}
_DIGITS = Context(prec=18)  # a rate has six decimals; of its inverse no cent may be lost
_NOBODY = ContactRef()

civil_date = lru_cache(maxsize=8_192)(wire.civil_date)  # a year has few days, a page many rows
instant = wire.instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Rows as records, and the streams that they show to be in use."""

    records: Sequence[AnyRecord]
    mentions: frozenset[str] = frozenset()


def invoices(rows: Sequence[InvoiceRow]) -> Reading:
    """Sales invoices and bills alike."""
    over = {"Overpayments" for row in rows if row.Overpayments}
    pre = {"Prepayments" for row in rows if row.Prepayments}
    return reading([_invoice(row) for row in rows], over | pre)


def credit_notes(rows: Sequence[CreditNoteRow]) -> Reading:
    """Credit notes of both directions."""
    return reading([_credit_note(row) for row in rows])


def purchase_orders(rows: Sequence[PurchaseOrderRow]) -> Reading:
    """Purchase orders."""
    return reading([_purchase_order(row) for row in rows])


def manual_journals(rows: Sequence[ManualJournalRow]) -> Reading:
    """Manual journals, which are always in base currency."""
    return reading([_manual_journal(row) for row in rows])


def status_of(word: str | None) -> DocumentStatus:
    """What a status of Xero's means to us."""
    return _STATUSES.get(word or "", DocumentStatus.UNKNOWN)


def base_rate(foreign_per_base: Decimal | None) -> Decimal | None:
    """Units of base currency for one foreign unit, from Xero's CurrencyRate.

    Xero tells foreign units per base unit. The OpenAPI file does not say so in words, its examples
    do: an organisation that charges New Zealand's 15 % has an AUD document at 0.937053 on
    24 October 2019, when a New Zealand dollar bought 0.94 Australian ones.
    """
    if not foreign_per_base:
        return None
    return ONE if foreign_per_base == 1 else _inverse(foreign_per_base)


@lru_cache(maxsize=8_192)
def _inverse(rate: Decimal) -> Decimal:
    return _DIGITS.divide(ONE, rate)


def reading(documents: list[Document], mentions: Iterable[str] = ()) -> Reading:
    """Documents and the streams they show to be in use, beside those already known to be."""
    found = set(mentions)
    kinds = {each.kind for each in documents}
    found.update(_TOLD_BY_KIND[kind] for kind in kinds & _TOLD_BY_KIND.keys())
    if any(line.product for each in documents for line in each.lines):
        found.add("Items")
    if any(line.tracking for each in documents for line in each.lines):
        found.add("TrackingCategories")
    return Reading(records=documents, mentions=frozenset(found))


class Used(TypedDict, total=False):
    """How much of a document is settled, and what it has settled itself."""

    paid: Decimal
    credited: Decimal
    due: Decimal
    allocations: tuple[Allocation, ...]


class Own(Used, total=False):
    """What only some documents have."""

    number: str | None
    due_date: date | None
    bank_account: str | None
    to_account: str | None
    is_reconciled: bool | None
    url: str | None
    fully_paid_on: date | None


def document(
    source: str, remote_id: str, *, row: DocumentRow, kind: DocumentKind, **own: Unpack[Own]
) -> Document:
    """What every document with a total has, and beside it what only this one has."""
    contact = row.Contact or _NOBODY
    treatment = _treatment(row.LineAmountTypes) or TaxTreatment.EXCLUSIVE
    return Document(
        source=source,
        remote_id=remote_id,
        updated_at=instant(row.UpdatedDateUTC),
        kind=kind,
        status=status_of(row.Status),
        remote_status=row.Status or "",
        reference=row.Reference or None,
        contact_id=contact.ContactID,
        contact_name=None if contact.ContactID else contact.Name,
        date=civil_date(row.Date),
        currency=row.CurrencyCode or None,
        rate=base_rate(row.CurrencyRate),
        tax_treatment=treatment,
        subtotal=row.SubTotal or ZERO,
        tax=row.TotalTax or ZERO,
        total=row.Total or ZERO,
        has_attachments=row.HasAttachments,
        lines=tuple(
            [_line(line, is_gross=treatment is _INCLUSIVE) for line in row.LineItems or ()]
        ),
        **own,
    )


def _invoice(row: InvoiceRow) -> Document:
    return document(
        "Invoices",
        row.InvoiceID,
        row=row,
        kind=kind_of(row.Type, DocumentKind.INVOICE, DocumentKind.BILL),
        number=row.InvoiceNumber or None,
        due_date=civil_date(row.DueDate),
        paid=row.AmountPaid or ZERO,
        credited=row.AmountCredited or ZERO,
        due=row.AmountDue or ZERO,
        url=row.Url or None,
        fully_paid_on=civil_date(row.FullyPaidOnDate),
    )


def _credit_note(row: CreditNoteRow) -> Document:
    return document(
        "CreditNotes",
        row.CreditNoteID,
        row=row,
        kind=kind_of(row.Type, DocumentKind.INVOICE_CREDIT, DocumentKind.BILL_CREDIT),
        number=row.CreditNoteNumber or None,
        due_date=civil_date(row.DueDate),
        fully_paid_on=civil_date(row.FullyPaidOnDate),
        **used(row),
    )


def used(row: CreditRow) -> Used:
    """What became of a credit: refunded, allocated, or still to be used."""
    allocations = tuple(
        Allocation(
            target_source="Invoices",
            target_id=each.Invoice.InvoiceID,
            amount=each.Amount or ZERO,
            date=civil_date(each.Date),
        )
        for each in row.Allocations or ()
        if each.Invoice is not None and each.Invoice.InvoiceID and not each.IsDeleted
    )
    return Used(
        paid=sum((each.Amount or ZERO for each in row.Payments or ()), ZERO),
        credited=sum((each.amount for each in allocations), ZERO),
        due=row.RemainingCredit or ZERO,
        allocations=allocations,
    )


def _purchase_order(row: PurchaseOrderRow) -> Document:
    return document(
        "PurchaseOrders",
        row.PurchaseOrderID,
        row=row,
        kind=DocumentKind.PURCHASE_ORDER,
        number=row.PurchaseOrderNumber or None,
        due_date=civil_date(row.DeliveryDate),
    )


def _manual_journal(row: ManualJournalRow) -> Document:
    treatment = _treatment(row.LineAmountTypes) or TaxTreatment.NONE
    is_gross = treatment is _INCLUSIVE
    lines = tuple(
        [_line(each, is_gross=is_gross) for each in row.JournalLines or () if not each.IsBlank]
    )
    debits = [line for line in lines if line.net > 0]
    subtotal = sum((line.net for line in debits), ZERO)
    tax = sum((line.tax or ZERO for line in debits), ZERO)
    return Document(
        source="ManualJournals",
        remote_id=row.ManualJournalID,
        updated_at=instant(row.UpdatedDateUTC),
        kind=DocumentKind.MANUAL_JOURNAL,
        status=status_of(row.Status),
        remote_status=row.Status or "",
        date=civil_date(row.Date),
        rate=ONE,
        tax_treatment=treatment,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        has_attachments=row.HasAttachments,
        memo=row.Narration or None,
        url=row.Url or None,
        lines=lines,
    )


def _line(row: LineRow | JournalLineRow, *, is_gross: bool) -> Line:
    amount, tax = row.LineAmount or ZERO, row.TaxAmount
    net = amount - tax if is_gross and tax else amount
    tracking = row.Tracking
    chosen = tuple([_chosen(each) for each in tracking]) if tracking else ()
    if isinstance(row, JournalLineRow):
        return Line(
            description=row.Description or None,
            account_id=row.AccountID or None,
            account_code=row.AccountCode or None,
            tax_rate=row.TaxType or None,
            amount=amount,
            net=net,
            tax=tax,
            tracking=chosen,
        )
    return Line(
        remote_id=row.LineItemID,
        description=row.Description or None,
        account_id=row.AccountID or None,
        account_code=row.AccountCode or None,
        tax_rate=row.TaxType or None,
        amount=amount,
        net=net,
        tax=tax,
        quantity=row.Quantity,
        unit_price=row.UnitAmount,
        product=row.ItemCode or None,
        tracking=chosen,
    )


def _chosen(row: TrackingRef) -> tuple[str, str]:
    """By name where an old document gives no ids."""
    return (
        row.TrackingCategoryID or row.Name or "",
        row.TrackingOptionID or row.Option or "",
    )


def _treatment(word: str | None) -> TaxTreatment | None:
    return _TREATMENTS.get((word or "").upper())  # some resources shout it


def kind_of(word: str | None, incoming: DocumentKind, outgoing: DocumentKind) -> DocumentKind:
    """What a type of Xero's is to an accountant; of a new one at least which way money goes."""
    return _KINDS.get(word or "") or (incoming if is_incoming(word) else outgoing)


def is_incoming(word: str | None) -> bool:
    """Whether a type of Xero's is about money that comes to us."""
    return (word or "").startswith(("ACCREC", "AR", "RECEIVE"))
