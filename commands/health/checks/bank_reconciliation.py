"""Payments and receipts that are not matched with the bank statement, in Xero."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from commands.health.books import reconciling
from commands.health.books.books import Books
from commands.health.books.reconciling import ReconcilingOptions
from commands.health.check import (
    Check,
    Example,
    Finding,
    Found,
    Group,
    Level,
    Rows,
    Verdict,
    unavailable,
)
from commands.health.reckoning import reconciled
from commands.health.samples import account, contact, day, money_in, money_out, payment

READ = {"BankTransactions": "bank transactions", "Payments": "payments"}
BANK = account("090", "Barclays", account_type="BANK", account_class="ASSET", is_bank=True)


def _paid(of_day: int, month: int = 6, **over: Any) -> Any:
    return money_out("out", date=day(month, of_day), is_reconciled=False, **over)


class BankReconciliation(Check[ReconcilingOptions]):
    """Payments and receipts in the ledger that have not been matched with a line of the bank
    statement. Lines of the statement that are not in the ledger are missing here: Xero does not
    give statement lines or balances to other software.

    Why: an entry that never reaches the statement is a payment that was not made, a receipt that
    did not come, or the same money entered twice; cash is not what the ledger says.

    Fix: reconcile the account in Xero from its oldest entries on. Delete what never happened.
    """

    code = "bank-reconciliation"
    title = "Bank reconciliation"
    group = Group.CLEANUP
    weight = 20
    options = ReconcilingOptions
    facts = reconciled.facts_of("Receipts")
    grid = reconciled.ACCOUNTS
    facet = "Bank account"
    examples = (
        *(
            Example(
                records=(BANK, contact("c1", "Paper & Pens"), _paid(of_day, month)),
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
            records=(
                BANK,
                contact("c1", "Paper & Pens"),
                payment("p1", "50.00", "b1", is_reconciled=False, batch_id="batch"),
                payment("p2", "70.00", "b2", is_reconciled=False, batch_id="batch"),
                payment("batch", "120.00", source="BatchPayments", is_reconciled=False),
                money_in("in", date=day(6, 20), is_reconciled=False),
            ),
            finds=("Barclays", "Paper & Pens"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                BANK,
                contact("c1", "Paper & Pens"),
                *(money_out(f"o{n}", date=day(6, n), is_reconciled=False) for n in range(20, 24)),
            ),
            options={"listed": 2},
            finds=("Barclays: 2 more payments", "Paper & Pens", "Paper & Pens"),
            level=Level.FINE,
        ),
        Example(
            records=(
                BANK,
                contact("c1", "Paper & Pens"),
                money_out("out", date=day(1, 1)),
                money_out("later", date=day(7, 1), is_reconciled=False),
                money_out("card", date=day(1, 1), is_reconciled=False, bank_account="id-800"),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(BANK, contact("c1", "Paper & Pens"), _paid(1, 1)),
            options={"ignored_accounts": ("090",)},
        ),
        Example(provider="quickbooks", records=(BANK, _paid(1, 1)), level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: ReconcilingOptions) -> Verdict | None:
        if books.provider == "quickbooks":
            return unavailable("on QuickBooks Online it is Unreconciled transactions")
        for stream, words in READ.items():
            if stream in books.refused:
                return unavailable(f"{books.software} does not let us read {words}")
        return None

    def queries(self, books: Books, options: ReconcilingOptions) -> Mapping[str, Select[Any]]:
        return reconciling.queries(books, options)

    def find(self, rows: Rows, books: Books, options: ReconcilingOptions) -> Found:
        return reconciled.found(rows, books, options, incoming="receipt")

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: ReconcilingOptions,
    ) -> Verdict:
        return reconciled.judged(opened, figures, options)
