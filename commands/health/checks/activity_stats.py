"""How much work a set of books is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from commands.health.books.books import COMING_IN, GOING_OUT, TOLD_AT_BANK, Books, counted, month_of
from commands.health.books.periods import complete_month, month_begin
from commands.health.books.trade import sold, turnover_accounts
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
)
from commands.health.samples import account, bill, day, invoice, journal, line, money_out
from commands.health.words import count, money
from providers.books import DocumentKind

COUNTED: Mapping[str, tuple[DocumentKind, ...]] = {
    "sales": (DocumentKind.INVOICE,),
    "bills": (DocumentKind.BILL,),
    "credits": (DocumentKind.INVOICE_CREDIT, DocumentKind.BILL_CREDIT),
    "bank": (*COMING_IN, *GOING_OUT, DocumentKind.TRANSFER),
    "journals": (DocumentKind.MANUAL_JOURNAL,),
}
NAMES = {kind: name for name, kinds in COUNTED.items() for kind in kinds}


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityStatsOptions(Options):
    """How far back."""

    months: int = field(default=12, metadata={"label": "Whole months up to the reporting date"})


class ActivityStats(Check[ActivityStatsOptions]):
    """Turnover and numbers of sales, bills, credit notes, bank transactions and journals by month.

    Why: fees that were agreed on fifty bills a month are wrong at two hundred.

    Fix: nothing is wrong here; compare it with what was agreed. Turnover is net and without other
    income; bank transactions are those of the ledger.
    """

    code = "activity-stats"
    title = "Activity"
    group = Group.INSIGHTS
    options = ActivityStatsOptions
    grid = Grid(
        name="table",
        columns=(
            Figure(label="Month", name="month", kind=Kind.MONTH),
            Figure(label="Turnover", name="turnover", kind=Kind.MONEY),
            Figure(label="Sales", name="sales", kind=Kind.COUNT),
            Figure(label="Bills", name="bills", kind=Kind.COUNT),
            Figure(label="Credit notes", name="credits", kind=Kind.COUNT),
            Figure(label="Bank", name="bank", kind=Kind.COUNT),
            Figure(label="Journals", name="journals", kind=Kind.COUNT),
        ),
    )
    examples = (
        Example(
            records=(
                account("200", "Sales", account_class="REVENUE", account_type="REVENUE"),
                account("260", "Other", account_class="REVENUE", account_type="OTHERINCOME"),
                invoice("a", line("900", "200"), line("50", "260")),
                invoice("b", date=day(6, 1, 2025)),
                bill("c"),
                money_out("d"),
                journal("e", line("5"), line("-5", "401")),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(bill("c", source="Bill"),), provider="quickbooks", level=Level.FINE
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: ActivityStatsOptions) -> Mapping[str, Select[Any]]:
        end = complete_month(books.as_of)
        begin = month_begin(end, 1 - 2 * options.months)  # and as much again to compare with
        own = books.documents(*NAMES)
        there = (
            select(own.c.kind, month_of(own.c.date).label("month"))
            .where(own.c.date.between(begin, end), own.c.source.not_in(TOLD_AT_BANK))
            .subquery("there")
        )
        sales = sold(books, begin, end, turnover_accounts(books))
        return {
            "counts": select(there.c.kind, there.c.month, counted().label("count")).group_by(
                there.c.kind, there.c.month
            ),
            "turnover": select(sales.c.month, func.sum(sales.c.amount).label("amount")).group_by(
                sales.c.month
            ),
        }

    def find(self, rows: Rows, books: Books, options: ActivityStatsOptions) -> Found:
        end = complete_month(books.as_of)
        months = [f"{month_begin(end, back):%Y-%m}" for back in range(1 - 2 * options.months, 1)]
        stats: dict[str, dict[str, Any]] = {
            month: {"month": month, "turnover": Decimal(), **dict.fromkeys(COUNTED, 0)}
            for month in months
        }
        for row in rows["counts"]:
            stats[row.month][NAMES[row.kind]] += row.count
        for row in rows["turnover"]:
            stats[row.month]["turnover"] += row.amount
        now, before = months[options.months :], months[: options.months]
        told = [stats[month] | {"turnover": str(stats[month]["turnover"])} for month in now]
        measures = {
            name: _measure(
                [Decimal(stats[month][name]) for month in now],
                [Decimal(stats[month][name]) for month in before],
            )
            for name in ("turnover", *COUNTED)
        }
        return Found(
            figures={
                "currency": books.currency,
                "end": end.isoformat(),
                "months": told,
                "measures": measures,
                "table": [*told[::-1], *_summed_up(measures)],
            }
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: ActivityStatsOptions
    ) -> Verdict:
        measures = figures["measures"]
        documents = sum(Decimal(measures[name]["a_month"]) for name in COUNTED)
        turnover = money(Decimal(measures["turnover"]["total"]), figures["currency"])
        end = date.fromisoformat(figures["end"])
        return Verdict(
            level=Level.FINE,
            says=f"{count(round(documents), 'transaction')} a month, turnover {turnover} "
            f"in {count(options.months, 'month')} to {end:%B %Y}",
        )


def _measure(now: Sequence[Decimal], before: Sequence[Decimal]) -> dict[str, str | None]:
    """A total with its averages, and how it moved against last month and the months before."""
    total = sum(now, Decimal())
    return {
        "total": str(total),
        "a_quarter": str(round(total * 3 / len(now), 2)),
        "a_month": str(round(total / len(now), 2)),
        "on_last_month": _percent(now[-1], now[-2] if len(now) > 1 else before[-1]),
        "on_last_year": _percent(total, sum(before, Decimal())),
    }


def _summed_up(measures: Mapping[str, Mapping[str, str | None]]) -> list[dict[str, str | None]]:
    """What stands below the months."""
    told: list[dict[str, str | None]] = []
    for label, of in (("In all", "total"), ("A quarter", "a_quarter"), ("A month", "a_month")):
        told.append({"month": label, **{name: each[of] for name, each in measures.items()}})
    for label, of in (("On last month", "on_last_month"), ("On the time before", "on_last_year")):
        moves = {name: _signed(each[of]) for name, each in measures.items()}
        told.append({"month": label, **moves})
    return told


def _signed(percent: str | None) -> str | None:
    return f"{Decimal(percent):+.0f} %".replace("-", "−") if percent is not None else None


def _percent(now: Decimal, before: Decimal) -> str | None:
    return f"{(now - before) / before * 100:.1f}" if before else None
