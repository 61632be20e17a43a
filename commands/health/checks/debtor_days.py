"""How long customers take to pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from commands.health.books.aged import CREDITS, RECEIVABLE, owed
from commands.health.books.books import Books
from commands.health.books.periods import months_before
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Group,
    Kind,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    unavailable,
)
from commands.health.samples import contact, day, document, invoice, line
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind, DocumentStatus, LedgerContact

DAYS_A_YEAR = 365
CUSTOMERS_SHOWN = 5


def _sold(remote_id: str, total: str, **over: Any) -> Any:
    return invoice(remote_id, line(total, "200", tax=Decimal()), **over)


def _paid(remote_id: str, total: str, **over: Any) -> Any:
    done = {"status": DocumentStatus.PAID, "due": Decimal()}
    return _sold(remote_id, total, **(done | over))


SLOW: LedgerContact = contact("c1", "Slow Ltd", is_customer=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtorDaysOptions(Options):
    """What is good, and what is bad."""

    good_days: int = field(default=45, metadata={"label": "Fine up to this many days"})
    bad_days: int = field(default=90, metadata={"label": "Serious from this many days"})


class DebtorDays(Check[DebtorDaysOptions]):
    """What customers owe at the reporting date, as days of the sales of the year before it.

    Why: it is how long the business lends to its customers; rising days are the first sign that
    cash will be short, or that receipts are not matched to their invoices.

    Fix: match receipts first, then chase the customers who owe most. Sales are invoices less credit
    notes with their tax; sales straight to the bank are nobody's debt and not counted.
    """

    code = "debtor-days"
    title = "Average debtor days"
    group = Group.INSIGHTS
    weight = 10
    options = DebtorDaysOptions
    facts = (
        Figure(label="Owed", name="owed", kind=Kind.MONEY),
        Figure(label="Sales of twelve months", name="sold", kind=Kind.MONEY),
    )
    examples = (
        Example(
            records=(_sold("a", "36970.22"), _paid("b", "849816.26", date=day(7, 1, 2025))),
            level=Level.FINE,
        ),
        Example(  # 114 days
            records=(SLOW, _sold("a", "312.33"), _paid("b", "687.67", date=day(1, 1))),
            finds=("Slow Ltd",),
            level=Level.ERROR,
        ),
        Example(
            records=(SLOW, _sold("a", "180"), _paid("b", "820", date=day(1, 1))),
            finds=("Slow Ltd",),
            level=Level.WARNING,
        ),
        Example(  # a year ago and a day is not of the year
            records=(_sold("a", "10"), _paid("b", "99999", date=day(6, 30, 2025)), SLOW),
            finds=("Slow Ltd",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                _sold("a", "180", source="Invoice"),
                _paid("b", "820", source="Invoice", date=day(1, 1)),
                document(
                    DocumentKind.INVOICE_CREDIT,
                    "c",
                    line("150", tax=Decimal()),
                    source="CreditMemo",
                ),
            ),
            provider="quickbooks",
            level=Level.FINE,
        ),
        Example(records=(), level=Level.NOT_AVAILABLE),
    )

    def queries(self, books: Books, options: DebtorDaysOptions) -> Mapping[str, Select[Any]]:
        own, at = books.documents(*RECEIVABLE), books.as_of
        signed = case((own.c.kind.in_(CREDITS), -own.c.base_total), else_=own.c.base_total)
        begin = months_before(at, 12) + timedelta(days=1)
        sold = select(func.sum(signed).label("total")).where(own.c.date.between(begin, at))
        due, contacts = owed(books, RECEIVABLE, at), books.contacts
        total = func.sum(due.c.base_owed)
        customers = (
            select(
                due.c.contact_id,
                contacts.c.name,
                contacts.c.source,
                total.label("amount"),
                func.sum(total).over().label("every"),
                func.min(due.c.date).label("since"),
            )
            .outerjoin(contacts, contacts.c.remote_id == due.c.contact_id)
            .group_by(due.c.contact_id, contacts.c.name, contacts.c.source)
            .order_by(total.desc(), due.c.contact_id)
            .limit(CUSTOMERS_SHOWN)
        )
        return {"sold": sold, "customers": customers}

    def find(self, rows: Rows, books: Books, options: DebtorDaysOptions) -> Found:
        sold = rows["sold"][0].total or Decimal()
        customers = rows["customers"]
        due = max(customers[0].every, Decimal()) if customers else Decimal()
        figures = {"owed": str(due), "sold": str(sold), "currency": books.currency}
        if sold <= 0:
            return Found(figures=figures)
        days = debtor_days(due, sold)
        shown = customers if days > options.good_days else ()
        return Found(
            findings=tuple(_finding(row, books, sold, days) for row in shown if row.amount > 0),
            figures=figures | {"days": days},
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: DebtorDaysOptions
    ) -> Verdict:
        if "days" not in figures:
            return unavailable("no sales invoices in twelve months")
        days = figures["days"]
        owed_now = stake(Decimal(figures["owed"]), figures["currency"])
        says = f"{count(days, 'day')}, {owed_now} owed"
        span = max(options.bad_days - options.good_days, 1)
        left = Decimal(options.bad_days - days) / span
        level = Level.FINE
        if days > options.good_days:
            level = Level.ERROR if days >= options.bad_days else Level.WARNING
        return Verdict(level=level, says=says, share=min(max(left, Decimal()), Decimal(1)))


def debtor_days(due: Decimal, sold: Decimal) -> int:
    """What is owed in days of the year's sales."""
    return int((due / sold * DAYS_A_YEAR).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _finding(row: Row[Any], books: Books, sold: Decimal, days: int) -> Finding:
    own = debtor_days(row.amount, sold)
    return Finding(
        key=(row.contact_id or "",),
        title=row.name or "No contact",
        text=f"Owes {money(row.amount, books.currency)} since {dated(row.since)}: "
        f"that is {own} of the {count(days, 'day')}.",
        fix="Match what was paid already, then chase the rest.",
        records=(Record(source=row.source, remote_id=row.contact_id),) if row.source else (),
        amount=row.amount,
        currency=books.currency,
        since=row.since,
        facts={"Customer": row.name, "Owed": row.amount, "Days of all": own},
    )
