"""Entertaining of staff and of business partners."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, select

from commands.health.books.accounts import alike, chosen, moved
from commands.health.books.books import Books
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
    graded,
    unavailable,
)
from commands.health.samples import account, bill, contact, day, line
from commands.health.words import count, dated, money
from providers.books import DocumentKind

SPENDING = (DocumentKind.BILL, DocumentKind.MONEY_OUT)


@dataclass(frozen=True, kw_only=True, slots=True)
class EntertainmentOptions(Options):
    """Which accounts, and how many people."""

    employees: int = field(default=0, metadata={"label": "Number of employees (0 = not looked at)"})
    staff_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts of staff entertaining, by code, name or id"}
    )
    business_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts of business entertaining (else by name)"}
    )
    a_head: Decimal = field(
        default=Decimal(150), metadata={"label": "Free of tax for each employee in a tax year"}
    )
    near_share: Decimal = field(
        default=Decimal("0.8"), metadata={"label": "Near the limit from this share of it"}
    )


CHART = (
    contact("c1", "The Crown"),
    account("420", "Entertainment"),
    account("481", "Staff Welfare"),
)
STAFF = {"employees": 10, "staff_accounts": ["481"]}


def _staff(amount: str, **over: Any) -> Any:
    return bill("s", line(amount, "481"), **over)


class Entertainment(Check[EntertainmentOptions]):
    """Tax on business entertaining, and staff events near £150 a head since 6 April.

    Why: VAT on entertaining business partners cannot be claimed; above £150 a head and year, the
    whole of a staff event is taxed as a benefit.

    Fix: take the tax off business entertaining; for staff, count everybody who may come, or report
    the benefit.
    """

    code = "entertainment"
    title = "Entertainment"
    group = Group.TAX
    options = EntertainmentOptions
    facts = (
        Figure(label="On business in the period", name="business", kind=Kind.MONEY),
        Figure(label="On staff since 6 April", name="staff", kind=Kind.MONEY),
    )
    examples = (
        Example(
            records=(*CHART, bill("b", line("80", "420"))),
            finds=("The Crown",),
            level=Level.WARNING,
        ),
        Example(
            records=(*CHART, bill("b", line("80", "420", tax=Decimal())), _staff("9000")),
            level=Level.FINE,
        ),
        Example(records=(*CHART, _staff("1199.99")), options=STAFF, level=Level.FINE),
        Example(
            records=(*CHART, _staff("1200")),
            options=STAFF,
            finds=("Staff entertaining",),
            level=Level.WARNING,
        ),
        Example(
            records=(*CHART, _staff("1500.01")),
            options=STAFF,
            finds=("Staff entertaining",),
            level=Level.ERROR,
        ),
        Example(  # of the tax year before
            records=(*CHART, _staff("9000", date=day(4, 5))), options=STAFF, level=Level.FINE
        ),
        Example(
            records=(
                contact("vendor:1", "The Crown", source="Vendor"),
                account("6300", "Hospitality", report_code="Entertainment", source="Account"),
                bill("b", line("80", None, account_id="id-6300"), source="Bill",
                     contact_id="vendor:1"),
            ),
            provider="quickbooks",
            finds=("The Crown",),
        ),
        Example(records=(), country="AU", level=Level.NOT_AVAILABLE),
    )  # fmt: skip

    def missing(self, books: Books, options: EntertainmentOptions) -> Verdict | None:
        return None if books.country == "GB" else unavailable("for the UK only")

    def queries(self, books: Books, options: EntertainmentOptions) -> Mapping[str, Select[Any]]:
        begin, end = books.period.begin, books.period.end
        business = _business_accounts(books, options)
        own, contacts = books.lines(*SPENDING), books.contacts
        with_tax = (
            select(
                own.c.source, own.c.document_id, own.c.position, own.c.kind, own.c.date,
                own.c.base_net, own.c.base_tax, contacts.c.name, business.c.code,
                business.c.name.label("account_name"),
            )
            .join(business, business.c.remote_id == own.c.account)
            .outerjoin(contacts, contacts.c.remote_id == own.c.contact_id)
            .where(own.c.date.between(begin, end), own.c.base_tax > 0)
            .order_by(own.c.base_tax.desc(), own.c.document_id, own.c.position)
        )  # fmt: skip
        spent = moved(books, business)
        asked: dict[str, Select[Any]] = {
            "tax": with_tax,
            "business": select(func.sum(spent.c.posted).label("amount")).where(
                spent.c.date.between(begin, end)
            ),
        }
        if options.employees and options.staff_accounts:
            staff = moved(books, chosen(books, options.staff_accounts))
            asked["staff"] = select(func.sum(staff.c.posted).label("amount")).where(
                staff.c.date.between(tax_year_begin(books.as_of), books.as_of)
            )
        return asked

    def find(self, rows: Rows, books: Books, options: EntertainmentOptions) -> Found:
        staff = rows["staff"][0].amount or Decimal() if "staff" in rows else None
        return Found(
            findings=(
                *(_with_tax(row, books) for row in rows["tax"]),
                *_of_staff(staff, books, options),
            ),
            figures={
                "currency": books.currency,
                "business": str(rows["business"][0].amount or 0),
                "staff": str(staff) if staff is not None else None,
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: EntertainmentOptions
    ) -> Verdict:
        business = money(Decimal(figures["business"]), figures["currency"])
        says = f"{business} on business"
        if figures["staff"] is not None:
            a_head = Decimal(figures["staff"]) / options.employees
            says += f", {money(a_head, figures['currency'])} a head on staff"
        level = Level.FINE
        if opened:
            level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
            says += f", {count(len(opened), 'remark')}"
        return graded(level, says)


def tax_year_begin(day: date) -> date:
    """Of employees in the UK: 6 April."""
    begin = day.replace(month=4, day=6)
    return begin if begin <= day else begin.replace(year=day.year - 1)


def _business_accounts(books: Books, options: EntertainmentOptions) -> Any:
    if options.business_accounts:
        return chosen(books, options.business_accounts)
    looks = alike(
        books,
        names=("entertain",),
        reports=("EXP.ADM.ENT", "Entertainment", "EntertainmentMeals"),
        classes=("EXPENSE",),
    )
    staff = [word.strip() for word in options.staff_accounts]
    # an account without a code is none of those that were named by theirs
    is_staff = (
        func.coalesce(looks.c.code, "").in_(staff)
        | looks.c.remote_id.in_(staff)
        | looks.c.name.in_(staff)
        | func.lower(looks.c.name).contains("staff")
    )
    return select(looks).where(~is_staff).subquery("business")


def _with_tax(row: Row[Any], books: Books) -> Finding:
    account_name = row.account_name
    shown = f"{row.code} {account_name}" if row.code else account_name
    return Finding(
        key=("business", row.source, row.document_id, str(row.position)),
        title=row.name or "No contact",
        text=f"{row.kind.capitalize()} of {dated(row.date)}: "
        f"{money(row.base_tax, books.currency)} of tax on {shown} cannot be claimed.",
        fix="Take the tax off the line, or move it if it was not entertaining.",
        records=(Record(source=row.source, remote_id=row.document_id),),
        amount=row.base_tax,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Contact": row.name,
            "Date": row.date,
            "Account": shown,
            "Net": row.base_net,
            "Tax": row.base_tax,
        },
    )


def _of_staff(
    spent: Decimal | None, books: Books, options: EntertainmentOptions
) -> Iterator[Finding]:
    if spent is None:
        return
    limit, begin = options.a_head * options.employees, tax_year_begin(books.as_of)
    if spent < options.near_share * limit:
        return
    is_above = spent > limit
    a_head = money(spent / options.employees, books.currency)
    yield Finding(
        key=("staff", begin.isoformat(), "above" if is_above else "near"),
        title="Staff entertaining",
        text=f"{a_head} a head for {count(options.employees, 'employee')} since {dated(begin)}; "
        f"{money(options.a_head, books.currency)} is free of tax.",
        fix="Count everybody who may come to the events, or report the benefit.",
        amount=spent,
        currency=books.currency,
        since=begin,
        is_serious=is_above,
        facts={"Spent": spent, "Employees": options.employees, "Limit": limit},
    )
