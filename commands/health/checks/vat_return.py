"""What the VAT returns come to by the books, and how much of the sales the VAT on them is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select

from commands.health.books.books import TOLD_AT_BANK, Books, month_of
from commands.health.books.periods import Period
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
    unconfigured,
)
from commands.health.reckoning.vat import length, periods_back
from commands.health.reckoning.vat_bases import BACK, SALES, documented, paid
from commands.health.samples import bill, day, document, invoice, line, payment
from commands.health.words import dated, money, stake
from providers.books import DocumentKind, PaymentKind
from storage.models import ledger

OUTSIDE = ("NONE", "No VAT")  # key in Xero, name in QuickBooks, of what is no supply at all
FEWEST = 2  # earlier periods, for the last one to be compared with


class Basis(StrEnum):
    """What decides in which period a document counts."""

    AS_TOLD = "as the ledger tells"
    ACCRUAL = "accrual"
    CASH = "cash"


@dataclass(frozen=True, kw_only=True, slots=True)
class VatReturnOptions(Options):
    """The scheme, which periods, and what is unlike the others."""

    basis: Basis = field(default=Basis.AS_TOLD, metadata={"label": "Basis of the VAT return"})
    flat_rate: Decimal = field(
        default=Decimal(), metadata={"label": "Flat rate in per cent (0 = not on that scheme)"}
    )

    starting_month: int = field(
        default=0, metadata={"label": "Month a VAT period starts in (0 = the financial year's)"}
    )
    periods: int = field(default=5, metadata={"label": "Periods that are over, shown"})
    differs: Decimal = field(
        default=Decimal("0.05"),
        metadata={"label": "Tell when VAT is this share of sales more or less than before"},
    )


def _sold(month: int, rate: str = "OUTPUT2", tax: str = "200", year: int = 2026) -> Any:
    own = line("1000", "200", tax_rate=rate, tax=Decimal(tax))
    return invoice(f"{rate}{year}{month}", own, date=day(month, 1, year))


class VatReturn(Check[VatReturnOptions]):
    """The boxes of each VAT period as the documents make them, the running one too, and how much of
    the sales (box 6) the VAT on them (box 1) is.

    Why: a share that is unlike the periods before is a tax rate that was chosen wrongly, or sales
    of another kind; both are cheaper to find before the return is sent.

    Fix: look at the sales of the period by tax rate. The estimate leaves out journals, imports,
    reverse charges and late claims. On the cash basis it goes by what was paid and received, and
    box 6 has sales outside the scope of VAT too; on the flat rate it is that share of sales with
    VAT. What was filed with HMRC is not told to other software without an agent's sign-in.
    """

    code = "vat-return"
    title = "VAT return"
    group = Group.TAX
    options = VatReturnOptions
    facts = (Figure(label="Basis", name="basis"),)
    grid = Grid(
        name="periods",
        columns=(
            Figure(label="Period to", name="end", kind=Kind.DAY),
            Figure(label="Box 1, on sales", name="sales_tax", kind=Kind.MONEY),
            Figure(label="Box 4, reclaimed", name="buying_tax", kind=Kind.MONEY),
            Figure(label="Box 5, to pay", name="due", kind=Kind.MONEY),
            Figure(label="Box 6, sales", name="sales", kind=Kind.MONEY),
            Figure(label="Box 1 of 6", name="share", kind=Kind.SHARE),
        ),
    )
    examples = (
        Example(
            records=(
                *(_sold(month) for month in (7, 10)),
                *(_sold(month, year=2025) for month in (7, 10)),
                _sold(2),
                _sold(5),
                bill("b", date=day(5, 9)),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                *(_sold(month, year=2025) for month in (7, 10)),
                _sold(2),
                _sold(5),
                _sold(6, "ZERORATEDOUTPUT", "0"),
                _sold(4, "NONE", "0"),
            ),
            finds=("VAT return to 30 June 2026",),
            level=Level.WARNING,
            amounts=("200",),
        ),
        Example(
            records=(
                *(_sold(month, year=2025) for month in (7, 10)),
                _sold(5),
                document(
                    DocumentKind.INVOICE_CREDIT, "n", line("1000", "200"), source="CreditNotes",
                    date=day(5, 9),
                ),
            ),
            level=Level.FINE,
        ),
        Example(records=(_sold(5), _sold(6, "ZERORATEDOUTPUT", "0")), level=Level.FINE),
        Example(records=(), level=Level.NOT_AVAILABLE),
        Example(records=(_sold(5),), country="IE", level=Level.NOT_AVAILABLE),
        Example(
            records=(_sold(5),), details={"vat_scheme": "cash, quarterly"},
            level=Level.NOT_AVAILABLE,  # nobody has paid yet
        ),
        Example(
            records=(_sold(5), payment("p", "1200", "OUTPUT220265", kind=PaymentKind.RECEIPT)),
            details={"vat_scheme": "cash, quarterly"},
            level=Level.FINE,
        ),
        Example(
            records=(_sold(5),), details={"vat_scheme": "flat rate, accrual, quarterly"},
            level=Level.NOT_CONFIGURED,
        ),
        Example(
            records=(_sold(5),), details={"vat_scheme": "flat rate, accrual, quarterly"},
            options={"flat_rate": "12.5"}, level=Level.FINE,
        ),
        Example(
            records=(
                invoice("i", line("1000", None, tax_rate="5"), source="Invoice", date=day(5, 9)),
            ),
            provider="quickbooks",
            level=Level.FINE,
        ),
    )  # fmt: skip

    def missing(self, books: Books, options: VatReturnOptions) -> Verdict | None:
        if books.country != "GB":
            return unavailable("for the UK only")
        if "flat rate" in _told(books) and not options.flat_rate:
            return unconfigured(f"enter the flat rate: {books.software} does not tell it")
        return None

    def queries(self, books: Books, options: VatReturnOptions) -> Mapping[str, Select[Any]]:
        begin = _periods(books, options)[-1].begin
        if _is_cash(books, options):
            moved = paid(books)
            return {"tax": _tax(moved, begin), "sales": _received(moved, begin)}
        return {"tax": _tax(documented(books), begin), "sales": _sales(books, begin)}

    def find(self, rows: Rows, books: Books, options: VatReturnOptions) -> Found:
        told = [_return(rows, period, options) for period in _periods(books, options)]
        over = [each for each in told if each.period.end < books.today]
        return Found(
            findings=tuple(_unlike(over, books, options)),
            figures={
                "currency": books.currency,
                "basis": _basis(books, options),
                "periods": [each.figures() for each in told],
                "is_empty": not any(each.sales_tax or each.buying_tax for each in told),
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: VatReturnOptions
    ) -> Verdict:
        if figures["is_empty"]:
            return unavailable("no VAT in these books")
        level = Level.WARNING if opened else Level.FINE
        running = figures["periods"][0]
        due = stake(Decimal(running["due"]), figures["currency"])
        end = dated(date.fromisoformat(running["end"]))
        return graded(level, f"{due} so far to {end}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Return:
    period: Period
    sales_tax: Decimal
    buying_tax: Decimal
    sales: Decimal

    @property
    def share(self) -> Decimal | None:
        return round(self.sales_tax / self.sales, 4) if self.sales > 0 else None

    def figures(self) -> dict[str, str | None]:
        return {
            "end": self.period.end.isoformat(),
            "sales_tax": str(self.sales_tax),
            "buying_tax": str(self.buying_tax),
            "due": str(self.sales_tax - self.buying_tax),
            "sales": str(self.sales),
            "share": str(self.share) if self.share is not None else None,
        }


def _periods(books: Books, options: VatReturnOptions) -> list[Period]:
    """The running one, then those that are over, newest first."""
    over = periods_back(books, options.starting_month, max(options.periods, 1))
    begin = over[0].end + timedelta(days=1)
    end = begin
    for _ in range(length(books)):
        end = (end.replace(day=28) + timedelta(days=4)).replace(day=1)
    return [Period(begin=begin, end=end - timedelta(days=1)), *over]


def _told(books: Books) -> str:
    return str(books.details.get("vat_scheme") or "")


def _is_cash(books: Books, options: VatReturnOptions) -> bool:
    if options.basis is Basis.AS_TOLD:
        return "cash" in _told(books)
    return options.basis is Basis.CASH


def _basis(books: Books, options: VatReturnOptions) -> str:
    basis = Basis.CASH if _is_cash(books, options) else Basis.ACCRUAL
    flat = f", flat rate {options.flat_rate.normalize():f} %" if options.flat_rate else ""
    return f"{basis}{flat}"


def _return(rows: Rows, period: Period, options: VatReturnOptions) -> _Return:
    months = (f"{period.begin:%Y-%m}", f"{period.end:%Y-%m}")
    tax = [row for row in rows["tax"] if months[0] <= row.month <= months[1]]
    sold = [row.amount for row in rows["sales"] if months[0] <= row.month <= months[1]]
    charged = sum((row.amount for row in tax if row.is_sale), Decimal())
    net = sum(sold, Decimal())
    if options.flat_rate:
        gross = net + charged
        due = round(gross * options.flat_rate / 100, 2)
        return _Return(period=period, sales_tax=due, buying_tax=Decimal(), sales=gross)
    reclaimed = sum((row.amount for row in tax if not row.is_sale), Decimal())
    return _Return(period=period, sales_tax=charged, buying_tax=reclaimed, sales=net)


def _tax(moved: Subquery, begin: date) -> Select[Any]:
    month = month_of(moved.c.date).label("month")
    by_month = (
        select(month, moved.c.is_sale, moved.c.tax)
        .where(moved.c.date >= begin, moved.c.tax != 0)
        .subquery("by_month")
    )
    by = (by_month.c.month, by_month.c.is_sale)
    return select(*by, func.sum(by_month.c.tax).label("amount")).group_by(*by)


def _received(moved: Subquery, begin: date) -> Select[Any]:
    month = month_of(moved.c.date).label("month")
    by_month = (
        select(month, moved.c.net)
        .where(moved.c.date >= begin, moved.c.is_sale)
        .subquery("by_month")
    )
    total = func.sum(by_month.c.net).label("amount")
    return select(by_month.c.month, total).group_by(by_month.c.month)


def _sales(books: Books, begin: date) -> Select[Any]:
    own, rates = books.entries(*SALES), books.rows(ledger.tax_rates)
    moved = (
        select(
            month_of(own.c.date).label("month"),
            case((own.c.kind.in_(BACK), -own.c.base_net), else_=own.c.base_net).label("amount"),
        )
        .outerjoin(rates, rates.c.remote_id == own.c.tax_rate)
        .where(own.c.date >= begin, own.c.source.not_in(TOLD_AT_BANK))
        .where(own.c.tax_rate.is_not(None), _is_supply(own.c.tax_rate, rates.c.name))
        .subquery("moved")
    )
    total = func.sum(moved.c.amount).label("amount")
    return select(moved.c.month, total).group_by(moved.c.month)


def _is_supply(key: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(key.not_in(OUTSIDE), or_(name.is_(None), name.not_in(OUTSIDE)))


def _unlike(over: Sequence[_Return], books: Books, options: VatReturnOptions) -> Iterator[Finding]:
    """The last period that is over, where its share is not that of the others."""
    last, *earlier = over
    known = [each for each in earlier if each.share is not None]
    if last.share is None or len(known) < FEWEST:
        return
    sales = sum((each.sales for each in known), Decimal())
    usual = sum((each.sales_tax for each in known), Decimal()) / sales
    if abs(last.share - usual) < options.differs:
        return
    end = last.period.end
    yield Finding(
        key=(end.isoformat(),),
        title=f"VAT return to {dated(end)}",
        text=f"VAT is {last.share * 100:.0f} % of the sales, {usual * 100:.0f} % in the periods "
        f"before: {money(last.sales_tax, books.currency)} of {money(last.sales, books.currency)}.",
        fix="Look at the sales of the period by tax rate.",
        amount=round(abs(last.sales_tax - usual * last.sales), 2),
        currency=books.currency,
        since=end,
        facts={
            "Period to": end,
            "Box 1": last.sales_tax,
            "Box 6": last.sales,
            "Share": f"{last.share:.1%}",
            "Before": f"{usual:.1%}",
        },
    )
