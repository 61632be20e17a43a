"""Books that nothing comes into any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from commands.health.books.books import COMING_IN, GOING_OUT, Books
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
    Rows,
    Verdict,
    graded,
)
from commands.health.samples import bill, day, invoice, money_out, payment
from commands.health.words import count, dated, listed
from providers.books import DocumentKind

KINDS = {
    "sales": (DocumentKind.INVOICE,),
    "bills": (DocumentKind.BILL,),
    "bank transactions": (*COMING_IN, *GOING_OUT, DocumentKind.TRANSFER),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class InactivityOptions(Options):
    """How long is too long."""

    days: int = field(default=30, metadata={"label": "Days without anything new"})


class Inactivity(Check[InactivityOptions]):
    """Sales, bills or bank transactions that used to come in and have not for a month.

    Why: a bank feed that stopped, a client who sends nothing, or work that is done elsewhere shows
    here long before the deadline.

    Fix: look at the feed, ask the client, or raise the number of days for a seasonal business.
    """

    code = "inactivity"
    title = "Inactivity"
    group = Group.ACTIVITY
    options = InactivityOptions
    facts = (
        Figure(label="Last sales", name="sales", kind=Kind.DAY),
        Figure(label="Last bills", name="bills", kind=Kind.DAY),
        Figure(label="Last bank transactions", name="bank transactions", kind=Kind.DAY),
    )
    examples = (
        Example(
            records=(bill("b", date=day(5, 30)), invoice("i", date=day(6, 1))),
            finds=("No bills since 30 May 2026",),
            level=Level.WARNING,
        ),
        Example(  # exactly thirty days, and no sales ever
            records=(bill("b", date=day(5, 31)), money_out("m", date=day(6, 30))),
            level=Level.FINE,
        ),
        Example(  # what is paid went through the bank too
            records=(money_out("m", date=day(3, 1)), payment("p", "5", "b", date=day(6, 29))),
            level=Level.FINE,
        ),
        Example(
            records=(
                bill("b", source="Bill", date=day(3, 1)),
                invoice("i", source="Invoice", date=day(4, 1)),
                money_out("m", source="Purchase", date=day(2, 1)),
            ),
            finds=(
                "No bills since 1 March 2026",
                "No sales since 1 April 2026",
                "No bank transactions since 1 February 2026",
            ),
            level=Level.ERROR,
            provider="quickbooks",
        ),
        Example(records=(), level=Level.FINE),
    )

    def queries(self, books: Books, options: InactivityOptions) -> Mapping[str, Select[Any]]:
        # one at a time and only the latest: the index on kind and date has it at its end
        latest = [
            _latest(books.documents(kind), books, what)
            for what, kinds in KINDS.items()
            for kind in kinds
        ]
        latest.append(_latest(books.payments(), books, "bank transactions"))
        every = union_all(*(select(one) for one in latest)).subquery("every")
        return {"latest": select(every.c.what, every.c.date)}

    def find(self, rows: Rows, books: Books, options: InactivityOptions) -> Found:
        latest: dict[str, date] = {}
        for row in rows["latest"]:
            latest[row.what] = max(row.date, latest.get(row.what, row.date))
        return Found(
            findings=tuple(
                _finding(what, last, books)
                for what, last in latest.items()
                if (books.as_of - last).days > options.days
            ),
            figures={what: last.isoformat() for what, last in latest.items()},
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: InactivityOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "all active")
        is_all = len(opened) == len(figures) and len(figures) > 1
        level = Level.ERROR if is_all else Level.WARNING
        quiet = listed([each.key[0] for each in opened]).replace(" and ", " or ")
        return graded(level, f"no {quiet} in {count(options.days, 'day')}")


def _latest(own: Any, books: Books, what: str) -> Any:
    return (
        select(literal(what).label("what"), own.c.date)
        .where(own.c.date <= books.as_of)
        .order_by(own.c.date.desc())
        .limit(1)
        .subquery()
    )


def _finding(what: str, last: date, books: Books) -> Finding:
    days = (books.as_of - last).days
    return Finding(
        key=(what, last.isoformat()),
        title=f"No {what} since {dated(last)}",
        text=f"The latest of the {what} in {books.software} is {count(days, 'day')} old "
        f"at {dated(books.as_of)}.",
        fix="See whether the feed has stopped, and ask the client for what is missing.",
        since=last,
        facts={"Kind": what, "Latest": last, "Days": days},
    )
