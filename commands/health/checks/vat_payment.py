"""Whether VAT that fell due was paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select, type_coerce, union_all

from commands.health.books.books import TOLD_AT_BANK, Books
from commands.health.books.periods import (
    Period,
    month_end,
    months_before,
)
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
from commands.health.reckoning.vat import periods_back
from commands.health.reckoning.vat_bases import paid
from commands.health.samples import account, day, invoice, line, money_out, payment
from commands.health.words import count, dated, money
from providers.books import DocumentKind, PaymentKind
from storage.types import Money

TOLERANCE = Decimal("0.02")
MONTHS_TO_PAY = 6  # a payment later than that is for something else
DAYS_AFTER_MONTH = 7  # HMRC takes it a month and a week after the period
LEAST = Decimal(1)
SALES_SIDE = (
    DocumentKind.INVOICE,
    DocumentKind.MONEY_IN,
    DocumentKind.OVERPAYMENT_IN,
    DocumentKind.PREPAYMENT_IN,
    DocumentKind.BILL_CREDIT,
)
BUYING_SIDE = (
    DocumentKind.BILL,
    DocumentKind.MONEY_OUT,
    DocumentKind.OVERPAYMENT_OUT,
    DocumentKind.PREPAYMENT_OUT,
    DocumentKind.INVOICE_CREDIT,
)

VAT = account("820", "VAT", account_class="LIABILITY", system_role="GST")
DUE = invoice("i", line("5000", "200"), date=day(9, 1, 2025))  # 1,000 of the quarter to September
ACCRUAL = {"vat_scheme": "accrual, quarterly"}


def _paid(amount: str, on: date, **over: Any) -> Any:
    return money_out("p", line(amount, "820", tax=None), date=on, **over)


@dataclass(frozen=True, kw_only=True, slots=True)
class VatPaymentOptions(Options):
    """Which periods."""

    starting_month: int = field(
        default=0, metadata={"label": "Month a VAT period starts in (0 = the financial year's)"}
    )
    periods: int = field(default=4, metadata={"label": "Periods looked back on"})


class VatPayment(Check[VatPaymentOptions]):
    """VAT periods whose payment is due, while no payment that fits was reconciled at the bank.

    Why: late VAT costs penalties and interest; a payment coded to something else leaves the VAT
    account wrong.

    Fix: pay it, or find the payment and code it to the VAT account. A payment fits when it is on
    that account, within six months and within two per cent of the estimate. That is the tax on the
    period's documents, on the cash basis on what was paid of them; late claims, imports and
    corrections may make the return differ.
    """

    code = "vat-payment"
    title = "VAT payment"
    group = Group.TAX
    options = VatPaymentOptions
    grid = Grid(
        name="periods",
        columns=(
            Figure(label="Period to", name="end", kind=Kind.DAY),
            Figure(label="VAT, estimated", name="estimate", kind=Kind.MONEY),
            Figure(label="Paid", name="paid", kind=Kind.DAY),
        ),
    )
    examples = (
        Example(
            records=(VAT, DUE, _paid("1019", day(2, 28))), details=ACCRUAL, level=Level.FINE
        ),
        Example(
            records=(VAT, DUE, _paid("1021", day(2, 28))),
            details=ACCRUAL,
            finds=("VAT to 30 September 2025",),
            level=Level.WARNING,
        ),
        Example(  # in the seventh month
            records=(VAT, DUE, _paid("1000", day(4, 2))),
            details=ACCRUAL,
            finds=("VAT to 30 September 2025",),
        ),
        Example(
            records=(VAT, DUE, _paid("1000", day(11, 5, 2025), is_reconciled=False)),
            details=ACCRUAL,
            finds=("VAT to 30 September 2025",),
        ),
        Example(  # one payment is not for two periods
            records=(
                VAT,
                DUE,
                invoice("j", line("5000", "200"), date=day(12, 1, 2025)),
                _paid("1000", day(2, 1)),
            ),
            details=ACCRUAL,
            finds=("VAT to 31 December 2025",),
        ),
        Example(  # due on 7 August
            records=(VAT, invoice("j", line("5000", "200"), date=day(6, 1))),
            details=ACCRUAL,
            level=Level.FINE,
        ),
        Example(  # of the quarter to October
            records=(VAT, DUE, _paid("1000", day(12, 5, 2025))),
            details=ACCRUAL,
            options={"starting_month": 2},
            level=Level.FINE,
        ),
        Example(  # nobody has paid: nothing is due
            records=(VAT, DUE), details={"vat_scheme": "cash, quarterly"}, level=Level.FINE
        ),
        Example(
            records=(
                VAT,
                DUE,
                payment("r", "6000", "i", kind=PaymentKind.RECEIPT, date=day(9, 20, 2025)),
            ),
            details={"vat_scheme": "cash, quarterly"},
            finds=("VAT to 30 September 2025",),
            amounts=("1000",),
        ),
        Example(
            records=(), details={"vat_scheme": "flat rate, cash"}, level=Level.NOT_AVAILABLE
        ),
        Example(records=(), level=Level.NOT_AVAILABLE),
        Example(records=(), provider="quickbooks", level=Level.NOT_AVAILABLE),
        Example(records=(), country="IE", level=Level.NOT_AVAILABLE),
    )  # fmt: skip

    def missing(self, books: Books, options: VatPaymentOptions) -> Verdict | None:
        scheme = books.details.get("vat_scheme")
        if books.country != "GB":
            return unavailable("for the UK only")
        if books.provider == "quickbooks":
            return unavailable("QuickBooks keeps payments of tax apart from its bank transactions")
        if not scheme:
            return unavailable("not registered for VAT")
        if "flat rate" in scheme:
            return unavailable("on the flat rate scheme see VAT return for what is due")
        return None

    def queries(self, books: Books, options: VatPaymentOptions) -> Mapping[str, Select[Any]]:
        periods = due_periods(books, options)
        begin = periods[0].begin if periods else books.as_of
        is_cash = "cash" in str(books.details.get("vat_scheme"))
        tax = _tax_by_money(books, begin) if is_cash else _tax_by_day(books, begin)
        return {"tax": tax, "paid": _payments(books, begin)}

    def find(self, rows: Rows, books: Books, options: VatPaymentOptions) -> Found:
        left = list(rows["paid"])
        findings: list[Finding] = []
        shown = []
        for period in due_periods(books, options):
            days = [row.amount for row in rows["tax"] if row.date in period]
            estimate = sum(days, Decimal())
            match = next((row for row in left if _fits(estimate, period, row)), None)
            if match is not None:
                left.remove(match)
            paid = match.date.isoformat() if match is not None else None
            shown.append({"end": period.end.isoformat(), "estimate": str(estimate), "paid": paid})
            if match is None and abs(estimate) >= LEAST:
                findings.append(_finding(period, estimate, books))
        return Found(findings=tuple(findings), figures={"periods": shown})

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: VatPaymentOptions
    ) -> Verdict:
        level = Level.WARNING if opened else Level.FINE
        says = f"{count(len(opened), 'period')} without a payment" if opened else "nothing missing"
        return graded(level, says)


def is_payment_of(estimate: Decimal, period_end: date, *, paid: Decimal, on: date) -> bool:
    """Whether this can be the payment of so much VAT; both are negative for a refund."""
    last = months_before(period_end, -MONTHS_TO_PAY)
    return period_end < on <= last and abs(paid - estimate) <= TOLERANCE * abs(estimate)


def _fits(estimate: Decimal, period: Period, row: Row[Any]) -> bool:
    return is_payment_of(estimate, period.end, paid=row.amount, on=row.date)


def due_periods(books: Books, options: VatPaymentOptions) -> list[Period]:
    """The latest VAT periods whose payment is due by now, oldest first."""
    every = periods_back(books, options.starting_month, options.periods + 1)
    ended = [each for each in every if _due(each) < books.today]
    return ended[: options.periods][::-1]


def _due(period: Period) -> date:
    return month_end(period.end, 1) + timedelta(days=DAYS_AFTER_MONTH)


def _tax_by_day(books: Books, begin: date) -> Select[Any]:
    """Tax on sales less tax on purchases."""
    own, line = books.documents(*SALES_SIDE, *BUYING_SIDE), books.lines(DocumentKind.MANUAL_JOURNAL)
    tax = books.base(own.c.tax, own)
    signed = type_coerce(case((own.c.kind.in_(BUYING_SIDE), -tax), else_=tax), Money())
    within = (begin, books.today)
    every = union_all(
        select(own.c.date, signed.label("amount")).where(
            own.c.date.between(*within), own.c.tax != 0, own.c.source.not_in(TOLD_AT_BANK)
        ),
        select(line.c.date, (-line.c.base_tax).label("amount")).where(
            line.c.date.between(*within), line.c.tax != 0
        ),
    ).subquery("every")
    return select(every.c.date, func.sum(every.c.amount).label("amount")).group_by(every.c.date)


def _tax_by_money(books: Books, begin: date) -> Select[Any]:
    """The same on the cash basis."""
    own = paid(books)
    signed = case((own.c.is_sale, own.c.tax), else_=-own.c.tax)
    return (
        select(own.c.date, func.sum(signed).label("amount"))
        .where(own.c.date.between(begin, books.today))
        .group_by(own.c.date)
    )


def _payments(books: Books, begin: date) -> Select[Any]:
    """What was reconciled at the bank and is on the VAT account; refunds are negative."""
    known = books.accounts
    vat = (
        select(known)
        .where(or_(known.c.system_role == "GST", known.c.report_code.startswith("LIA.CUR.TAX.VAT")))
        .subquery("vat")
    )
    own = books.entries(DocumentKind.MONEY_OUT, DocumentKind.MONEY_IN, accounts=vat)
    head = books.documents(DocumentKind.MONEY_OUT, DocumentKind.MONEY_IN)
    signed = case((own.c.kind == DocumentKind.MONEY_IN, -own.c.base_net), else_=own.c.base_net)
    same = and_(head.c.source == own.c.source, head.c.remote_id == own.c.document_id)
    return (
        select(own.c.document_id, own.c.date, func.sum(signed).label("amount"))
        .join(head, same)
        .where(head.c.is_reconciled, own.c.date >= begin)
        .group_by(own.c.document_id, own.c.date)
        .order_by(own.c.date, own.c.document_id)
    )


def _finding(period: Period, estimate: Decimal, books: Books) -> Finding:
    due = _due(period)
    about = money(abs(estimate), books.currency)
    owed = (
        f"About {about} was due by {dated(due)}" if estimate > 0 else f"About {about} is owed back"
    )
    return Finding(
        key=(period.end.isoformat(),),
        title=f"VAT to {dated(period.end)}",
        text=f"{owed}, and no reconciled bank transaction on the VAT account fits.",
        fix="Pay it, or find the payment and code it to the VAT account.",
        amount=abs(estimate),
        currency=books.currency,
        since=due,
        facts={"Period to": period.end, "Estimate": estimate, "Due": due},
    )
