"""Xero's money becomes ours: at the bank, in payments, and paid ahead or too much."""

from collections.abc import Sequence
from typing import TypeAlias

from providers.books import (
    Allocation,
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    TaxTreatment,
)
from providers.xero.book_shapes import (
    AccountRef,
    BankTransactionRow,
    BankTransferRow,
    BatchPaymentRow,
    CreditNoteRef,
    InvoiceRef,
    OverpaymentRef,
    OverpaymentRow,
    PaymentRow,
    PrepaymentRef,
    PrepaymentRow,
)
from providers.xero.documents import (
    ZERO,
    Reading,
    base_rate,
    civil_date,
    document,
    instant,
    is_incoming,
    kind_of,
    reading,
    status_of,
    used,
)

_Settled: TypeAlias = InvoiceRef | CreditNoteRef | OverpaymentRef | PrepaymentRef
_NO_ACCOUNT = AccountRef()
_PAYMENT_KINDS = {
    "ACCRECPAYMENT": PaymentKind.RECEIPT,
    "ACCPAYPAYMENT": PaymentKind.PAYMENT,
    "ARCREDITPAYMENT": PaymentKind.REFUND_OUT,
    "AROVERPAYMENTPAYMENT": PaymentKind.REFUND_OUT,
    "ARPREPAYMENTPAYMENT": PaymentKind.REFUND_OUT,
    "APCREDITPAYMENT": PaymentKind.REFUND_IN,
    "APOVERPAYMENTPAYMENT": PaymentKind.REFUND_IN,
    "APPREPAYMENTPAYMENT": PaymentKind.REFUND_IN,
    "RECBATCH": PaymentKind.RECEIPT,
    "PAYBATCH": PaymentKind.PAYMENT,
}


def bank_transactions(rows: Sequence[BankTransactionRow]) -> Reading:
    """Money spent and received, the bank's side of transfers, over- and prepayments included."""
    return reading([_bank_transaction(row) for row in rows])


def bank_transfers(rows: Sequence[BankTransferRow]) -> Reading:
    """Transfers between own bank accounts, both ends at once."""
    return reading([_bank_transfer(row) for row in rows])


def overpayments(rows: Sequence[OverpaymentRow]) -> Reading:
    """What was paid beyond a document."""
    return reading([_overpayment(row) for row in rows])


def prepayments(rows: Sequence[PrepaymentRow]) -> Reading:
    """What was paid before there was a document."""
    return reading([_prepayment(row) for row in rows])


def payments(rows: Sequence[PaymentRow]) -> Reading:
    """Payments and refunds, each of which settles one document."""
    records = [_payment(row) for row in rows]
    mentions: set[str] = {"BatchPayments"} if any(each.batch_id for each in records) else set()
    settled = {each.target_source for record in records for each in record.allocations}
    mentions |= settled & {"Overpayments", "Prepayments"}
    return Reading(records=records, mentions=frozenset(mentions))


def batch_payments(rows: Sequence[BatchPaymentRow]) -> Reading:
    """Batches as the bank sees them; the payments they are made of settle the documents."""
    return Reading(records=[_batch(row) for row in rows])


def _bank_transaction(row: BankTransactionRow) -> Document:
    kind = kind_of(row.Type, DocumentKind.MONEY_IN, DocumentKind.MONEY_OUT)
    account = row.BankAccount.AccountID if row.BankAccount is not None else None
    arrives = kind is DocumentKind.TRANSFER and is_incoming(row.Type)
    return document(
        "BankTransactions",
        row.BankTransactionID,
        row=row,
        kind=kind,
        bank_account=None if arrives else account,
        to_account=account if arrives else None,
        is_reconciled=row.IsReconciled,
        url=row.Url or None,
    )


def _bank_transfer(row: BankTransferRow) -> Document:
    sender, receiver = row.FromBankAccount or _NO_ACCOUNT, row.ToBankAccount or _NO_ACCOUNT
    ends = (row.FromIsReconciled, row.ToIsReconciled)
    return Document(
        source="BankTransfers",
        remote_id=row.BankTransferID,
        kind=DocumentKind.TRANSFER,
        status=status_of(row.Status),
        remote_status=row.Status or "",
        reference=row.Reference or None,
        date=civil_date(row.Date),
        currency=sender.CurrencyCode or None,
        tax_treatment=TaxTreatment.NONE,
        subtotal=row.Amount or ZERO,
        total=row.Amount or ZERO,
        bank_account=sender.AccountID,
        to_account=receiver.AccountID,
        is_reconciled=None if None in ends else all(ends),
        has_attachments=row.HasAttachments,
        created_at=instant(row.CreatedDateUTC),
    )


def _overpayment(row: OverpaymentRow) -> Document:
    kind = kind_of(row.Type, DocumentKind.OVERPAYMENT_IN, DocumentKind.OVERPAYMENT_OUT)
    return document("Overpayments", row.OverpaymentID, row=row, kind=kind, **used(row))


def _prepayment(row: PrepaymentRow) -> Document:
    return document(
        "Prepayments",
        row.PrepaymentID,
        row=row,
        kind=kind_of(row.Type, DocumentKind.PREPAYMENT_IN, DocumentKind.PREPAYMENT_OUT),
        number=row.InvoiceNumber or None,
        **used(row),
    )


def _payment(row: PaymentRow) -> Payment:
    source, target_id, target = _target(row)
    paid_on = civil_date(row.Date)
    amount = row.Amount or ZERO
    batch = row.BatchPayment.BatchPaymentID if row.BatchPayment is not None else None
    settles = Allocation(
        target_source=source, target_id=target_id or "", amount=amount, date=paid_on
    )
    return Payment(
        source="Payments",
        remote_id=row.PaymentID,
        updated_at=instant(row.UpdatedDateUTC),
        kind=_PAYMENT_KINDS.get(row.PaymentType or "", PaymentKind.OTHER),
        status=status_of(row.Status),
        remote_status=row.Status or "",
        date=paid_on,
        amount=amount,
        currency=target.CurrencyCode or None,
        rate=base_rate(row.CurrencyRate),
        reference=row.Reference or None,
        contact_id=target.Contact.ContactID if target.Contact is not None else None,
        bank_account=row.Account.AccountID if row.Account is not None else None,
        is_reconciled=row.IsReconciled,
        batch_id=row.BatchPaymentID or batch,
        allocations=(settles,) if target_id else (),
    )


def _target(row: PaymentRow) -> tuple[str, str | None, _Settled]:
    """The document that a payment settles: its resource, its id and what is told about it."""
    if row.Invoice is not None:
        return "Invoices", row.Invoice.InvoiceID, row.Invoice
    if row.CreditNote is not None:
        return "CreditNotes", row.CreditNote.CreditNoteID, row.CreditNote
    if row.Overpayment is not None:
        return "Overpayments", row.Overpayment.OverpaymentID, row.Overpayment
    if row.Prepayment is not None:
        return "Prepayments", row.Prepayment.PrepaymentID, row.Prepayment
    return "Invoices", None, InvoiceRef()


def _batch(row: BatchPaymentRow) -> Payment:
    paid_on = civil_date(row.Date)
    return Payment(
        source="BatchPayments",
        remote_id=row.BatchPaymentID,
        updated_at=instant(row.UpdatedDateUTC),
        kind=_PAYMENT_KINDS.get(row.Type or "", PaymentKind.OTHER),
        status=status_of(row.Status),
        remote_status=row.Status or "",
        date=paid_on,
        amount=row.TotalAmount or ZERO,
        reference=row.Reference or None,
        bank_account=row.Account.AccountID if row.Account is not None else None,
        is_reconciled=row.IsReconciled,
        allocations=tuple(
            Allocation(
                target_source="Payments",
                target_id=each.PaymentID,
                amount=each.Amount or ZERO,
                date=paid_on,
            )
            for each in row.Payments or ()
            if each.PaymentID
        ),
    )
