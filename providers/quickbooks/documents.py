"""QuickBooks' transactions as documents and payments of the books.

Where Intuit says what we rely on:
* voiding leaves the transaction with every amount zero and "Voided" at the head of PrivateNote
  (Intuit Developer blog, "Voiding Invoice Objects", 6 April 2016);
* ExchangeRate is units of home currency for one of the foreign (developer.intuit.com, "Manage
  multiple currencies") and 1 unless stated.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from providers.books import (
    Allocation,
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    Payment,
    PaymentKind,
    TaxTreatment,
)
from providers.quickbooks.book_shapes import (
    DocumentRow,
    LinkedTxnPart,
    PaymentRow,
    TransactionRow,
)
from providers.quickbooks.lines import lines_of, named, value, whom
from providers.quickbooks.wire import civil_date, instant

_ZERO = Decimal(0)
_ONE = Decimal(1)

_KINDS = {
    "Invoice": DocumentKind.INVOICE,
    "Bill": DocumentKind.BILL,
    "CreditMemo": DocumentKind.INVOICE_CREDIT,
    "VendorCredit": DocumentKind.BILL_CREDIT,
    "Purchase": DocumentKind.MONEY_OUT,
    "Deposit": DocumentKind.MONEY_IN,
    "SalesReceipt": DocumentKind.MONEY_IN,
    "RefundReceipt": DocumentKind.MONEY_OUT,
    "Transfer": DocumentKind.TRANSFER,
    "JournalEntry": DocumentKind.MANUAL_JOURNAL,
    "PurchaseOrder": DocumentKind.PURCHASE_ORDER,
    "Estimate": DocumentKind.ESTIMATE,
}
_OWING = frozenset({DocumentKind.INVOICE, DocumentKind.BILL})
_USABLE = frozenset({DocumentKind.INVOICE_CREDIT, DocumentKind.BILL_CREDIT})
_TREATMENTS = {"TaxInclusive": TaxTreatment.INCLUSIVE, "NotApplicable": TaxTreatment.NONE}
_WORDS = {
    "Open": DocumentStatus.OPEN,
    "Closed": DocumentStatus.OPEN,
    "Pending": DocumentStatus.SUBMITTED,
    "Accepted": DocumentStatus.OPEN,
    "Converted": DocumentStatus.OPEN,
    "Rejected": DocumentStatus.VOID,  # of no effect, and kept
}
_SOURCES = {  # what a link calls a transaction, where it is not the name of the entity
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "ReceivePayment": "Payment",
    "CashPurchase": "Purchase",
    "Check": "Purchase",
    "CreditCardCharge": "Purchase",
    "CreditCardCredit": "Purchase",
    "Expense": "Purchase",
}


def document(source: str, row: DocumentRow) -> Document:
    """A transaction with lines. What an invoice was paid with is told by payments only."""
    kind = _kind(source, row)
    treatment = _treatment(kind, row)
    lines = tuple(lines_of(row, treatment))
    total = _total(kind, row, lines)
    tax = (row.TxnTaxDetail.TotalTax if row.TxnTaxDetail is not None else None) or _ZERO
    is_void = _is_void(row, total)
    due = _due(kind, row)
    word = (row.TxnStatus if kind is DocumentKind.ESTIMATE else row.POStatus) or ""
    stamps = row.MetaData
    return Document(
        source=source,
        remote_id=row.Id,
        updated_at=instant(stamps.LastUpdatedTime) if stamps is not None else None,
        created_at=instant(stamps.CreateTime) if stamps is not None else None,
        kind=kind,
        status=DocumentStatus.VOID if is_void else _status(kind, word, due),
        remote_status=word,
        number=row.DocNumber or None,
        reference=row.PaymentRefNum or row.PONumber or None,
        contact_id=_contact(row),
        date=civil_date(row.TxnDate),
        due_date=civil_date(row.DueDate or row.ExpirationDate),
        currency=value(row.CurrencyRef),
        rate=row.ExchangeRate or _ONE,
        tax_treatment=treatment,
        subtotal=total - tax,
        tax=tax,
        total=total,
        paid=total - due if kind in _OWING else _ZERO,
        credited=total - due if kind in _USABLE else _ZERO,
        due=due,
        bank_account=value(row.AccountRef or row.DepositToAccountRef or row.FromAccountRef),
        to_account=value(row.ToAccountRef),
        memo=row.PrivateNote or None,
        lines=lines,
        allocations=_banked(row) if source == "Deposit" else (),
    )


def payment(source: str, row: PaymentRow) -> Payment:
    """Money for invoices or bills. Credits used with it are allocations to the credits.

    The batch is the deposit by which a receipt came to the bank.
    """
    is_ours = source == "BillPayment"
    total = row.TotalAmt or _ZERO
    account = row.DepositToAccountRef
    if row.CheckPayment is not None and row.CheckPayment.BankAccountRef is not None:
        account = row.CheckPayment.BankAccountRef
    elif row.CreditCardPayment is not None and row.CreditCardPayment.CCAccountRef is not None:
        account = row.CreditCardPayment.CCAccountRef
    date = civil_date(row.TxnDate)
    deposits = (link.TxnId for link in row.LinkedTxn or () if link.TxnType == "Deposit")
    stamps = row.MetaData
    return Payment(
        source=source,
        remote_id=row.Id,
        updated_at=instant(stamps.LastUpdatedTime) if stamps is not None else None,
        created_at=instant(stamps.CreateTime) if stamps is not None else None,
        kind=PaymentKind.PAYMENT if is_ours else PaymentKind.RECEIPT,
        status=DocumentStatus.VOID if _is_void(row, total) else DocumentStatus.OPEN,
        date=date,
        amount=total,
        currency=value(row.CurrencyRef),
        rate=row.ExchangeRate or _ONE,
        reference=row.PaymentRefNum or row.DocNumber or None,
        contact_id=named("vendor", row.VendorRef) or named("customer", row.CustomerRef),
        bank_account=value(account),
        batch_id=next(deposits, None),
        allocations=tuple(
            Allocation(target_source=target, target_id=own, amount=line.Amount or _ZERO, date=date)
            for line in row.Line or ()
            for target, own in _targets(line.LinkedTxn or ())
        ),
    )


def _kind(source: str, row: DocumentRow) -> DocumentKind:
    kind = _KINDS[source]
    is_back = kind is DocumentKind.MONEY_OUT and bool(row.Credit)  # onto the card again
    return DocumentKind.MONEY_IN if is_back else kind


def _treatment(kind: DocumentKind, row: DocumentRow) -> TaxTreatment:
    if kind is DocumentKind.TRANSFER:
        return TaxTreatment.NONE
    return _TREATMENTS.get(row.GlobalTaxCalculation or "", TaxTreatment.EXCLUSIVE)


def _total(kind: DocumentKind, row: DocumentRow, lines: Iterable[Line]) -> Decimal:
    """Journals state no total, or nought: theirs is what they debit."""
    stated = row.TotalAmt if row.TotalAmt is not None else row.Amount
    if kind is DocumentKind.MANUAL_JOURNAL and not stated:
        return sum((line.amount for line in lines if line.amount > 0), _ZERO)
    return stated or _ZERO


def _due(kind: DocumentKind, row: DocumentRow) -> Decimal:
    if kind in _USABLE and row.RemainingCredit is not None:
        return row.RemainingCredit
    return row.Balance or _ZERO if kind in _OWING or kind in _USABLE else _ZERO


def _is_void(row: TransactionRow, total: Decimal) -> bool:
    """The note alone proves nothing, a person can write it; nor do noughts."""
    return (
        not total
        and row.PrivateNote is not None
        and row.PrivateNote.startswith("Voided")
        and not any(line.Amount for line in row.Line or ())
    )


def _status(kind: DocumentKind, word: str, due: Decimal) -> DocumentStatus:
    if kind in _OWING or kind in _USABLE:
        return DocumentStatus.OPEN if due else DocumentStatus.PAID
    return _WORDS.get(word, DocumentStatus.UNKNOWN) if word else DocumentStatus.OPEN


def _contact(row: DocumentRow) -> str | None:
    if row.EntityRef is not None:
        return whom(row.EntityRef)
    return named("vendor", row.VendorRef) or named("customer", row.CustomerRef)


def _banked(row: DocumentRow) -> tuple[Allocation, ...]:
    """The receipts that a deposit took from undeposited funds to the bank."""
    return tuple(
        Allocation(target_source=target, target_id=own, amount=line.Amount or _ZERO)
        for line in row.Line or ()
        for target, own in _targets(line.LinkedTxn or ())
    )


def _targets(links: Iterable[LinkedTxnPart]) -> Iterator[tuple[str, str]]:
    for link in links:
        if link.TxnId and link.TxnType:
            yield _SOURCES.get(link.TxnType, link.TxnType), link.TxnId
