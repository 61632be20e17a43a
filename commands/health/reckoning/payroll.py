"""What the three control accounts of payroll have in common: a journal a month, then a payment."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Select, Subquery, and_, case, func, or_, select

from commands.health.books.accounts import (
    chosen_or_usual,
    moved,
    named,
    not_chosen,
    shown,
    suggestions,
)
from commands.health.books.books import Books
from commands.health.books.periods import complete_month, month_begin, months_before
from commands.health.check import (
    Check,
    Figure,
    Finding,
    Found,
    Grid,
    Kind,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    graded,
)
from commands.health.reckoning.control import Outcome, due_date, outcome
from commands.health.words import dated, listed, money

MONTHS_SHOWN = 6
RECORDS_SHOWN = 20
MONTHS_USED = 12  # in which accounts that nobody chose were posted to, to count


@dataclass(frozen=True, kw_only=True, slots=True)
class PayrollOptions(Options):
    """Which accounts, and when what is in them has to be paid."""

    accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts, by code, name or id"}
    )
    due_day: int = field(
        default=22, metadata={"label": "Day of the following month it is due (0 = none)"}
    )
    near_days: int = field(default=7, metadata={"label": "Due soon from this many days before"})


class Payroll(Check[PayrollOptions]):
    """The month's journals against what is left of them: see commands.health.reckoning.control."""

    options = PayrollOptions
    grid = Grid(
        name="rows",
        columns=(
            Figure(label="Month", name="month", kind=Kind.MONTH),
            Figure(label="Journals", name="journals", kind=Kind.MONEY),
            Figure(label="Payments", name="payments", kind=Kind.MONEY),
            Figure(label="Left", name="balance", kind=Kind.MONEY),
        ),
    )
    report: ClassVar[str | None] = None  # whose accounts count where none were chosen

    @abstractmethod
    def suggested(self, books: Books) -> Subquery:
        """Accounts that look as if they should be chosen."""

    def queries(self, books: Books, options: PayrollOptions) -> Mapping[str, Select[Any]]:
        since = months_before(books.as_of, MONTHS_USED)
        accounts = chosen_or_usual(books, options.accounts, report=self.report, since=since)
        line = moved(books, accounts)
        until = line.c.date <= books.today
        end = complete_month(books.as_of)
        months = (
            select(
                line.c.month,
                line.c.is_journal,
                func.sum(line.c.posted).label("posted"),
                func.sum(case((line.c.posted > 0, 1), else_=0)).label("debits"),
            )
            .where(until)
            .group_by(line.c.month, line.c.is_journal)
        )
        latest = (
            select(line.c.source, line.c.document_id, line.c.date)
            .where(
                until,
                or_(
                    and_(line.c.is_journal, line.c.date.between(end.replace(day=1), end)),
                    and_(~line.c.is_journal, line.c.date > end),
                ),
            )
            .distinct()
            .order_by(line.c.date, line.c.document_id)
            .limit(RECORDS_SHOWN)
        )
        asked = {"accounts": shown(accounts), "months": months, "latest": latest}
        if not options.accounts:
            asked["suggested"] = shown(self.suggested(books))
        return asked

    def find(self, rows: Rows, books: Books, options: PayrollOptions) -> Found:
        names = [named(row) for row in rows["accounts"]]
        if not names:
            nothing = {"accounts": names} if options.accounts else suggestions(rows["suggested"])
            return Found(figures=nothing)
        end = complete_month(books.as_of)
        month = _month(rows["months"], end)
        due = due_date(end, options.due_day)
        how = outcome(
            journal=month.journal,
            balance=month.balance,
            due=due,
            is_paid=month.is_paid,
            today=books.today,
            near_days=options.near_days,
        )
        figures = {
            "month": f"{end:%Y-%m}",
            "due": due.isoformat() if due else None,
            "outcome": how.value,
            "balance": str(month.balance),
            "accounts": names,
            "rows": _series(rows["months"], end),
        }
        if how.level is Level.FINE:
            return Found(figures=figures)
        return Found(findings=(self._finding(rows, books, month, how, due),), figures=figures)

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: PayrollOptions
    ) -> Verdict:
        missing = not_chosen(figures, options.accounts)
        if missing is not None:
            return missing
        level = max((_level(each) for each in opened), key=list(Level).index, default=Level.FINE)
        says = figures["outcome"] if opened else _fine(figures)
        return graded(level, says)

    def _finding(
        self, rows: Rows, books: Books, month: "_Month", how: Outcome, due: date | None
    ) -> Finding:
        accounts = listed([named(row) for row in rows["accounts"]])
        return Finding(
            key=(f"{month.end:%Y-%m}", how.value),
            title=f"{self.title}, {month.end:%B %Y}",
            text=_text(how, month, accounts, books.currency, due),
            fix=_FIXES[how],
            records=tuple(
                Record(source=row.source, remote_id=row.document_id) for row in rows["latest"]
            ),
            amount=abs(month.balance),
            currency=books.currency,
            since=due if how is Outcome.OVERDUE else month.end,
            is_locked=books.is_locked(month.end),
            is_serious=how.level is Level.ERROR,
            facts={
                "Month": f"{month.end:%B %Y}",
                "Accounts": accounts,
                "Journals": month.journal,
                "Balance": month.balance,
                "Due": due,
                "State": how.value,
            },
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Month:
    """`balance` is what is still owed of everything up to `end`."""

    end: date
    journal: Decimal | None
    balance: Decimal
    is_paid: bool


def _month(rows: Sequence[Any], end: date) -> _Month:
    name = f"{end:%Y-%m}"
    counting = [row for row in rows if row.month <= name or not row.is_journal]
    return _Month(
        end=end,
        journal=next((-row.posted for row in rows if row.is_journal and row.month == name), None),
        balance=-sum((row.posted for row in counting), Decimal()),
        is_paid=any(row.debits for row in counting if row.month > name),
    )


def _series(rows: Sequence[Any], end: date) -> list[dict[str, str]]:
    """Of the last months: journals and payments as they moved the account, and what was owed."""
    shown_months = [f"{month_begin(end, back):%Y-%m}" for back in range(1 - MONTHS_SHOWN, 1)]
    return [
        {
            "month": month,
            "journals": str(-_total(row for row in rows if row.is_journal and row.month == month)),
            "payments": str(_total(r for r in rows if not r.is_journal and r.month == month)),
            "balance": str(-_total(row for row in rows if row.month <= month)),
        }
        for month in shown_months
    ]


def _total(rows: Any) -> Decimal:
    return sum((row.posted for row in rows), Decimal())


_FIXES = {
    Outcome.NO_JOURNAL: "Post the payroll journal of the month, or choose the accounts it uses.",
    Outcome.DUE_SOON: "See that it is paid, and that the payment is coded to this account.",
    Outcome.OVERDUE: "Ask the client whether it was paid, and code the payment to this account.",
    Outcome.DIFFERS: "Compare journals and payments month by month from when they last agreed.",
}


def _text(how: Outcome, month: _Month, accounts: str, currency: str, due: date | None) -> str:
    owed, posted = money(month.balance, currency), money(month.journal or Decimal(), currency)
    if how is Outcome.NO_JOURNAL:
        return f"No manual journal was found in {accounts} in {month.end:%B %Y}; {owed} is owed."
    if how is Outcome.DUE_SOON:
        return f"{owed} in {accounts} is due on {dated(due)}."
    if how is Outcome.OVERDUE:
        return f"{owed} in {accounts} was due on {dated(due)}, and no payment was found."
    return f"{accounts} stands at {owed}, while the month's journals come to {posted}."


def _fine(figures: Mapping[str, Any]) -> str:
    month = date.fromisoformat(f"{figures['month']}-01")
    cleared = figures["outcome"] == Outcome.CLEARED.value
    return f"{month:%B %Y} is paid" if cleared else f"{month:%B %Y} agrees with its journal"


def _level(finding: Finding) -> Level:
    return Level.ERROR if finding.is_serious else Level.WARNING
