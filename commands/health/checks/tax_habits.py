"""Codes that a contact has now and nearly never had before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, Subquery, case, func, select

from commands.health.books.accounts import named
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
)
from commands.health.reckoning.coding import PURCHASES, SALES, direction, latest
from commands.health.samples import account, bill, contact, day, line
from commands.health.words import count
from providers.books import LedgerTaxRate
from storage.models import ledger
from storage.types import Money

DOCUMENTS_SHOWN = 3  # for each code
MOST = 20_000
WAYS = {"account": "Account", "tax_rate": "Tax rate"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxHabitsOptions(Options):
    """What makes a habit."""

    months: int = field(default=12, metadata={"label": "Months before the period to learn from"})
    lines: int = field(default=5, metadata={"label": "Lines in them, at least"})
    usual_share: Decimal = field(
        default=Decimal("0.9"), metadata={"label": "Share of them with the same code, at least"}
    )
    serious_share: Decimal = field(
        default=Decimal("0.05"), metadata={"label": "Serious from this share of the period's lines"}
    )


PENS = (
    contact("c1", "Paper & Pens"),
    account("400", "Advertising"),
    account("461", "Printing"),
    LedgerTaxRate(source="TaxRates", remote_id="INPUT2", name="20 % on expenses"),
    LedgerTaxRate(source="TaxRates", remote_id="NONE", name="No VAT"),
)
BEFORE = tuple(
    bill(f"b{month}", line("50", "461"), date=day(month, 5)) for month in (1, 2, 3, 4, 5)
)


class TaxHabits(Check[TaxHabitsOptions]):
    """Contacts whose lines have another account or tax rate than nearly all of them had before.

    Why: somebody who was paid for printing forty times is seldom paid for advertising; it is the
    likeliest place for a wrong code, and with it for wrong tax.

    Fix: open the documents and correct the lines, or dismiss it if these were different. What is
    mixed all the time is in Multi-coded contacts.
    """

    code = "tax-habits"
    title = "Unexpected account or tax rate"
    group = Group.TAX
    options = TaxHabitsOptions
    examples = (
        Example(
            records=(*PENS, *BEFORE, bill("x", line("50", "400"))),
            finds=("Paper & Pens",),
            amounts=("50",),
            level=Level.ERROR,
        ),
        Example(  # both at once
            records=(
                *PENS, *BEFORE,
                bill("x", line("50", "400", tax_rate="NONE", tax=Decimal())),
                *(bill(f"y{of_month}", *[line("50", "461")] * 2, date=day(6, of_month))
                  for of_month in range(1, 25)),
            ),
            finds=("Paper & Pens", "Paper & Pens"),
            level=Level.WARNING,
        ),
        Example(records=(*PENS, *BEFORE, bill("x", line("50", "461"))), level=Level.FINE),
        Example(  # four are no habit, nor is a contact that mixes
            records=(
                *PENS,
                *BEFORE[1:],
                bill("x", line("50", "400")),
                *(bill(f"m{of_month}", line("50", "461"), line("50", "400"),
                       date=day(5, of_month), contact_id="c2") for of_month in (1, 2, 3)),
                bill("y", line("50", "463"), contact_id="c2"),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                contact("vendor:1", "Flour Mill", source="Vendor"),
                account("6100", "Job materials", source="Account"),
                account("6200", "Repairs", source="Account"),
                *(
                    bill(f"b{month}", line("9", None, account_id="id-6100", tax_rate="5"),
                         source="Bill", contact_id="vendor:1", date=day(month, 5))
                    for month in (1, 2, 3, 4, 5)
                ),
                bill("x", line("9", None, account_id="id-6200", tax_rate="5"), source="Bill",
                     contact_id="vendor:1"),
            ),
            provider="quickbooks",
            finds=("Flour Mill",),
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: TaxHabitsOptions) -> Mapping[str, Select[Any]]:
        line = books.entries(*PURCHASES, *SALES)
        now = line.c.date.between(books.period.begin, books.period.end)
        known, rates = books.accounts, books.rows(ledger.tax_rates)
        return {
            "codes": _codes(line, books, months_before(books.period.begin, options.months)),
            "latest": latest(line, books, each=DOCUMENTS_SHOWN, most=MOST),
            "size": select(counted().label("count")).where(now),
            "accounts": select(known.c.remote_id, known.c.code, known.c.name),
            "rates": select(rates.c.remote_id, rates.c.name),
        }

    def find(self, rows: Rows, books: Books, options: TaxHabitsOptions) -> Found:
        names = {
            "account": {row.remote_id: named(row) for row in rows["accounts"]},
            "tax_rate": {row.remote_id: row.name for row in rows["rates"]},
        }
        lines: dict[tuple[str, ...], list[Row[Any]]] = defaultdict(list)
        for row in rows["latest"]:
            for what in WAYS:
                lines[row.contact_id, row.direction, what, getattr(row, what)].append(row)
        findings = []
        for whose, codes in groupby(rows["codes"], key=lambda row: (row.contact_id, row.direction)):
            own = list(codes)
            for what in WAYS:
                for found in _unexpected(own, what, options):
                    here = lines[(*whose, what, found.code)]
                    findings.append(_finding(found, own[0], here, names[what], books))
        return Found(findings=tuple(findings), figures={"lines": rows["size"][0].count})

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: TaxHabitsOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        lines = sum(each.facts["Lines"] for each in opened)
        is_serious = lines >= options.serious_share * figures["lines"]
        level = Level.ERROR if is_serious else Level.WARNING
        return graded(level, count(lines, "line"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Unexpected:
    """A code that lines have now, while `many` of `every` line before had the usual one."""

    what: str
    code: str
    usual: str
    lines: int
    net: Decimal
    many: int
    every: int


def _codes(line: Subquery, books: Books, since: date) -> Select[Any]:
    """How often contacts that are active and mixed had each account with each tax rate, before the
    period and in it. No joins of lines: a database that has not counted them would plan badly."""
    told = select(
        line.c.contact_id,
        direction(line.c.kind).label("direction"),
        line.c.account,
        line.c.tax_rate,
        (line.c.date >= books.period.begin).label("is_now"),
        line.c.base_net,
    ).where(line.c.contact_id.is_not(None), line.c.date.between(since, books.period.end))
    each = told.subquery("each")
    grouped = (
        select(
            each.c.contact_id,
            each.c.direction,
            each.c.account,
            each.c.tax_rate,
            func.sum(case((each.c.is_now, 0), else_=1)).label("before"),
            func.sum(case((each.c.is_now, 1), else_=0)).label("now"),
            func.sum(case((each.c.is_now, func.abs(each.c.base_net, type_=Money())))).label("net"),
        )
        .group_by(each.c.contact_id, each.c.direction, each.c.account, each.c.tax_rate)
        .subquery("grouped")
    )
    whose = (grouped.c.contact_id, grouped.c.direction)
    wide = select(
        *grouped.c,
        func.sum(grouped.c.now).over(partition_by=whose).label("here"),
        counted().over(partition_by=whose).label("codes"),
    ).subquery("wide")
    contacts = books.contacts
    return (
        select(*wide.c, contacts.c.name)
        .outerjoin(contacts, contacts.c.remote_id == wide.c.contact_id)
        .where(wide.c.here > 0, wide.c.codes > 1)
        .order_by(wide.c.contact_id, wide.c.direction)
    )  # fmt: skip


def _unexpected(
    rows: Sequence[Row[Any]], what: str, options: TaxHabitsOptions
) -> Iterator[_Unexpected]:
    before: dict[str, int] = {}
    for row in rows:
        code = getattr(row, what)
        if code is not None:
            before[code] = before.get(code, 0) + row.before
    every = sum(before.values())
    usual = max(before, key=lambda code: (before[code], code), default=None)
    if usual is None or every < options.lines or before[usual] < options.usual_share * every:
        return
    for code in sorted(before.keys() - {usual}):
        here = [row for row in rows if getattr(row, what) == code and row.now]
        if here:
            yield _Unexpected(
                what=what,
                code=code,
                usual=usual,
                lines=sum(row.now for row in here),
                net=sum((row.net for row in here), Decimal()),
                many=before[usual],
                every=every,
            )


def _finding(
    found: _Unexpected, contact_row: Row[Any], lines: Sequence[Row[Any]],
    names: Mapping[str, str], books: Books,
) -> Finding:  # fmt: skip
    code, usual = names.get(found.code, found.code), names.get(found.usual, found.usual)
    since = min((row.date for row in lines), default=books.period.begin)
    documents = dict.fromkeys((row.source, row.document_id) for row in lines)
    way = WAYS[found.what]
    return Finding(
        key=(contact_row.contact_id, contact_row.direction, found.what, found.code,
             f"{books.period.end:%Y-%m}"),
        title=contact_row.name or "No contact",
        text=f"{count(found.lines, 'line')} of {contact_row.direction} with {way.lower()} {code}; "
        f"before, {found.many:,} of {found.every:,} had {usual}.",
        fix="Open it and correct the line, or dismiss it if this one was different.",
        records=tuple(Record(source=source, remote_id=own) for source, own in documents),
        amount=found.net,
        currency=books.currency,
        since=since,
        is_locked=any(books.is_locked(row.date) for row in lines),
        facts={
            "Contact": contact_row.name,
            "Direction": contact_row.direction,
            "What": way,
            "Code": code,
            "Usual": usual,
            "Lines": found.lines,
            "Net": found.net,
        },
    )  # fmt: skip
