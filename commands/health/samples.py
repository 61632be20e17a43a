"""Records for the examples of checks: sensible defaults, override what matters.

Everything is of the second quarter of 2026, in GBP, as Xero names it.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from providers.books import (
    ASSET_TYPE,
    Allocation,
    Asset,
    Clearance,
    Document,
    DocumentKind,
    DocumentStatus,
    Journal,
    LedgerAccount,
    LedgerContact,
    Line,
    Payment,
    PaymentKind,
    Posting,
)

AS_OF = date(2026, 6, 30)
WHEN = datetime(2026, 6, 30, 12, tzinfo=UTC)


def day(month: int, of_month: int, year: int = 2026) -> date:
    return date(year, month, of_month)


def contact(remote_id: str, name: str = "", **over: Any) -> LedgerContact:
    known: dict[str, Any] = {
        "source": "Contacts",
        "remote_id": remote_id,
        "name": name or remote_id,
    }
    return LedgerContact(**(known | {"updated_at": WHEN, "is_supplier": True} | over))


def account(code: str, name: str = "", **over: Any) -> LedgerAccount:
    """Its id is `id-` and its code."""
    known: dict[str, Any] = {
        "source": "Accounts",
        "remote_id": f"id-{code}",
        "code": code,
        "name": name or f"Account {code}",
        "account_class": "EXPENSE",
        "account_type": "EXPENSE",
        "updated_at": WHEN,
    }
    return LedgerAccount(**(known | over))


def line(net: str = "100.00", code: str | None = "400", **over: Any) -> Line:
    """Twenty per cent of tax on top unless told otherwise."""
    amount = Decimal(net)
    known: dict[str, Any] = {
        "account_code": code,
        "amount": amount,
        "net": amount,
        "tax": amount / 5,
        "tax_rate": "INPUT2",
    }
    return Line(**(known | over))


def document(kind: DocumentKind, remote_id: str, *lines: Line, **over: Any) -> Document:
    own = lines or (line(),)
    subtotal = sum((each.net for each in own), Decimal())
    tax = sum((each.tax or Decimal() for each in own), Decimal())
    known: dict[str, Any] = {
        "source": "Invoices",
        "remote_id": remote_id,
        "kind": kind,
        "status": DocumentStatus.OPEN,
        "date": day(6, 1),
        "contact_id": "c1",
        "currency": "GBP",
        "rate": Decimal(1),
        "subtotal": subtotal,
        "tax": tax,
        "total": subtotal + tax,
        "due": subtotal + tax,
        "updated_at": WHEN,
        "lines": own,
    }
    return Document(**(known | over))


def bill(remote_id: str, *lines: Line, **over: Any) -> Document:
    return document(DocumentKind.BILL, remote_id, *lines, **over)


def invoice(remote_id: str, *lines: Line, **over: Any) -> Document:
    own = lines or (line(code="200", tax_rate="OUTPUT2"),)
    return document(DocumentKind.INVOICE, remote_id, *own, **over)


def money_out(remote_id: str, *lines: Line, **over: Any) -> Document:
    known: dict[str, Any] = {
        "source": "BankTransactions",
        "bank_account": "id-090",
        "due": Decimal(),
    }
    return document(
        DocumentKind.MONEY_OUT, remote_id, *lines, **(known | {"is_reconciled": True} | over)
    )


def money_in(remote_id: str, *lines: Line, **over: Any) -> Document:
    known: dict[str, Any] = {
        "source": "BankTransactions",
        "bank_account": "id-090",
        "due": Decimal(),
    }
    own = lines or (line(code="200", tax_rate="OUTPUT2"),)
    return document(
        DocumentKind.MONEY_IN, remote_id, *own, **(known | {"is_reconciled": True} | over)
    )


def journal(remote_id: str, *lines: Line, **over: Any) -> Document:
    """Lines are signed, debits positive."""
    known: dict[str, Any] = {"source": "ManualJournals", "contact_id": None, "due": Decimal()}
    return document(DocumentKind.MANUAL_JOURNAL, remote_id, *lines, **(known | over))


def payment(remote_id: str, amount: str, *paid: str, **over: Any) -> Payment:
    """A payment to a supplier, for these invoices in equal parts."""
    total, on = Decimal(amount), over.get("date", day(6, 15))
    known: dict[str, Any] = {
        "source": "Payments",
        "remote_id": remote_id,
        "kind": PaymentKind.PAYMENT,
        "status": DocumentStatus.OPEN,
        "date": on,
        "amount": total,
        "currency": "GBP",
        "rate": Decimal(1),
        "bank_account": "id-090",
        "is_reconciled": True,
        "updated_at": WHEN,
        "allocations": tuple(
            Allocation(target_source="Invoices", target_id=one, amount=total / len(paid), date=on)
            for one in paid
        ),
    }
    return Payment(**(known | over))


def posted(number: int, on: date, **moved: str) -> Journal:
    """What the ledger itself posted that day, by account code."""
    return Journal(
        source="Journals",
        remote_id=f"j-{number}",
        number=number,
        kind="journal",
        origin="Journals",
        origin_id=f"j-{number}",
        date=on,
        postings=tuple(
            Posting(account_id=f"id-{code}", amount=Decimal(amount))
            for code, amount in moved.items()
        ),
    )


def clearance(transaction: str, *, is_cleared: bool = False) -> Clearance:
    """What QuickBooks has as not reconciled."""
    return Clearance(source="TransactionList", remote_id=transaction, is_cleared=is_cleared)


def asset_type(remote_id: str = "vans", **over: Any) -> Asset:
    """In the accounts of `asset`, with depreciation run to the end of June."""
    own = {"name": "Vans", "status": ASSET_TYPE, "purchased_on": None, "price": None,
           "book_value": None, "depreciated_until": AS_OF}  # fmt: skip
    return asset(remote_id, **(own | over))


def asset(remote_id: str, **over: Any) -> Asset:
    known: dict[str, Any] = {
        "source": "Assets",
        "remote_id": remote_id,
        "name": f"Asset {remote_id}",
        "status": "REGISTERED",
        "purchased_on": day(4, 1),
        "price": Decimal(1000),
        "book_value": Decimal(900),
        "asset_account": "id-710",
        "depreciation_account": "id-711",
    }
    return Asset(**(known | over))
