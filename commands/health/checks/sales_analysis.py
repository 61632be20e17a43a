"""Who buys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from commands.health.books.books import Books
from commands.health.books.periods import months_before
from commands.health.books.trade import by_contact, on_class, share, sold, top
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
    unavailable,
)
from commands.health.samples import account, bill, contact, day, invoice, line, money_in
from commands.health.words import count, money

CUSTOMERS_SHOWN = 20
TOP_PART = 4  # the first quarter of the customers against the others
SALES = account("200", "Sales", account_class="REVENUE", account_type="REVENUE")


@dataclass(frozen=True, kw_only=True, slots=True)
class SalesAnalysisOptions(Options):
    """How far back."""

    months: int = field(
        default=12, metadata={"label": "Months up to the reporting date (0 = the period)"}
    )


class SalesAnalysis(Check[SalesAnalysisOptions]):
    """Income by customer: how much the first quarter of the customers brings, and who they are.

    Why: it shows on whom the business depends and who it could do without.

    Fix: nothing is wrong here; it is to talk about with the client.
    """

    code = "sales-analysis"
    title = "Sales analysis"
    group = Group.INSIGHTS
    options = SalesAnalysisOptions
    facts = (
        Figure(label="Income", name="total", kind=Kind.MONEY),
        Figure(label="A month", name="a_month", kind=Kind.MONEY),
        Figure(label="A customer", name="a_customer", kind=Kind.MONEY),
        Figure(label="From the largest quarter of customers", name="first_share", kind=Kind.SHARE),
    )
    grid = Grid(
        name="top",
        columns=(
            Figure(label="Customer", name="name"),
            Figure(label="Income", name="amount", kind=Kind.MONEY),
            Figure(label="Share", name="share", kind=Kind.SHARE),
            Figure(label="Documents", name="documents", kind=Kind.COUNT),
        ),
    )
    examples = (
        Example(
            records=(
                SALES,
                contact("c1", "Big Ltd"),
                invoice("a", line("900", "200")),
                money_in("b", line("100", "200"), contact_id="c2", date=day(7, 1, 2025)),
                bill("c"),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                account("4000", "Sales", account_class="REVENUE", source="Account"),
                invoice("a", line("9", None, account_id="id-4000"), source="Invoice"),
            ),
            provider="quickbooks",
            level=Level.FINE,
        ),
        Example(records=(SALES, bill("c")), level=Level.NOT_AVAILABLE),
    )

    def queries(self, books: Books, options: SalesAnalysisOptions) -> Mapping[str, Select[Any]]:
        begin = _begin(books, options)
        sales = sold(books, begin, books.as_of, on_class(books, "REVENUE"))
        return {"customers": by_contact(books, sales, with_documents=True)}

    def find(self, rows: Rows, books: Books, options: SalesAnalysisOptions) -> Found:
        customers = [row for row in rows["customers"] if row.amount > 0]
        total = sum((row.amount for row in customers), Decimal())
        first = customers[: max(len(customers) // TOP_PART, 1)]
        of_first = sum((row.amount for row in first), Decimal())
        begin = _begin(books, options)
        months = max(round((books.as_of - begin).days / 30.4), 1)
        return Found(
            figures={
                "currency": books.currency,
                "begin": begin.isoformat(),
                "end": books.as_of.isoformat(),
                "total": str(total),
                "customers": len(customers),
                "first": len(first),
                "first_share": str(share(of_first, total)),
                "a_month": str(round(total / months, 2)),
                "a_customer": str(round(total / max(len(customers), 1), 2)),
                "top": top(customers, CUSTOMERS_SHOWN),
            }
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: SalesAnalysisOptions
    ) -> Verdict:
        if not figures["customers"]:
            return unavailable("no sales in the period")
        percent = Decimal(figures["first_share"]) * 100
        total = money(Decimal(figures["total"]), figures["currency"])
        first = count(figures["first"], "customer")
        return Verdict(
            level=Level.FINE,
            says=f"{total}; {percent:.0f} % of it from {first} of {figures['customers']:,}",
        )


def _begin(books: Books, options: SalesAnalysisOptions) -> date:
    if not options.months:
        return books.period.begin
    return months_before(books.as_of, options.months) + timedelta(days=1)
