"""What was changed in a period after it was closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, union_all

from commands.health.books.books import Books
from commands.health.books.periods import Period, months_before
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
    unconfigured,
)
from commands.health.samples import bill, contact, day, payment
from commands.health.words import count, dated, money
from providers.books import STANDING, DocumentKind, DocumentStatus

ENDED = (DocumentStatus.VOID, DocumentStatus.DELETED)
POSTED = tuple(set(DocumentKind) - {DocumentKind.PURCHASE_ORDER, DocumentKind.ESTIMATE})
MOST = 500  # findings, the largest first


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoricalChangesOptions(Options):
    """Which period, and when it was closed. Without days it is the last financial year, closed on
    the day a sync first saw it locked."""

    begin: date | None = field(default=None, metadata={"label": "First day of the period"})
    end: date | None = field(default=None, metadata={"label": "Last day of the period"})
    closed_on: date | None = field(
        default=None, metadata={"label": "Day the period was closed or its accounts were filed"}
    )
    is_filed: bool = field(
        default=True, metadata={"label": "Accounts or a return of the period were filed"}
    )


def _at(month: int, of_month: int) -> datetime:
    return datetime(2026, month, of_month, 9, tzinfo=UTC)


CLOSED = {"closed_on": "2026-05-20"}
PENS = contact("c1", "Paper & Pens")


class HistoricalChanges(Check[HistoricalChangesOptions]):
    """Transactions of a closed period that were added, changed or voided after it was closed.

    Why: accounts and returns that were filed no longer agree with the books they were made from.

    Fix: undo the change or move it into the open period; if it has to stay, correct what was filed.
    Xero tells when a document was touched last, not when it was made nor by whom; what was only
    paid since is left out. QuickBooks tells both instants. What was deleted without a trace is not
    among them.
    """

    code = "historical-changes"
    title = "Historical changes"
    group = Group.ACTIVITY
    options = HistoricalChangesOptions
    examples = (
        Example(records=(), level=Level.NOT_CONFIGURED),
        Example(
            records=(PENS, bill("b", date=day(3, 31), updated_at=_at(5, 21))),
            options=CLOSED,
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                bill("same day", date=day(3, 31), updated_at=_at(5, 20)),
                bill("this year", date=day(4, 1), updated_at=_at(6, 20)),
            ),
            options=CLOSED,
            level=Level.FINE,
        ),
        Example(
            records=(
                PENS,
                bill("b", date=day(3, 31), updated_at=_at(6, 1)),
                payment("p", "120", "b", date=day(6, 1), updated_at=_at(6, 1)),
            ),
            options=CLOSED,
            level=Level.FINE,
        ),
        Example(
            records=(
                PENS,
                bill("b", date=day(3, 31), updated_at=_at(6, 1), status=DocumentStatus.VOID),
                payment("p", "120", "x", date=day(3, 30), updated_at=_at(6, 1)),
            ),
            options=CLOSED,
            finds=("Paper & Pens", "No contact"),
        ),
        Example(  # locked for the month only
            records=(PENS, bill("b", date=day(3, 31), updated_at=_at(6, 1))),
            options=CLOSED | {"is_filed": False},
            details={"lock_date": "2026-03-31", "year_end_lock_date": "2025-03-31"},
            finds=("Paper & Pens",),
            level=Level.WARNING,
        ),
        Example(  # the lock of the year was first seen on 3 May
            records=(PENS, bill("b", date=day(3, 31), updated_at=_at(6, 1))),
            details={
                "log": (
                    {"seen_at": "2026-04-02T02:00:00+00:00", "lock_date": "2026-02-28"},
                    {"seen_at": "2026-05-03T02:00:00+00:00", "lock_date": "2026-03-31"},
                )
            },
            finds=("Paper & Pens",),
        ),
        Example(
            records=(
                contact("c1", "Flour Mill"),
                bill("new", source="Bill", date=day(3, 9), created_at=_at(5, 21)),
                bill(
                    "old", source="Bill", date=day(3, 9), created_at=_at(3, 9),
                    updated_at=_at(3, 10),
                ),
            ),
            options=CLOSED,
            provider="quickbooks",
            finds=("Flour Mill",),
        ),
    )  # fmt: skip

    def missing(self, books: Books, options: HistoricalChangesOptions) -> Verdict | None:
        if closed_on(books, options) is not None:
            return None
        end = period(books, options).end
        return unconfigured(f"choose the day the period to {dated(end)} was closed")

    def queries(self, books: Books, options: HistoricalChangesOptions) -> Mapping[str, Select[Any]]:
        closed = closed_on(books, options)
        assert closed is not None
        after = datetime.combine(closed + timedelta(days=1), time(), tzinfo=UTC)
        touched = _touched(books, period(books, options), after).subquery("touched")
        part = books.allocations
        paid = (
            select(part.c.target_source, part.c.target_id)
            .where(part.c.date > closed)
            .distinct()
            .subquery("paid")
        )
        settles = and_(
            paid.c.target_source == touched.c.source, paid.c.target_id == touched.c.remote_id
        )
        is_new = and_(touched.c.created_at.is_not(None), touched.c.created_at >= after)
        contacts = books.contacts
        found = (
            select(touched, contacts.c.name, func.count().over().label("every"))
            .outerjoin(contacts, contacts.c.remote_id == touched.c.contact_id)
            .outerjoin(paid, settles)
            .where(or_(is_new, touched.c.status.in_(ENDED), paid.c.target_id.is_(None)))
            .order_by(func.abs(touched.c.amount).desc(), touched.c.remote_id)
            .limit(MOST)
        )
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: HistoricalChangesOptions) -> Found:
        closed, whole = closed_on(books, options), period(books, options)
        assert closed is not None
        found = rows["found"]
        return Found(
            findings=tuple(_finding(row, books, options, closed) for row in found),
            figures={
                "begin": whole.begin.isoformat(),
                "end": whole.end.isoformat(),
                "closed_on": closed.isoformat(),
                "every": found[0].every if found else 0,
            },
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: HistoricalChangesOptions,
    ) -> Verdict:
        since = dated(date.fromisoformat(figures["closed_on"]))
        if not opened:
            return graded(Level.FINE, f"none since {since}")
        level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
        more = " or more" if figures["every"] > MOST else ""
        says = f"{count(len(opened), 'transaction')}{more} since {since}"
        return graded(level, says)


def period(books: Books, options: HistoricalChangesOptions) -> Period:
    """What people chose, else the last financial year."""
    begin = options.begin or months_before(books.year_begin, 12)
    return Period(begin=begin, end=options.end or books.year_begin - timedelta(days=1))


def closed_on(books: Books, options: HistoricalChangesOptions) -> date | None:
    """What people chose, else the day a sync first saw the period locked."""
    if options.closed_on is not None:
        return options.closed_on
    end = period(books, options).end.isoformat()
    for seen in books.log:
        locks = (seen.get("lock_date"), seen.get("year_end_lock_date"))
        if any(lock and lock >= end for lock in locks):
            return date.fromisoformat(seen["seen_at"][:10])
    return None


def _touched(books: Books, within: Period, after: datetime) -> Any:
    documents = books.documents(*POSTED, statuses=(*STANDING, *ENDED))
    payments = books.payments()
    return union_all(
        *(
            select(
                own.c.source, own.c.remote_id, own.c.kind, own.c.status, own.c.date,
                own.c.contact_id, own.c.reference, amount.label("amount"), own.c.created_at,
                own.c.updated_at,
            ).where(
                own.c.date.between(within.begin, within.end),
                or_(own.c.updated_at >= after, own.c.created_at >= after),
            )
            for own, amount in (
                (documents, documents.c.base_total),
                (payments, payments.c.base_amount),
            )
        )
    )  # fmt: skip


def _finding(
    row: Row[Any], books: Books, options: HistoricalChangesOptions, closed: date
) -> Finding:
    how, at = _what_happened(row, closed)
    year_end = books.details.get("year_end_lock_date")
    is_serious = options.is_filed or (year_end is not None and row.date.isoformat() <= year_end)
    amount: Decimal = row.amount
    return Finding(
        key=(row.source, row.remote_id, how),
        title=row.name or "No contact",
        text=f"{row.kind.capitalize()} of {dated(row.date)}, {money(amount, books.currency)}, "
        f"was {how} on {dated(at)}; the period was closed on {dated(closed)}.",
        fix="Undo the change or move it into the open period; else correct what was filed.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(amount),
        currency=books.currency,
        since=at,
        is_locked=books.is_locked(row.date),
        is_serious=is_serious,
        facts={
            "Kind": row.kind,
            "Date": row.date,
            "Contact": row.name,
            "Reference": row.reference,
            "Amount": amount,
            "What happened": how,
            "On": at,
        },
    )


def _what_happened(row: Row[Any], closed: date) -> tuple[str, date]:
    if row.status in ENDED:
        return "voided", (row.updated_at or row.created_at).date()
    if row.created_at is not None and row.created_at.date() > closed:
        return "added", row.created_at.date()
    # Xero does not tell when it was added
    return ("changed" if row.created_at is not None else "touched"), row.updated_at.date()
