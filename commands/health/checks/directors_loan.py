"""Directors who owe their company money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from commands.health.books.accounts import alike, chosen, named, not_chosen, shown, suggestions
from commands.health.books.books import Books, month_of
from commands.health.books.periods import month_begin
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Grid,
    Group,
    Kind,
    Level,
    Options,
    Rows,
    Verdict,
    graded,
)
from commands.health.samples import account, day, journal, line, payment
from commands.health.words import count, dated, money
from providers.books import DocumentKind

MONTHS_SHOWN = 12


def _loan(code: str = "835", name: str = "Directors' Loan Account") -> Any:
    return account(code, name, account_class="LIABILITY", account_type="CURRLIAB")


def _drawn(amount: str, code: str = "835", **over: Any) -> Any:
    return journal(f"j{amount}{code}", line(amount, code, tax=None), **over)


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectorsLoanOptions(Options):
    """Which accounts, and how much is too much."""

    accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts, one a director, by code, name or id"}
    )
    serious_above: Decimal = field(
        default=Decimal(10_000), metadata={"label": "Serious when more than this is owed"}
    )


class DirectorsLoan(Check[DirectorsLoanOptions]):
    """Directors' loan accounts that are overdrawn at the reporting date: the director owes.

    Why: an overdrawn loan is taxed on the company if it is not repaid in time after the year's end,
    and above £10,000 it is a benefit of the director's that has to be reported.

    Fix: agree repayment, a dividend or salary with the director before the year's end.
    """

    code = "directors-loan"
    title = "Directors' loan"
    group = Group.CLEANUP
    options = DirectorsLoanOptions
    grid = Grid(
        name="accounts",
        columns=(
            Figure(label="Account", name="name"),
            Figure(label="Owed by the director", name="owed", kind=Kind.MONEY),
        ),
    )
    examples = (
        Example(records=(_loan(),), level=Level.NOT_CONFIGURED),
        Example(records=(_loan(),), options={"accounts": ["835"]}, level=Level.FINE),
        Example(
            records=(_loan(), _drawn("-5000")), options={"accounts": ["835"]}, level=Level.FINE
        ),
        *(
            Example(
                records=(_loan(), _drawn(owed)),
                options={"accounts": ["835"]},
                finds=("835 Directors' Loan Account",),
                level=level,
            )
            for owed, level in (
                ("8000", Level.WARNING),
                ("10000", Level.WARNING),
                ("10000.01", Level.ERROR),
            )
        ),
        Example(  # paid a supplier's bill of 1,000 himself, and drew 900
            records=(
                _loan(),
                _drawn("900"),
                payment("p", "1000", "b", bank_account="id-835"),
            ),
            options={"accounts": ["id-835"]},
            level=Level.FINE,
        ),
        Example(
            records=(
                _loan("1", "Loan A"),
                _loan("2", "Loan B"),
                _drawn("10", "1"),
                _drawn("-10", "2"),
                _drawn("20", "2", date=day(7, 1)),
            ),
            options={"accounts": ["1", "2"]},
            finds=("1 Loan A",),
            level=Level.WARNING,
            provider="quickbooks",
        ),
    )

    def queries(self, books: Books, options: DirectorsLoanOptions) -> Mapping[str, Select[Any]]:
        if not options.accounts:
            looks = alike(
                books,
                names=("director's loan", "directors' loan", "directors loan", "director loan"),
                classes=("LIABILITY", "ASSET"),
            )
            return {"suggested": shown(looks)}
        accounts = chosen(books, options.accounts)
        posting = books.postings(books.as_of, accounts=accounts)
        moved = select(
            posting.c.account,
            month_of(posting.c.date).label("month"),
            (posting.c.kind == DocumentKind.MANUAL_JOURNAL).label("is_journal"),
            posting.c.amount,
        ).subquery("moved")
        by_month = (moved.c.account, moved.c.month, moved.c.is_journal)
        months = select(*by_month, func.sum(moved.c.amount).label("amount")).group_by(*by_month)
        return {"accounts": shown(accounts), "months": months}

    def find(self, rows: Rows, books: Books, options: DirectorsLoanOptions) -> Found:
        if not options.accounts:
            return Found(figures=suggestions(rows["suggested"]))
        ends = [month_begin(books.as_of, back) for back in range(1 - MONTHS_SHOWN, 1)]
        months = [f"{end:%Y-%m}" for end in ends]
        loans = [_loan_of(row, rows["months"], months) for row in rows["accounts"]]
        return Found(
            findings=tuple(_finding(loan, books, options) for loan in loans if loan.owed > 0),
            figures={
                "accounts": [
                    {
                        "name": loan.name,
                        "owed": str(loan.owed),
                        "months": {month: str(loan.owed_at[month]) for month in months},
                    }
                    for loan in loans
                ]
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: DirectorsLoanOptions
    ) -> Verdict:
        missing = not_chosen(figures, options.accounts)
        if missing is not None:
            return missing
        if not opened:
            return graded(Level.FINE, "none overdrawn")
        level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
        owed = sum((each.amount or Decimal() for each in opened), Decimal())
        says = f"{count(len(opened), 'loan')} overdrawn, {money(owed, opened[0].currency)}"
        return graded(level, says)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Loan:
    """What a director owes the company; negative where the company owes."""

    account: str
    name: str
    owed: Decimal
    owed_at: Mapping[str, Decimal]
    journals: Decimal
    payments: Decimal


def _loan_of(account: Any, rows: Sequence[Any], months: Sequence[str]) -> _Loan:
    own = [row for row in rows if row.account == account.remote_id]
    last = [row for row in own if row.month == months[-1]]
    return _Loan(
        account=account.remote_id,
        name=named(account),
        owed=_sum(own),
        owed_at={month: _sum([row for row in own if row.month <= month]) for month in months},
        journals=_sum([row for row in last if row.is_journal]),
        payments=_sum([row for row in last if not row.is_journal]),
    )


def _sum(rows: Sequence[Any]) -> Decimal:
    return sum((row.amount for row in rows), Decimal())


def _finding(loan: _Loan, books: Books, options: DirectorsLoanOptions) -> Finding:
    return Finding(
        key=(loan.account,),
        title=loan.name,
        text=f"{money(loan.owed, books.currency)} is owed by the director at {dated(books.as_of)}.",
        fix="Agree repayment, a dividend or salary with the director before the year's end.",
        amount=loan.owed,
        currency=books.currency,
        since=_overdrawn_since(loan, books),
        is_serious=loan.owed > options.serious_above,
        facts={
            "Account": loan.name,
            "Owed": loan.owed,
            "Journals in the last month": loan.journals,
            "Other movements in the last month": loan.payments,
        },
    )


def _overdrawn_since(loan: _Loan, books: Books) -> Any:
    """The first of the latest months in a row at whose end it was, as far as they are shown."""
    first = books.as_of.replace(day=1)
    for back in range(MONTHS_SHOWN):
        month = month_begin(books.as_of, -back)
        if loan.owed_at[f"{month:%Y-%m}"] <= 0:
            break
        first = month
    return first
