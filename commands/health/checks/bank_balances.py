"""The balance of a bank account beside that of its statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from re import compile as pattern
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from commands.health.books import balances
from commands.health.books.accounts import named
from commands.health.books.books import Books
from commands.health.books.reconciling import ReconcilingOptions, at_bank
from commands.health.check import (
    Check,
    Example,
    Finding,
    Found,
    Group,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    graded,
    unconfigured,
)
from commands.health.samples import account, day, line, money_in, money_out
from commands.health.words import count, dated, listed, money

BANK = account("090", "Barclays", is_bank=True, account_type="BANK", account_class="ASSET")
_TYPED = pattern(r"\s*(.+?)\s*=\s*([-−\d,.]+)\s*(?:@\s*(\S+)\s*)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class BankBalancesOptions(Options):
    """What the statements say, since no ledger tells."""

    statements: tuple[str, ...] = field(
        default=(),
        metadata={"label": "Balances of statements, as 090=1,234.56@2026-06-30 in base currency"},
    )
    tolerance: Decimal = field(default=Decimal(0), metadata={"label": "Difference that is none"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What a statement says an account had at the end of a day; None: of the period."""

    account: str
    balance: Decimal
    day: date | None = None


class BankBalances(Check[BankBalancesOptions]):
    """Bank accounts whose balance in the ledger, less what is not reconciled yet, is not that of
    the statement. Neither Xero nor QuickBooks tells the balance of a statement to other software:
    type it in, and whenever a new statement comes.

    Why: a wrong opening balance, or a statement line that was deleted or entered twice, stays
    unseen however well everything else is reconciled.

    Fix: compare the statement with the account day by day, from the last balance that agreed.
    """

    code = "bank-balances"
    title = "Bank balance against statement"
    group = Group.CLEANUP
    options = BankBalancesOptions
    examples = (
        Example(
            records=(
                BANK,
                money_in("m1", line("1000", code="200"), date=day(6, 1)),
                money_out("m2", line("100"), date=day(6, 28), is_reconciled=False),
                money_out("m3", line("50"), date=day(7, 2)),
            ),
            options={"statements": ("090=1,100",)},
            finds=("090 Barclays",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                BANK,
                money_in("m1", line("1000", code="200"), date=day(6, 1)),
                money_out("m2", line("100"), date=day(6, 28), is_reconciled=False),
            ),
            options={"statements": ("Barclays = 1,200.00 @ 2026-06-27", "090=1200")},
            level=Level.FINE,
        ),
        Example(records=(BANK, money_in("m1")), level=Level.NOT_CONFIGURED),
        Example(records=(BANK,), options={"statements": ("Barclays",)}, level=Level.NOT_CONFIGURED),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                account("35", "Checking", source="Account", is_bank=True, account_type="Bank"),
                money_in("1", source="Deposit", bank_account="id-35", is_reconciled=None),
            ),
            options={"statements": ("Checking=100",)},
            finds=("35 Checking",),
        ),
    )

    def queries(self, books: Books, options: BankBalancesOptions) -> Mapping[str, Select[Any]]:
        own = books.accounts
        accounts = (
            select(own.c.source, own.c.remote_id, own.c.code, own.c.name)
            .where(own.c.is_bank, own.c.is_active)
            .order_by(own.c.code, own.c.name)
        )
        if not options.statements:
            return {"accounts": accounts}
        there = at_bank(books, ReconcilingOptions())
        came = case((there.c.is_in, there.c.amount), else_=-there.c.amount)
        return {
            "accounts": accounts,
            "moved": balances.of_banks(books),
            "waiting": select(
                there.c.bank.label("remote_id"), there.c.date, func.sum(came).label("amount")
            )
            .where(there.c.is_reconciled.is_(False))
            .group_by(there.c.bank, there.c.date),
        }

    def find(self, rows: Rows, books: Books, options: BankBalancesOptions) -> Found:
        accounts = rows["accounts"]
        by_name = {name: row for row in accounts for name in (row.code, row.name) if name}
        typed = {text: statement(text) for text in options.statements}
        known = [each for each in typed.values() if each and each.account in by_name]
        findings = []
        for each in known:
            row, until = by_name[each.account], min(each.day or books.as_of, books.as_of)
            ledger, waiting = (
                _until(rows[name], row.remote_id, until) for name in ("moved", "waiting")
            )
            if abs(ledger - waiting - each.balance) > options.tolerance:
                findings.append(_finding(row, books, each.balance, (ledger, waiting), until))
        return Found(
            findings=tuple(findings),
            figures={
                "banks": [named(row) for row in accounts],
                "compared": len(known),
                "unknown": [text for text, each in typed.items() if each not in known],
                "software": books.software,
            },
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: BankBalancesOptions,
    ) -> Verdict:
        if figures["unknown"]:
            said = listed([f"“{text}”" for text in figures["unknown"]])
            return unconfigured(f"{said} is no bank account and balance, as 090=1,234.56")
        if not figures["compared"]:
            names = listed(figures["banks"])
            asked = f"type the balance of a statement: {names}" if names else "no bank account"
            return unconfigured(f"{figures['software']} does not tell; {asked}")
        level = Level.ERROR if opened else Level.FINE
        of = count(figures["compared"], "account")
        says = f"{len(opened)} of {of} differ" if opened else f"{of} agree"
        return graded(level, says)


def statement(text: str) -> Statement | None:
    """From "090=1,234.56@2026-06-30"; None where that is not what it says."""
    matched = _TYPED.fullmatch(text)
    if matched is None:
        return None
    name, amount, day_told = matched.groups()
    try:
        return Statement(
            account=name,
            balance=Decimal(amount.replace(",", "").replace("−", "-")),
            day=date.fromisoformat(day_told) if day_told else None,
        )
    except (InvalidOperation, ValueError):
        return None


def _until(rows: Sequence[Row[Any]], bank: str, last: date) -> Decimal:
    amounts = (row.amount for row in rows if row.remote_id == bank and row.date <= last)
    return sum(amounts, Decimal())


def _finding(
    row: Row[Any], books: Books, told: Decimal, ours: tuple[Decimal, Decimal], until: date
) -> Finding:
    ledger, waiting = ours
    apart = told - (ledger - waiting)
    open_words = f", {money(waiting, books.currency)} of it not reconciled" if waiting else ""
    return Finding(
        key=(row.remote_id, until.isoformat()),
        title=named(row),
        text=f"On {dated(until)} the statement has {money(told, books.currency)}, the ledger "
        f"{money(ledger, books.currency)}{open_words}: {money(apart, books.currency)} apart.",
        fix="Compare the statement with the account from the last balance that agreed.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(apart),
        currency=books.currency,
        since=until,
        is_serious=True,
        facts={
            "Account": named(row),
            "Statement": str(told),
            "Ledger": str(ledger),
            "Not reconciled": str(waiting),
            "Difference": str(apart),
        },
    )
