"""What was put where nobody knew better: suspense, uncategorised, "ask my accountant"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, select

from commands.health.books.accounts import alike, chosen, coded, named
from commands.health.books.books import Books
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
from commands.health.samples import account, bill, contact, day, journal, line, money_out
from commands.health.words import count, dated, money, stake
from storage.models import ledger

LASTING = ("ASSET", "LIABILITY", "EQUITY")
CLASSES = (*LASTING, "REVENUE", "EXPENSE", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspensePostingsOptions(Options):
    """Which accounts are meant."""

    names: tuple[str, ...] = field(
        default=(
            *("suspense", "uncategorised", "uncategorized", "ask my accountant", "unallocated"),
            *("unclassified", "to be allocated", "opening balance equity"),
        ),
        metadata={"label": "Words in the names of such accounts"},
    )
    accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "The accounts themselves, by code or name, if names mislead"}
    )
    serious_days: int = field(
        default=90, metadata={"label": "Serious beyond this many days of the oldest"}
    )
    listed: int = field(default=200, metadata={"label": "Lines listed for each account, at most"})


class SuspensePostings(Check[SuspensePostingsOptions]):
    """Lines of the period in suspense, uncategorised and "ask my accountant" accounts, and balances
    that such accounts carry on. An account that was cleared to nought again is fine.

    Why: nobody knows yet what these are, so profit, tax and the balance sheet are guesses.

    Fix: find out what each was for, and recode it.
    """

    code = "suspense-postings"
    title = "Suspense and uncategorised"
    group = Group.CLEANUP
    options = SuspensePostingsOptions
    examples = (
        Example(
            records=(
                contact("c1", "Unknown Ltd"),
                account("850", "Suspense", account_type="CURRLIAB", account_class="LIABILITY"),
                money_out("m1", line("120", code="850"), date=day(6, 10)),
                money_out("m2", line("50", code="400"), date=day(6, 10)),
            ),
            finds=("Unknown Ltd",),
            level=Level.WARNING,
        ),
        Example(
            records=(
                account("850", "Suspense", account_type="CURRLIAB", account_class="LIABILITY"),
                money_out("m1", line("120", code="850"), date=day(1, 10)),
            ),
            finds=("850 Suspense",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                account("850", "Suspense", account_type="CURRLIAB", account_class="LIABILITY"),
                account("851", "Suspended lights"),
                money_out("m1", line("120", code="850"), date=day(6, 10)),
                journal("j1", line("-120", code="850"), line("120"), date=day(6, 12)),
                bill("b1", line("9", code="851")),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(account("999", "What is it"), bill("b1", line("9", code="999"))),
            options={"accounts": ("999",)},
            finds=("999 What is it",),
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("vendor:1", "Someone", source="Vendor"),
                account("31", "Uncategorized Expense", source="Account", account_type="Expense"),
                money_out(
                    "1",
                    line(code=None, account_id="id-31"),
                    source="Purchase",
                    contact_id="vendor:1",
                ),
            ),
            finds=("Someone",),
        ),
    )

    def queries(self, books: Books, options: SuspensePostingsOptions) -> Mapping[str, Select[Any]]:
        if options.accounts:
            own = chosen(books, options.accounts)
        else:
            own = alike(books, names=[name.lower() for name in options.names], classes=CLASSES)
        every = coded(books, own)
        there = select(every).where(every.c.date <= books.as_of).subquery("there")
        is_now = there.c.date >= books.period.begin
        place = func.row_number().over(
            partition_by=there.c.account,
            order_by=(there.c.date.desc(), there.c.document_id, there.c.position),
        )
        here = select(there, place.label("place")).where(is_now).subquery("here")
        who, line = books.contacts, ledger.lines
        return {
            "accounts": select(
                own.c.source, own.c.remote_id, own.c.code, own.c.name, own.c.account_class,
                func.sum(there.c.posted).label("balance"),
                func.sum(case((is_now, there.c.posted))).label("now"),
                func.count(case((is_now, 1))).label("many"),
                func.min(there.c.date).label("first"), func.max(there.c.date).label("last"),
            )
            .join(there, there.c.account == own.c.remote_id)
            .group_by(own.c.source, own.c.remote_id, own.c.code, own.c.name, own.c.account_class)
            .order_by(own.c.code, own.c.name),
            "lines": select(
                here.c.account, here.c.source, here.c.document_id, here.c.position, here.c.date,
                line.c.description, here.c.posted, who.c.name.label("contact"),
            )
            .join(line, and_(
                line.c.organisation_id == books.organisation_id, line.c.source == here.c.source,
                line.c.document_id == here.c.document_id, line.c.position == here.c.position,
            ))
            .outerjoin(who, who.c.remote_id == here.c.contact_id)
            .where(here.c.place <= options.listed)
            .order_by(here.c.date.desc(), here.c.document_id, here.c.position),
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: SuspensePostingsOptions) -> Found:
        opened = {row.remote_id: row for row in rows["accounts"] if _is_open(row)}
        lines = [row for row in rows["lines"] if row.account in opened]
        return Found(
            findings=(
                *(_line(row, opened[row.account], books) for row in lines),
                *(
                    _carried(row, books)
                    for row in opened.values()
                    if not row.many or row.many > options.listed
                ),
            ),
            figures={"as_of": books.as_of.isoformat(), "currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: SuspensePostingsOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        days = max(each.facts["Days"] for each in opened)
        level = Level.ERROR if days > options.serious_days else Level.WARNING
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        lines = sum(each.facts["Lines"] for each in opened)
        what = f"{count(lines, 'line')}, " if lines else ""
        says = f"{what}oldest {count(days, 'day')}, {stake(total, figures['currency'])}"
        return graded(level, says)


def _is_open(row: Row[Any]) -> bool:
    return bool(row.balance if row.account_class in LASTING else row.now)


def _line(row: Row[Any], of: Row[Any], books: Books) -> Finding:
    about = f" for “{row.description}”" if row.description else ""
    return Finding(
        key=(row.source, row.document_id, str(row.position)),
        title=row.contact or named(of),
        text=f"{money(abs(row.posted), books.currency)} on {dated(row.date)}{about} is in "
        f"{named(of)}.",
        fix="Find out what it was for and recode it; ask the client if need be.",
        records=(Record(source=row.source, remote_id=row.document_id),),
        amount=abs(row.posted),
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Account": named(of),
            "Contact": row.contact,
            "Date": row.date.isoformat(),
            "Description": row.description,
            "Days": (books.as_of - row.date).days,
            "Lines": 1,
        },
    )


def _carried(row: Row[Any], books: Books) -> Finding:
    """An account with more than its lines of the period tell."""
    amount = row.balance if row.account_class in LASTING else row.now
    return Finding(
        key=("account", row.remote_id),
        title=named(row),
        text=f"Carries {money(amount, books.currency)} on; its last line is of {dated(row.last)}.",
        fix="Go through its transactions, oldest first, and recode them.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(amount),
        currency=books.currency,
        since=row.first,
        is_locked=books.is_locked(row.first),
        facts={
            "Account": named(row),
            "Date": row.first.isoformat(),
            "Days": (books.as_of - row.last).days,
            "Lines": row.many,
        },
    )
