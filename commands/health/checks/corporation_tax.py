"""What corporation tax the books come to, and whether it is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, select

from commands.health.books.accounts import named
from commands.health.books.books import Books
from commands.health.books.periods import Period, months_before, year_holding
from commands.health.books.trade import bought, on_class
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
    unavailable,
)
from commands.health.reckoning.corporation_tax import corporation_tax
from commands.health.samples import account, asset, bill, day, invoice, journal, line
from commands.health.words import dated, money

SALES = account("200", "Sales", account_class="REVENUE", account_type="REVENUE")
TAX = account("500", "Corporation Tax")
LAST_YEAR = {"date": day(10, 1, 2025)}


@dataclass(frozen=True, kw_only=True, slots=True)
class CorporationTaxOptions(Options):
    """What is in the estimate, and when a provision is late."""

    added_back: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts of costs that tax does not allow (else by name)"}
    )
    left_out: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts left out of the profit (else by name)"}
    )
    months: int = field(
        default=9, metadata={"label": "Months after the year's end until a provision is missed"}
    )


class CorporationTax(Check[CorporationTaxOptions]):
    """A finished financial year with a profit and no corporation tax posted.

    Why: the tax is due nine months and a day after the year's end, and a company that has not put
    it aside learns of it late.

    Fix: check the estimate, and post the provision at the year's end. The estimate adds back
    depreciation and entertainment, takes off what registered assets of the year cost, and knows no
    associated companies, losses brought forward or reliefs. Sole traders and partnerships pay none:
    dismiss it for them.
    """

    code = "corporation-tax"
    title = "Corporation tax"
    group = Group.TAX
    options = CorporationTaxOptions
    grid = Grid(
        name="years",
        columns=(
            Figure(label="Year to", name="end", kind=Kind.DAY),
            Figure(label="Income", name="sections.Income", kind=Kind.MONEY),
            Figure(label="Costs", name="sections.Costs", kind=Kind.MONEY),
            Figure(label="Not allowed", name="sections.Costs not allowed", kind=Kind.MONEY),
            Figure(label="Allowances", name="sections.Capital allowances", kind=Kind.MONEY),
            Figure(label="Profit", name="profit", kind=Kind.MONEY),
            Figure(label="Tax", name="tax", kind=Kind.MONEY),
            Figure(label="Posted", name="posted", kind=Kind.MONEY),
        ),
    )
    examples = (
        Example(
            records=(SALES, TAX, invoice("a", line("40000", "200"), **LAST_YEAR)),
            options={"months": 3},
            finds=("No corporation tax for the year to 31 March 2026",),
            level=Level.WARNING,
        ),
        Example(
            records=(SALES, TAX, invoice("a", line("40000", "200"), **LAST_YEAR)),
            level=Level.FINE,
        ),
        Example(
            records=(
                SALES,
                TAX,
                invoice("a", line("40000", "200"), **LAST_YEAR),
                journal("j", line("7600", "500", tax=None), date=day(3, 31)),
            ),
            options={"months": 3},
            level=Level.FINE,
        ),
        Example(  # a van took the profit; depreciation does not count
            records=(
                SALES,
                account("416", "Depreciation Expense", account_type="DEPRECIATN"),
                invoice("a", line("40000", "200"), **LAST_YEAR),
                bill("b", line("9000", "416"), **LAST_YEAR),
                asset("van", purchased_on=day(1, 5), price=Decimal(40_000)),
            ),
            options={"months": 0},
            level=Level.FINE,
        ),
        Example(
            records=(
                account("4000", "Sales", account_class="REVENUE", source="Account"),
                invoice("a", line("9", None, account_id="id-4000"), source="Invoice", **LAST_YEAR),
            ),
            provider="quickbooks",
            options={"months": 0},
            finds=("No corporation tax for the year to 31 March 2026",),
        ),
        Example(records=(), country="AU", level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: CorporationTaxOptions) -> Verdict | None:
        return None if books.country == "GB" else unavailable("for companies in the UK only")

    def queries(self, books: Books, options: CorporationTaxOptions) -> Mapping[str, Select[Any]]:
        this, last = _years(books)
        cost = bought(books, last.begin, books.as_of, on_class(books, "REVENUE", "EXPENSE"))
        is_last = (cost.c.date <= last.end).label("is_last")
        moved = select(cost.c.account, is_last, cost.c.amount).subquery("moved")
        summed = (
            select(moved.c.account, moved.c.is_last, func.sum(moved.c.amount).label("amount"))
            .group_by(moved.c.account, moved.c.is_last)
            .subquery("summed")
        )
        known, assets = books.accounts, books.assets
        return {
            "accounts": select(
                known.c.remote_id, known.c.code, known.c.name, known.c.account_class,
                known.c.account_type, known.c.report_code, summed.c.is_last, summed.c.amount,
            ).join(summed, summed.c.account == known.c.remote_id),
            "assets": select(assets.c.name, assets.c.purchased_on, assets.c.price).where(
                func.upper(assets.c.status) == "REGISTERED",
                assets.c.purchased_on.between(last.begin, this.end),
            ),
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: CorporationTaxOptions) -> Found:
        this, last = _years(books)
        estimates = [
            _estimate(
                year,
                [row for row in rows["accounts"] if row.is_last == (year == last)],
                [row for row in rows["assets"] if row.purchased_on in year],
                options,
            )
            for year in (this, last)
        ]
        before = estimates[1]
        is_late = books.as_of >= months_before(last.end, -options.months)
        is_missing = is_late and before.tax > 0 and not before.posted
        return Found(
            findings=(_finding(before, books),) if is_missing else (),
            figures={
                "currency": books.currency,
                "years": [estimate.figures() for estimate in estimates],
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: CorporationTaxOptions
    ) -> Verdict:
        level = Level.WARNING if opened else Level.FINE
        this = figures["years"][0]
        tax = money(Decimal(this["tax"]), figures["currency"])
        profit = money(Decimal(this["profit"]), figures["currency"])
        return graded(level, f"{tax} so far this year, on profits of {profit}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Estimate:
    """Of one year. `sections` are sums by what they are, `posted` what is on the tax accounts."""

    year: Period
    sections: Mapping[str, Decimal]
    posted: Decimal
    tax: Decimal

    @property
    def profit(self) -> Decimal:
        return sum(self.sections.values(), Decimal())

    def figures(self) -> dict[str, Any]:
        return {
            "begin": self.year.begin.isoformat(),
            "end": self.year.end.isoformat(),
            "profit": str(self.profit),
            "tax": str(self.tax),
            "posted": str(self.posted),
            "sections": {name: str(amount) for name, amount in self.sections.items()},
        }


def _years(books: Books) -> tuple[Period, Period]:
    """The financial year of the reporting date as far as it has come, and the one before."""
    begin = year_holding(books.as_of, books.year_begin)
    last = Period(begin=months_before(begin, 12), end=begin - timedelta(days=1))
    return Period(begin=begin, end=books.as_of), last


def _estimate(
    year: Period, rows: Sequence[Row[Any]], assets: Sequence[Row[Any]],
    options: CorporationTaxOptions,
) -> _Estimate:  # fmt: skip
    sections = {
        "Income": Decimal(),
        "Costs": Decimal(),
        "Costs not allowed": Decimal(),
        "Capital allowances": -sum((row.price or Decimal() for row in assets), Decimal()),
    }
    posted = Decimal()
    for row in rows:
        if _is_among(row, options.left_out, ("corporation tax",), ("EXP.TAX",)):
            posted += row.amount
            continue
        sections["Income" if row.account_class == "REVENUE" else "Costs"] -= row.amount
        if _is_among(
            row, options.added_back, ("depreciation", "entertain"), ("EXP.ADM.ENT", "Entertainment")
        ):
            sections["Costs not allowed"] += row.amount
    profit = sum(sections.values(), Decimal())
    return _Estimate(year=year, sections=sections, posted=posted, tax=corporation_tax(profit, year))


def _is_among(
    row: Row[Any], chosen: Sequence[str], names: Sequence[str], reports: Sequence[str]
) -> bool:
    """An account that people chose; where they chose none, one that looks like it."""
    if chosen:
        return not {row.code, row.name, row.remote_id}.isdisjoint(chosen)
    name, report = named(row).casefold(), row.report_code or ""
    return any(word in name for word in names) or report.startswith(tuple(reports))


def _finding(estimate: _Estimate, books: Books) -> Finding:
    end: date = estimate.year.end
    due = months_before(end, -9) + timedelta(days=1)
    return Finding(
        key=(end.isoformat(),),
        title=f"No corporation tax for the year to {dated(end)}",
        text=f"Profits of {money(estimate.profit, books.currency)} come to about "
        f"{money(estimate.tax, books.currency)}, due on {dated(due)}, and nothing is posted.",
        fix="Check the estimate and post the provision at the year's end.",
        amount=estimate.tax,
        currency=books.currency,
        since=end,
        is_locked=books.is_locked(end),
        facts={
            "Year to": end,
            **dict(estimate.sections),
            "Taxable profit": estimate.profit,
            "Tax": estimate.tax,
            "Due": due,
        },
    )
