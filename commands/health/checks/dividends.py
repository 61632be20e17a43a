"""Whether dividends were posted this financial year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from commands.health.books.accounts import (
    alike,
    chosen_or_usual,
    moved,
    named,
    not_chosen,
    shown,
    suggestions,
)
from commands.health.books.books import Books, counted
from commands.health.books.periods import months_before, year_holding
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
from commands.health.samples import account, day, journal, line
from commands.health.words import count, dated, listed, stake

REPORT = "EQU.RET.DIV"
MONTHS_USED = 24  # in which an account that nobody chose was posted to, to count
PAID = account(
    "967", "Dividends", account_class="EQUITY", account_type="EQUITY", report_code=REPORT
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DividendsOptions(Options):
    """Which accounts, and how long a year may be without."""

    accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts, by code, name or id"}
    )
    months: int = field(default=3, metadata={"label": "Months into the year without a dividend"})


class Dividends(Check[DividendsOptions]):
    """A financial year that is more than three months old and has no dividend posted.

    Why: directors who live on dividends draw money all year; without paperwork and a posting it is
    a loan, or salary that was never taxed.

    Fix: ask whether dividends were declared, and post them with their date.
    """

    code = "dividends"
    title = "Dividends"
    group = Group.CLEANUP
    options = DividendsOptions
    grid = Grid(
        name="accounts",
        columns=(
            Figure(label="Account", name="account"),
            Figure(label="Postings this year", name="count", kind=Kind.COUNT),
            Figure(label="Amount", name="posted", kind=Kind.MONEY),
        ),
    )
    examples = (
        Example(records=(PAID,), level=Level.NOT_CONFIGURED),
        Example(  # on 30 June exactly three months have gone
            records=(PAID,), options={"accounts": ["967"]}, level=Level.FINE
        ),
        Example(
            records=(PAID, journal("j", line("500", "967", tax=None), date=day(3, 31))),
            options={"accounts": ["967"], "months": 2},
            finds=("No dividend since 1 April 2026",),
            level=Level.WARNING,
        ),
        Example(  # Xero's own account counts once it is used, without being chosen
            records=(PAID, journal("j", line("500", "967", tax=None), date=day(3, 31))),
            options={"months": 2},
            finds=("No dividend since 1 April 2026",),
            level=Level.WARNING,
        ),
        Example(
            records=(PAID, journal("j", line("500", "967", tax=None), date=day(4, 1))),
            options={"accounts": ["967"], "months": 2},
            level=Level.FINE,
        ),
        Example(
            records=(account("3300", "Dividends paid", source="Account"),),
            options={"accounts": ["Dividends paid"], "months": 0},
            finds=("No dividend since 1 April 2026",),
            level=Level.WARNING,
            provider="quickbooks",
        ),
    )

    def queries(self, books: Books, options: DividendsOptions) -> Mapping[str, Select[Any]]:
        since = months_before(books.as_of, MONTHS_USED)
        accounts = chosen_or_usual(books, options.accounts, report=REPORT, since=since)
        line = moved(books, accounts)
        posted = (
            select(
                line.c.account, func.sum(line.c.posted).label("posted"), counted().label("count")
            )
            .where(line.c.date.between(year_holding(books.as_of, books.year_begin), books.as_of))
            .group_by(line.c.account)
        )
        asked = {"accounts": shown(accounts), "posted": posted}
        if not options.accounts:
            looks = alike(
                books,
                names=("dividend",),
                reports=(REPORT, "DividendDisbursed"),
                classes=("EQUITY", "LIABILITY"),
            )
            asked["suggested"] = shown(looks)
        return asked

    def find(self, rows: Rows, books: Books, options: DividendsOptions) -> Found:
        if not options.accounts and not rows["accounts"]:
            return Found(figures=suggestions(rows["suggested"]))
        posted = {row.account: row for row in rows["posted"]}
        tally = [
            {
                "account": named(row),
                "posted": str(posted[row.remote_id].posted if row.remote_id in posted else 0),
                "count": posted[row.remote_id].count if row.remote_id in posted else 0,
            }
            for row in rows["accounts"]
        ]
        begin = year_holding(books.as_of, books.year_begin)
        # the reporting date is a last day: a month is over on it, not the day after
        is_late = books.as_of + timedelta(days=1) > months_before(begin, -options.months)
        figures = {"accounts": tally, "since": begin.isoformat(), "currency": books.currency}
        if posted or not tally or not is_late:
            return Found(figures=figures)
        return Found(findings=(_finding(tally, books, begin),), figures=figures)

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: DividendsOptions
    ) -> Verdict:
        missing = not_chosen(figures, options.accounts)
        if missing is not None:
            return missing
        number = sum(each["count"] for each in figures["accounts"])
        total = sum((Decimal(each["posted"]) for each in figures["accounts"]), Decimal())
        since = dated(date.fromisoformat(figures["since"]))
        says = f"none since {since}"
        if number:
            says = f"{count(number, 'posting')}, {stake(total, figures['currency'])} since {since}"
        level = Level.WARNING if opened else Level.FINE
        return graded(level, says)


def _finding(tally: Sequence[Mapping[str, Any]], books: Books, begin: date) -> Finding:
    accounts = listed([each["account"] for each in tally])
    return Finding(
        key=(begin.isoformat(),),
        title=f"No dividend since {dated(begin)}",
        text=f"Nothing was posted to {accounts} between {dated(begin)} and {dated(books.as_of)}.",
        fix="Ask whether dividends were declared, and post them with their date.",
        since=begin,
        facts={"Accounts": accounts, "Since": begin},
    )
