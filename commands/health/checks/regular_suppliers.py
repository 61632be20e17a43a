"""Suppliers that cost more than usual."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select

from commands.health.books.accounts import debited
from commands.health.books.books import Books, month_of
from commands.health.books.periods import month_begin, month_end
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
    falling,
)
from commands.health.reckoning.anomalies import Anomaly, Rule, anomalies, limit, regularity
from commands.health.samples import account, bill, contact, day, document, line, money_out
from commands.health.words import count, listed, money
from providers.books import DocumentKind

KINDS = (
    DocumentKind.BILL,
    DocumentKind.BILL_CREDIT,
    DocumentKind.MONEY_OUT,
    DocumentKind.MONEY_IN,  # what suppliers pay back
)
MONTHS = 60
WORST = Decimal("0.2")
SERIES_SHOWN, MONTHS_SHOWN = 10, 24
ACCOUNT = "account"  # begins the key of a finding on one
IN_A_ROW = 6  # months with costs, for the next one without to be missed


class By(StrEnum):
    """Whose costs are compared."""

    SUPPLIERS = "suppliers"
    ACCOUNTS = "accounts"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class RegularSuppliersOptions(Options):
    """What counts as higher than normal."""

    higher_share: Decimal = field(
        default=Decimal("0.2"), metadata={"label": "Higher by this share of the usual at least"}
    )
    higher_amount: Decimal = field(
        default=Decimal(50), metadata={"label": "Higher by this amount at least"}
    )
    months_before: int = field(
        default=0, metadata={"label": "Months before the period that are looked at too"}
    )
    with_missing: bool = field(
        default=False, metadata={"label": "Tell of monthly costs that are missing too"}
    )
    by: By = field(default=By.SUPPLIERS, metadata={"label": "Look at suppliers, accounts or both"})


def _monthly(*amounts: str, last: int = 6, **over: Any) -> tuple[Any, ...]:
    """A bill a month up to the last of this year."""
    first = month_begin(day(last, 1), 1 - len(amounts))
    return tuple(
        bill(f"b{place}", line(amount), date=month_begin(first, place), **over)
        for place, amount in enumerate(amounts)
    )  # fmt: skip


COST = account("400", "Advertising")
ENERGY = contact("c1", "Northern Energy")


class RegularSuppliers(Check[RegularSuppliersOptions]):
    """Suppliers whose costs in a month of the period are higher than normal for them.

    Why: a price that went up, a bill entered twice or something coded to the wrong supplier shows
    first as a month that is unlike the others.

    Fix: look at the supplier's bills of the month. Dismiss the month if it is right: others stay.
    A month stands out above the median of five years by three deviations, and by a fifth at least.
    """

    code = "regular-suppliers"
    title = "Cost analysis"
    group = Group.INSIGHTS
    weight = 10
    options = RegularSuppliersOptions
    examples = (
        Example(
            records=(COST, ENERGY, *_monthly(*["276"] * 50, "383", "437")),
            options={"months_before": 1},
            finds=("Northern Energy", "Northern Energy"),
            level=Level.ERROR,
        ),
        Example(
            records=(COST, ENERGY, *_monthly(*["276"] * 50, "383", "437")),
            finds=("Northern Energy",),
        ),
        Example(
            records=(
                COST,
                *_monthly("270", "281", "276", "250", "290", "276", "300"),
                money_out("rent", line("9000", "820"), date=day(6, 1)),
            ),
            level=Level.FINE,
        ),
        Example(  # half of it came back
            records=(
                COST,
                *_monthly(*["276"] * 8, "500"),
                document(
                    DocumentKind.BILL_CREDIT, "n", line("250"), source="CreditNotes",
                    date=day(6, 20),
                ),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(COST, ENERGY, *_monthly(*["276"] * 8, last=5)),
            options={"with_missing": True},
            finds=("Northern Energy",),
        ),
        Example(records=(COST, *_monthly(*["276"] * 8, last=5)), level=Level.FINE),
        Example(  # two suppliers who are each like ever, and a month of both on one account
            records=(
                COST,
                *_monthly(*["100"] * 8, contact_id="c1"),
                bill("more", line("400"), contact_id="c2", date=day(6, 9)),
            ),
            options={"by": "both"},
            finds=("Advertising",),
            level=Level.WARNING,
        ),
        Example(
            records=(
                account("400", "Cost of goods", source="Account"),
                contact("vendor:1", "Flour Mill", source="Vendor"),
                *_monthly(*["80"] * 6, "200", source="Bill", contact_id="vendor:1"),
            ),
            provider="quickbooks",
            finds=("Flour Mill",),
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: RegularSuppliersOptions) -> Mapping[str, Select[Any]]:
        first = _month_before(books) if options.with_missing else min(_months(books, options))
        asked = {}
        if options.by is not By.ACCOUNTS:
            asked["suppliers"] = _named(
                _by_month(books, "contact_id", *KINDS), books.contacts, first
            )
        if options.by is not By.SUPPLIERS:
            every = _by_month(books, "account", *KINDS, DocumentKind.MANUAL_JOURNAL)
            asked["accounts"] = _named(every, books.accounts, first)
        return asked

    def find(self, rows: Rows, books: Books, options: RegularSuppliersOptions) -> Found:
        asked = _months(books, options)
        findings: list[Finding] = []
        series: dict[str, Mapping[str, str]] = {}
        suppliers = _costs_of(rows.get("suppliers", ()), is_account=False)
        for one in (*suppliers, *_costs_of(rows.get("accounts", ()), is_account=True)):
            own = list(_of(one, asked, books, options))
            findings += own
            if own and len(series) < SERIES_SHOWN:
                series[one.name or ""] = _series(one.amounts, books)
        active = sum(1 for one in suppliers if asked & one.amounts.keys())
        return Found(findings=tuple(findings), figures={"active": active, "series": series})

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: RegularSuppliersOptions,
    ) -> Verdict:
        suppliers = {each.key[0] for each in opened if each.key[0] != ACCOUNT}
        accounts = {each.key[1] for each in opened if each.key[0] == ACCOUNT}
        part, of = len(suppliers), figures["active"]
        share = falling(min(part, of), of, worst=WORST)
        if not opened:
            return Verdict(level=Level.FINE, says="nothing unusual", share=share if of else None)
        at = [count(part, "supplier")] if suppliers else []
        at += [f"on {count(len(accounts), 'account')}"] if accounts else []
        return Verdict(
            level=Level.ERROR if not share else Level.WARNING,
            says=f"{count(len(opened), 'unusual month')} at {listed(at)}".replace("at on", "on"),
            share=share,
        )


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one supplier cost, or what an account took, by month such as 2026-06."""

    remote_id: str
    name: str | None
    source: str | None
    is_account: bool
    amounts: dict[str, Decimal] = field(default_factory=dict)


def _costs_of(rows: Sequence[Row[Any]], *, is_account: bool) -> Sequence[_Cost]:
    found: dict[str, _Cost] = {}
    for row in rows:
        here = found.get(row.who)
        if here is None:
            here = found[row.who] = _Cost(row.who, row.name, row.source, is_account)
        here.amounts[row.month] = row.amount
    return list(found.values())


def _by_month(books: Books, by: str, *kinds: DocumentKind) -> Subquery:
    """Costs of five years by `who`, a column of lines, and month; `latest` is the last that has
    any."""
    own = books.entries(*kinds)
    spent = (
        select(
            own.c[by].label("who"),
            month_of(own.c.date).label("month"),
            debited(own, own.c.base_net).label("amount"),
        )
        .where(
            own.c[by].is_not(None),
            own.c.date.between(month_begin(books.as_of, 1 - MONTHS), books.as_of),
            own.c.account.in_(_costs(books)),
        )
        .subquery(f"spent_{by}")
    )
    by_month = (spent.c.who, spent.c.month)
    latest = func.max(spent.c.month).over(partition_by=spent.c.who).label("latest")
    return (
        select(*by_month, func.sum(spent.c.amount).label("amount"), latest)
        .group_by(*by_month)
        .subquery(f"monthly_{by}")
    )


def _named(monthly: Subquery, known: Subquery, first: str) -> Select[Any]:
    return (
        select(monthly.c.who, monthly.c.month, monthly.c.amount, known.c.name, known.c.source)
        .outerjoin(known, known.c.remote_id == monthly.c.who)
        .where(monthly.c.latest >= first)
        .order_by(monthly.c.who, monthly.c.month)
    )


def _months(books: Books, options: RegularSuppliersOptions) -> frozenset[str]:
    first = month_begin(books.period.begin, -options.months_before)
    last = month_begin(books.as_of)
    number = (last.year - first.year) * 12 + last.month - first.month
    return frozenset(f"{month_begin(first, ahead):%Y-%m}" for ahead in range(number + 1))


def _month_before(books: Books) -> str:
    return f"{month_begin(books.as_of, -1):%Y-%m}"


def _costs(books: Books) -> Select[Any]:
    accounts = books.accounts
    return select(accounts.c.remote_id).where(accounts.c.account_class == "EXPENSE")


def _of(
    supplier: _Cost, asked: frozenset[str], books: Books, options: RegularSuppliersOptions
) -> Iterator[Finding]:
    rule = Rule(share=options.higher_share, least=options.higher_amount)
    for anomaly in anomalies(supplier.amounts, rule):
        if anomaly.month in asked:
            yield _finding(supplier, anomaly, books)
    usual = limit(supplier.amounts, rule)
    if options.with_missing and usual is not None and _is_missing(supplier.amounts, books):
        yield _missing(supplier, usual.usual, books)


def _is_missing(amounts: Mapping[str, Decimal], books: Books) -> bool:
    """Whether the last month of the period has nothing after so many that had."""
    months = [f"{month_begin(books.as_of, -back):%Y-%m}" for back in range(IN_A_ROW + 1)]
    return months[0] not in amounts and all(month in amounts for month in months[1:])


def _series(amounts: Mapping[str, Decimal], books: Books) -> Mapping[str, str]:
    months = [f"{month_begin(books.as_of, back):%Y-%m}" for back in range(1 - MONTHS_SHOWN, 1)]
    return {month: str(amounts.get(month, Decimal())) for month in months}


def _finding(supplier: _Cost, anomaly: Anomaly, books: Books) -> Finding:
    month = date.fromisoformat(f"{anomaly.month}-01")
    spent, usual = money(anomaly.amount, books.currency), money(anomaly.usual, books.currency)
    often = regularity(supplier.amounts, MONTHS)
    return _about(
        supplier, month, books,
        text=f"{month:%B %Y} cost {spent}; {usual} is usual.",
        fix="Look at what was posted to the account in the month." if supplier.is_account
        else "Look at the supplier's bills of the month for a new price or one entered twice.",
        amount=anomaly.amount - anomaly.usual,
        facts={"Amount": anomaly.amount, "Usual": anomaly.usual,
               "Normal up to": anomaly.highest, "How often": often},
    )  # fmt: skip


def _missing(supplier: _Cost, usual: Decimal, books: Books) -> Finding:
    month = month_begin(books.as_of)
    return _about(
        supplier, month, books,
        text=f"{month:%B %Y} has no costs; {money(usual, books.currency)} a month is usual.",
        fix="Ask for the bill, or see whether it was coded elsewhere.",
        amount=usual,
        facts={"Amount": Decimal(), "Usual": usual},
    )  # fmt: skip


def _about(
    supplier: _Cost, month: date, books: Books, *, text: str, fix: str, amount: Decimal,
    facts: Mapping[str, Any],
) -> Finding:  # fmt: skip
    known = supplier.source is not None
    record = Record(source=supplier.source or "", remote_id=supplier.remote_id)
    own = (supplier.remote_id, f"{month:%Y-%m}")
    return Finding(
        key=(ACCOUNT, *own) if supplier.is_account else own,
        title=supplier.name or "No contact",
        text=text,
        fix=fix,
        records=(record,) if known else (),
        amount=amount,
        currency=books.currency,
        since=month,
        is_locked=books.is_locked(month_end(month)),
        facts={
            "Account" if supplier.is_account else "Supplier": supplier.name,
            "Month": f"{month:%B %Y}",
            **facts,
        },
    )
