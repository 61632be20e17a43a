"""Xero's journals become ours: what it posted for every document, payment and revaluation.

Names as in Xero OpenAPI 16.1.0. Amounts are in the base currency, debits positive; a journal never
changes: an edit posts its reverse and a new one.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from providers.books import DocumentKind, Journal, PaymentKind, Posting
from providers.xero.documents import ZERO, Reading, civil_date, instant


class JournalPartRow(msgspec.Struct, gc=False):
    AccountID: str | None = None
    NetAmount: Decimal | None = None


class JournalRow(msgspec.Struct, gc=False):
    JournalID: str
    JournalNumber: int
    JournalDate: str | None = None
    CreatedDateUTC: str | None = None
    SourceID: str | None = None
    SourceType: str | None = None
    JournalLines: list[JournalPartRow] | None = None


class _Origin(NamedTuple):
    """The stream of what a journal was posted for, and what that is."""

    stream: str
    kind: str


_JOURNALS = "Journals"
_LONGEST = 32  # of a word that is new to us
# What payroll posts is a journal like one that somebody entered.
_PAYROLL = _Origin(_JOURNALS, DocumentKind.MANUAL_JOURNAL)
ORIGINS: Mapping[str, _Origin] = {
    "ACCREC": _Origin("Invoices", DocumentKind.INVOICE),
    "ACCPAY": _Origin("Invoices", DocumentKind.BILL),
    "ACCRECCREDIT": _Origin("CreditNotes", DocumentKind.INVOICE_CREDIT),
    "ACCPAYCREDIT": _Origin("CreditNotes", DocumentKind.BILL_CREDIT),
    "ACCRECPAYMENT": _Origin("Payments", PaymentKind.RECEIPT),
    "ACCPAYPAYMENT": _Origin("Payments", PaymentKind.PAYMENT),
    "ARCREDITPAYMENT": _Origin("Payments", PaymentKind.REFUND_OUT),
    "APCREDITPAYMENT": _Origin("Payments", PaymentKind.REFUND_IN),
    "CASHREC": _Origin("BankTransactions", DocumentKind.MONEY_IN),
    "CASHPAID": _Origin("BankTransactions", DocumentKind.MONEY_OUT),
    "TRANSFER": _Origin("BankTransfers", DocumentKind.TRANSFER),
    "ARPREPAYMENT": _Origin("Prepayments", DocumentKind.PREPAYMENT_IN),
    "APPREPAYMENT": _Origin("Prepayments", DocumentKind.PREPAYMENT_OUT),
    "AROVERPAYMENT": _Origin("Overpayments", DocumentKind.OVERPAYMENT_IN),
    "APOVERPAYMENT": _Origin("Overpayments", DocumentKind.OVERPAYMENT_OUT),
    "MANJOURNAL": _Origin("ManualJournals", DocumentKind.MANUAL_JOURNAL),
    "PAYSLIP": _PAYROLL,
    "INTEGRATEDPAYROLLPE": _PAYROLL,
    "INTEGRATEDPAYROLLPT": _PAYROLL,
}


def journals(rows: Sequence[JournalRow]) -> Reading:
    """Journals with what each did to its accounts."""
    return Reading(records=[_journal(row) for row in rows])


def _journal(row: JournalRow) -> Journal:
    word = row.SourceType or ""
    origin = ORIGINS.get(word) or _Origin(_JOURNALS, word.lower()[:_LONGEST] or "journal")
    is_known = origin.stream != _JOURNALS and row.SourceID is not None
    return Journal(
        source=_JOURNALS,
        remote_id=row.JournalID,
        updated_at=instant(row.CreatedDateUTC),
        number=row.JournalNumber,
        kind=origin.kind,
        date=civil_date(row.JournalDate),
        origin=origin.stream if is_known else _JOURNALS,
        origin_id=str(row.SourceID) if is_known else row.JournalID,
        postings=tuple(map(_posting, row.JournalLines or ())),
    )


def _posting(row: JournalPartRow) -> Posting:
    amount = ZERO if row.NetAmount is None else row.NetAmount
    return Posting(account_id=row.AccountID, amount=amount)
