"""Purchases without tax from suppliers who charge it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from commands.health.books.books import Books, counted
from commands.health.books.periods import months_before
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
    unavailable,
)
from commands.health.samples import bill, contact, day, line, money_out
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind

KINDS = (DocumentKind.BILL, DocumentKind.MONEY_OUT)
MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPurchaseTaxOptions(Options):
    """What makes a supplier one who charges tax, and what is worth it."""

    usual_share: Decimal = field(
        default=Decimal("0.8"),
        metadata={"label": "Share of the supplier's purchases of a year with tax, at least"},
    )
    purchases: int = field(default=4, metadata={"label": "Purchases of that year, at least"})
    least: Decimal = field(
        default=Decimal(20), metadata={"label": "Purchases from this amount in base currency"}
    )
    serious_tax: Decimal = field(
        default=Decimal(500), metadata={"label": "Serious from this much tax not claimed"}
    )


NO_TAX = line("100", tax=Decimal(), tax_rate="NONE")
USUAL = tuple(bill(f"b{month}", date=day(month, 1)) for month in (1, 2, 3, 4))


class MissingPurchaseTax(Check[MissingPurchaseTaxOptions]):
    """Bills and money spent without any tax, from suppliers who nearly always charge it.

    Why: the tax is not claimed back, or the cost is too high by it.

    Fix: look at the supplier's document. If it shows tax, change the tax rate of the lines.
    """

    code = "missing-purchase-tax"
    title = "Purchase tax missing"
    group = Group.TAX
    options = MissingPurchaseTaxOptions
    examples = (
        Example(
            records=(contact("c1", "Paper & Pens"), *USUAL, bill("x", NO_TAX)),
            finds=("Paper & Pens",),
            level=Level.WARNING,
        ),
        Example(  # one of two
            records=(bill("a", date=day(5, 1)), bill("x", NO_TAX)), level=Level.FINE
        ),
        Example(  # two of five are usual
            records=(*USUAL, bill("n", NO_TAX, date=day(5, 1)), bill("x", NO_TAX)),
            options={"usual_share": "0.9"},
            level=Level.FINE,
        ),
        Example(
            records=(
                *USUAL,
                bill("x", line("19.99", tax=Decimal())),
                money_out("y", NO_TAX, contact_id=None),
                bill("z", NO_TAX, date=day(7, 1)),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                contact("c1", "Flour Mill", source="Vendor"),
                *USUAL,
                money_out("x", line("4000", tax=Decimal()), source="Purchase"),
            ),
            provider="quickbooks",
            finds=("Flour Mill",),
            level=Level.ERROR,
        ),
        Example(records=(), country="US", level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: MissingPurchaseTaxOptions) -> Verdict | None:
        if books.country == "US":
            return unavailable("no tax on purchases is claimed back in the United States")
        return None

    def queries(
        self, books: Books, options: MissingPurchaseTaxOptions
    ) -> Mapping[str, Select[Any]]:
        own, contacts = books.documents(*KINDS), books.contacts
        year = months_before(books.as_of, 12)
        with_tax = case((own.c.tax != 0, 1), else_=0)
        charged = (
            select(
                own.c.contact_id,
                counted().label("purchases"),
                func.sum(with_tax).label("taxed"),
                func.sum(case((own.c.tax != 0, own.c.tax))).label("tax"),
                func.sum(case((own.c.tax != 0, own.c.subtotal))).label("net"),
            )
            .where(own.c.contact_id.is_not(None), own.c.date.between(year, books.as_of))
            .group_by(own.c.contact_id)
            .having(counted() >= options.purchases, func.sum(with_tax) > 0)
            .subquery("charged")
        )
        found = (
            select(
                own.c.source, own.c.remote_id, own.c.kind, own.c.number, own.c.date, own.c.total,
                own.c.base_total, own.c.currency, charged.c.purchases, charged.c.taxed,
                charged.c.tax, charged.c.net, contacts.c.name,
            )
            .join(charged, charged.c.contact_id == own.c.contact_id)
            .outerjoin(contacts, contacts.c.remote_id == own.c.contact_id)
            .where(
                own.c.date.between(books.period.begin, books.period.end),
                own.c.tax == 0,
                own.c.base_total >= options.least,
            )
            .order_by(own.c.base_total.desc(), own.c.remote_id)
            .limit(MOST)
        )  # fmt: skip
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: MissingPurchaseTaxOptions) -> Found:
        return Found(
            findings=tuple(
                _finding(row, books)
                for row in rows["found"]
                if row.taxed >= options.usual_share * row.purchases
            ),
            figures={"currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: MissingPurchaseTaxOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        tax = sum((each.amount or Decimal() for each in opened), Decimal())
        level = Level.ERROR if tax >= options.serious_tax else Level.WARNING
        says = f"{count(len(opened), 'purchase')}, about {stake(tax, figures['currency'])} of tax"
        return graded(level, says)


def _finding(row: Row[Any], books: Books) -> Finding:
    rate = row.tax / row.net if row.net else Decimal()
    within = round(row.base_total * rate / (1 + rate), 2)
    return Finding(
        key=(row.source, row.remote_id),
        title=row.name or "No contact",
        text=f"{row.kind.capitalize()} of {dated(row.date)}, {money(row.total, row.currency)}, "
        f"has no tax; {row.taxed:,} of the supplier's {count(row.purchases, 'purchase')} "
        "of a year have.",
        fix="Look at the supplier's document; if it shows tax, change the tax rate of the lines.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=within,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Supplier": row.name,
            "Kind": row.kind,
            "Number": row.number,
            "Date": row.date,
            "Total": row.total,
            "Currency": row.currency,
            "Tax it may hold": within,
        },
    )
