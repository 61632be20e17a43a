"""Payments and deposits that are not matched with the bank statement, in QuickBooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select, union_all

from commands.health.books import reconciling
from commands.health.books.books import CLEARANCES, Books
from commands.health.books.periods import months_before
from commands.health.books.reconciling import ReconcilingOptions
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Group,
    Kind,
    Level,
    Record,
    Rows,
    Verdict,
    unavailable,
)
from commands.health.reckoning import reconciled
from commands.health.samples import (
    WHEN,
    account,
    clearance,
    contact,
    day,
    document,
    money_out,
    payment,
)
from commands.health.words import dated, money
from providers.books import DocumentKind, PaymentKind

BANK = account(
    "35", "Checking", source="Account", account_type="Bank", account_class="ASSET", is_bank=True
)


def _spent(remote_id: str, of_day: int, month: int = 6, **over: Any) -> Any:
    known = {"source": "Purchase", "bank_account": "id-35", "contact_id": "vendor:1"}
    return money_out(remote_id, date=day(month, of_day), **(known | over))


BEFORE = WHEN - timedelta(days=20)
DRAWER = "UndepositedFunds"
DRAWER_ACCOUNT = account(
    "4", "Undeposited Funds", source="Account", account_type="Other Current Asset",
    account_class="ASSET", system_role=DRAWER,
)  # fmt: skip


def _received(remote_id: str, **over: Any) -> Any:
    known = {"source": "Payment", "kind": PaymentKind.RECEIPT, "contact_id": "customer:1",
             "date": day(5, 1), "bank_account": "id-4", "is_reconciled": None}  # fmt: skip
    return payment(remote_id, "86.00", "i1", **(known | over))


def _listed(*own: str, created_at: datetime = BEFORE) -> list[Any]:
    """What only the list says more of."""
    return [_spent(each, 1, 5, is_reconciled=None, created_at=created_at) for each in own]


VENDOR = contact("vendor:1", "Paper & Pens", source="Vendor")


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreconciledTransactionsOptions(ReconcilingOptions):
    """How old is too old, what is too old to matter, and whether cleared is enough."""

    counts_cleared: bool = field(default=True, metadata={"label": "Count cleared as reconciled"})
    since: date | None = field(
        default=None,
        metadata={
            "label": "Transactions before this day are left out (else a year before connecting)"
        },
    )


class UnreconciledTransactions(Check[UnreconciledTransactionsOptions]):
    """Payments and deposits of bank and credit card accounts that QuickBooks has neither as cleared
    nor as reconciled, and receipts that still lie in undeposited funds. QuickBooks marks neither
    manual journals nor the account that a transfer goes to. Its marks are read with a sync, every
    ten minutes at most.

    Why: an entry that never reaches the statement is a payment that was not made, a deposit that
    did not come, or the same money entered twice; cash is not what the ledger says.

    Fix: reconcile the account in QuickBooks from its oldest entries on. Delete what never happened.
    """

    code = "unreconciled-transactions"
    title = "Unreconciled transactions"
    group = Group.CLEANUP
    weight = 20
    options = UnreconciledTransactionsOptions
    facts = (
        *reconciled.facts_of("Deposits"),
        Figure(label="Marked in QuickBooks as of", name="marked_on", kind=Kind.DAY),
    )
    grid = reconciled.ACCOUNTS
    facet = "Bank account"
    examples = (
        *(
            Example(
                provider="quickbooks",
                country="US",
                records=(BANK, VENDOR, _spent("1", of_day, month, is_reconciled=False)),
                finds=("Paper & Pens",),
                level=level,
            )
            for month, of_day, level in (
                (6, 16, Level.FINE),  # 14 days before the end of June
                (6, 15, Level.WARNING),
                (5, 31, Level.WARNING),
                (5, 30, Level.ERROR),
            )
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                BANK,
                VENDOR,
                _spent("1", 1, 1),
                _spent("2", 1, 1, is_reconciled=False, bank_account="id-90"),
                payment(
                    "3", "5.00", source="BillPayment", is_reconciled=None, bank_account="id-35"
                ),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(BANK, VENDOR, _spent("1", 1, 1, is_reconciled=False)),
            options={"since": "2026-02-01"},
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(BANK, VENDOR, _spent("1", 1, 1, is_reconciled=None)),
            level=Level.NOT_AVAILABLE,
        ),
        Example(  # the one that is not on the list is reconciled
            provider="quickbooks",
            country="US",
            records=(BANK, VENDOR, *_listed("1", "2"), clearance("1")),
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        *(
            Example(
                provider="quickbooks",
                country="US",
                records=(BANK, VENDOR, *_listed("1"), clearance("1", is_cleared=True)),
                options={"counts_cleared": counts},
                finds=() if counts else ("Paper & Pens",),
                level=Level.FINE if counts else Level.ERROR,
            )
            for counts in (True, False)
        ),
        Example(  # entered after the list was made, and the far side of a transfer
            provider="quickbooks",
            country="US",
            records=(
                BANK,
                VENDOR,
                *_listed("1", created_at=WHEN + timedelta(days=1)),
                document(
                    DocumentKind.TRANSFER,
                    "2",
                    source="Transfer",
                    bank_account="id-90",
                    to_account="id-35",
                    date=day(1, 5),
                    created_at=BEFORE,
                ),
                clearance("2"),
            ),
            level=Level.NOT_AVAILABLE,
        ),
        Example(records=(BANK, _spent("1", 1, 1, is_reconciled=False)), level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: UnreconciledTransactionsOptions) -> Verdict | None:
        if books.provider != "quickbooks":
            return unavailable(f"on {books.software} it is Bank reconciliation")
        return None

    def queries(
        self, books: Books, options: UnreconciledTransactionsOptions
    ) -> Mapping[str, Select[Any]]:
        since = _since(books, options)
        return {
            **reconciling.queries(
                books, options, since=since, counts_cleared=options.counts_cleared
            ),
            "beside": reconciling.posted_beside(books),
            "drawer": _in_drawer(books, since),
        }

    def find(self, rows: Rows, books: Books, options: UnreconciledTransactionsOptions) -> Found:
        found = reconciled.found(rows, books, options, incoming="deposit")
        drawer = tuple(_waiting(row, books, options) for row in rows["drawer"])
        marked_on = books.cleared_at.date().isoformat() if books.cleared_at else None
        return replace(
            found,
            findings=(*found.findings, *drawer),
            figures={**found.figures, "marked_on": marked_on, "untold": _untold(books)},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: UnreconciledTransactionsOptions,
    ) -> Verdict:
        if figures["told"] or not (figures["entries"] or opened):
            return reconciled.judged(opened, figures, options)
        if not opened:
            return unavailable(figures["untold"])
        known = reconciled.judged(opened, figures, options)
        return replace(known, says=f"not deposited: {known.says}", share=None)


def _untold(books: Books) -> str:
    """Why nothing is known of what is cleared."""
    if CLEARANCES in books.refused:
        return "QuickBooks does not give the report of what is cleared"
    return "the next sync reads what is cleared or reconciled"


def _since(books: Books, options: UnreconciledTransactionsOptions) -> date:
    if options.since is not None or books.connected_on is None:
        return options.since or date.min
    return months_before(books.connected_on, 12)


def _in_drawer(books: Books, since: date) -> Select[Any]:
    """Receipts and cash sales in undeposited funds that no deposit has taken to the bank."""
    paid, sold = books.payments(PaymentKind.RECEIPT), books.documents(DocumentKind.MONEY_IN)
    own, who, taken = books.accounts, books.contacts, books.allocations
    is_taken = (
        select(taken.c.position)
        .where(taken.c.target_source == sold.c.source, taken.c.target_id == sold.c.remote_id)
        .exists()
    )
    every = union_all(
        select(
            paid.c.source, paid.c.remote_id, paid.c.contact_id, paid.c.bank_account, paid.c.date,
            paid.c.base_amount.label("amount"), paid.c.reference.label("says"),
        ).where(paid.c.batch_id.is_(None)),
        select(
            sold.c.source, sold.c.remote_id, sold.c.contact_id, sold.c.bank_account, sold.c.date,
            sold.c.base_total, func.coalesce(sold.c.reference, sold.c.number),
        ).where(~is_taken),
    ).subquery("received")  # fmt: skip
    return (
        select(every, own.c.name.label("bank_name"), who.c.name.label("contact"))
        .join(own, own.c.remote_id == every.c.bank_account)
        .outerjoin(who, who.c.remote_id == every.c.contact_id)
        .where(own.c.system_role == DRAWER, every.c.date.between(since, books.as_of))
        .order_by(every.c.date, every.c.remote_id)
    )


def _waiting(row: Row[Any], books: Books, options: UnreconciledTransactionsOptions) -> Finding:
    days = (books.as_of - row.date).days
    says = f" ({row.says})" if row.says else ""
    return Finding(
        key=("drawer", row.source, row.remote_id),
        title=row.contact or row.bank_name,
        text=f"{money(row.amount, books.currency)} received on {dated(row.date)}{says} was "
        f"still in {row.bank_name} on {dated(books.as_of)}.",
        fix="Put it on the deposit it was banked with; if that was entered as income, undo that.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.amount,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        is_serious=reconciled.level_of(days, options) is Level.ERROR,
        facts=reconciled.facts(row, "deposit", days, many=1)
        | {"Amount": str(row.amount), "Contact": row.contact, "Reference": row.says},
    )
