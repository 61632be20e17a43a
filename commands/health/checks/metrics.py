"""A few figures of how the business stands, compared with before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select

from commands.health.books.books import Books
from commands.health.books.periods import Period, months_before
from commands.health.books.trade import bought, by_contact, on_class, share, sold, top
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
from commands.health.samples import account, bill, contact, day, invoice, line
from commands.health.words import money, stake

MONTHS = 12  # of which reliance is measured
SUPPLIERS = 5
SALES = account("200", "Sales", account_class="REVENUE", account_type="REVENUE")


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricsOptions(Options):
    """What is worth telling."""

    fall: Decimal = field(
        default=Decimal("0.5"), metadata={"label": "Tell when income falls by this share"}
    )
    customer_share: Decimal = field(
        default=Decimal("0.5"), metadata={"label": "Tell when one customer brings this share"}
    )
    supplier_share: Decimal = field(
        default=Decimal(1),
        metadata={"label": "Tell when five suppliers have more than this share of the costs"},
    )


class Metrics(Check[MetricsOptions]):
    """Income against the period before, net assets, and reliance on customers and suppliers.

    Why: a business that loses half its income or hangs on one customer needs to talk before it
    needs a return.

    Fix: nothing is wrong in the books; take it up with the client. Net assets are made from the
    documents that were synced: opening balances that were typed in as such are not told by the API
    of either ledger, nor are unrealised differences of exchange.
    """

    code = "metrics"
    title = "Metrics"
    group = Group.INSIGHTS
    options = MetricsOptions
    facts = (
        Figure(label="Income of the period", name="income", kind=Kind.MONEY),
        Figure(label="In the period before", name="income_before", kind=Kind.MONEY),
        Figure(label="Net assets", name="net_assets", kind=Kind.MONEY),
        Figure(label="Costs with five suppliers", name="supplier_share", kind=Kind.SHARE),
    )
    grid = Grid(
        name="largest",
        columns=(
            Figure(label="Largest in a year", name="name"),
            Figure(label="Is", name="side"),
            Figure(label="Amount", name="amount", kind=Kind.MONEY),
            Figure(label="Share", name="share", kind=Kind.SHARE),
        ),
    )
    examples = (
        Example(
            records=(
                SALES,
                contact("c1", "Big Ltd"),
                contact("c2", "Small Ltd"),
                invoice("a", line("900", "200"), date=day(5, 1)),
                invoice("b", line("400", "200"), date=day(6, 1), contact_id="c2"),
            ),
            finds=("Income fell by 56 %", "Big Ltd brings 69 %"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                SALES,
                account("400"),
                *(
                    invoice(f"{month}{customer}", line("100", "200"), date=day(month, 1),
                            contact_id=f"c{customer}")
                    for month in (5, 6)
                    for customer in (1, 2, 3)
                ),
                bill("b"),
            ),
            level=Level.FINE,
        ),
        Example(records=(SALES,), level=Level.NOT_AVAILABLE),
        Example(
            records=(
                account("4000", "Sales", account_class="REVENUE", source="Account"),
                account("5000", "Purchases", source="Account"),
                contact("c2", "Flour Mill"),
                *(
                    invoice(f"i{customer}", line("9", None, account_id="id-4000"),
                            contact_id=f"c{customer}")
                    for customer in (1, 3, 4)
                ),
                bill("b", line("9", None, account_id="id-5000"), contact_id="c2"),
            ),
            provider="quickbooks",
            options={"supplier_share": "0.9"},
            finds=("Five suppliers have 100 % of the costs",),
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: MetricsOptions) -> Mapping[str, Select[Any]]:
        income, costs = on_class(books, "REVENUE"), on_class(books, "EXPENSE")
        before, year = _before(books.period), _year(books)
        sales = sold(books, before.begin, books.as_of, income)
        is_now = sales.c.date >= books.period.begin
        return {
            "income": select(
                func.sum(case((is_now, sales.c.amount))).label("now"),
                func.sum(case((~is_now, sales.c.amount))).label("before"),
            ),
            "customers": by_contact(books, sold(books, year, books.as_of, income)),
            "suppliers": by_contact(books, bought(books, year, books.as_of, costs)),
            "net_assets": _net_assets(books),
        }

    def find(self, rows: Rows, books: Books, options: MetricsOptions) -> Found:
        income = rows["income"][0]
        customers = [row for row in rows["customers"] if row.amount > 0]
        suppliers = [row for row in rows["suppliers"] if row.amount > 0 and row.contact_id]
        spent = sum((row.amount for row in suppliers), Decimal())
        five = sum((row.amount for row in suppliers[:SUPPLIERS]), Decimal())
        figures: dict[str, Any] = {
            "currency": books.currency,
            "income": str(income.now or 0),
            "income_before": str(income.before or 0),
            "net_assets": str(-(rows["net_assets"][0].amount or Decimal())),
            "customers": top(customers, 1),
            "suppliers": top(suppliers, SUPPLIERS),
            "supplier_share": str(share(five, spent)),
            "is_empty": not customers and not suppliers,
        }
        figures["largest"] = [
            {"side": side, **each}
            for side in ("customer", "supplier")
            for each in figures[f"{side}s"]
        ]
        return Found(findings=tuple(_remarks(figures, customers, books, options)), figures=figures)

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: MetricsOptions
    ) -> Verdict:
        if figures["is_empty"]:
            return unavailable("no income or costs in twelve months")
        level = Level.WARNING if opened else Level.FINE
        says = f"income {stake(Decimal(figures['income']), figures['currency'])}"
        before = Decimal(figures["income_before"])
        if before > 0:
            movement = (Decimal(figures["income"]) - before) / before * 100
            says += f", {movement:+.0f} % on the period before".replace("-", "−")
        return graded(level, says)


def _before(period: Period) -> Period:
    """As many months, or days where it is not whole months, before the period."""
    end = period.begin - timedelta(days=1)
    after = period.end + timedelta(days=1)
    if after.day == period.begin.day:
        months = (after.year - period.begin.year) * 12 + after.month - period.begin.month
        return Period(begin=months_before(period.begin, months), end=end)
    return Period(begin=period.begin - timedelta(days=period.days), end=end)


def _year(books: Books) -> date:
    return months_before(books.as_of, MONTHS) + timedelta(days=1)


def _net_assets(books: Books) -> Select[Any]:
    """Assets less liabilities are equity and profit: no control account is needed for them."""
    own = books.movements()
    return select(func.sum(own.c.amount).label("amount")).where(
        own.c.account.in_(on_class(books, "REVENUE", "EXPENSE", "EQUITY")),
        own.c.date <= books.as_of,
    )


def _remarks(
    figures: Mapping[str, Any], customers: Sequence[Any], books: Books, options: MetricsOptions
) -> Iterator[Finding]:
    now, before = Decimal(figures["income"]), Decimal(figures["income_before"])
    if before > 0 and (before - now) / before >= options.fall:
        yield _remark(
            books, ("income",), f"Income fell by {(before - now) / before * 100:.0f} %",
            f"It is {money(now, books.currency)} after {money(before, books.currency)} "
            "in the period before.", before - now,
        )  # fmt: skip
    for one in figures["customers"]:
        if Decimal(one["share"]) >= options.customer_share:
            yield _remark(
                books, ("customer", customers[0].contact_id or ""),
                f"{one['name']} brings {Decimal(one['share']) * 100:.0f} %",
                f"{money(Decimal(one['amount']), books.currency)} of the income of twelve months "
                "came from one customer.", Decimal(one["amount"]),
            )  # fmt: skip
    part = Decimal(figures["supplier_share"])
    if part > options.supplier_share:
        spent = sum((Decimal(one["amount"]) for one in figures["suppliers"]), Decimal())
        yield _remark(
            books, ("suppliers",), f"Five suppliers have {part * 100:.0f} % of the costs",
            f"{money(spent, books.currency)} of twelve months went to them.", spent,
        )  # fmt: skip


def _remark(books: Books, key: tuple[str, ...], title: str, text: str, amount: Decimal) -> Finding:
    return Finding(
        key=(*key, f"{books.as_of:%Y-%m}"),
        title=title,
        text=text,
        fix="Take it up with the client; the books themselves may be right.",
        amount=amount,
        currency=books.currency,
        since=books.as_of,
        facts={"What": title, "Amount": amount},
    )
