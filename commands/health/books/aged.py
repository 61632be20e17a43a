"""What was owed on a day, by customers or to suppliers, and for how long."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from commands.health.books.books import Books, counted
from commands.health.books.periods import months_before
from commands.health.check import (
    Check,
    Figure,
    Finding,
    Found,
    Grid,
    Group,
    Kind,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    graded,
)
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind, DocumentStatus
from storage.types import Money

RECEIVABLE = (DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT)
PAYABLE = (DocumentKind.BILL, DocumentKind.BILL_CREDIT)
CREDITS = (DocumentKind.INVOICE_CREDIT, DocumentKind.BILL_CREDIT)
AHEAD = (
    DocumentKind.OVERPAYMENT_IN,
    DocumentKind.OVERPAYMENT_OUT,
    DocumentKind.PREPAYMENT_IN,
    DocumentKind.PREPAYMENT_OUT,
)
BUCKETS = ("not due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "older")
BANDS = (0, 30, 60, 90)  # days overdue, at most


def owed(books: Books, kinds: Sequence[DocumentKind], at: date) -> Subquery:
    """Documents with what was left of each at the end of that day: what is left now, and what has
    been settled since. Columns of Books.documents, `owed` and `base_owed`; credits are negative."""
    later = _settled_after(books, at)
    is_open, is_paid = (
        books.documents(*kinds, statuses=(status,))
        for status in (DocumentStatus.OPEN, DocumentStatus.PAID)
    )
    # apart: an index has the open ones, and of the paid ones few were settled since
    return union_all(
        _left_of(is_open, books, at, later, is_outer=True),
        _left_of(is_paid, books, at, later, is_outer=False),
    ).subquery("owed")


def _left_of(own: Subquery, books: Books, at: date, later: CTE, *, is_outer: bool) -> Select[Any]:
    same = and_(later.c.source == own.c.source, later.c.remote_id == own.c.remote_id)
    left = own.c.due + func.coalesce(later.c.amount, literal_column("0"))
    sign = case((own.c.kind.in_(CREDITS), literal_column("-1")), else_=literal_column("1"))
    return (
        select(
            own,
            type_coerce(left * sign, Money()).label("owed"),
            type_coerce(books.base(left, own) * sign, Money()).label("base_owed"),
        )
        .join(later, same, isouter=is_outer)
        .where(own.c.date <= at, or_(own.c.due != 0, later.c.amount != 0))
    )


def _settled_after(books: Books, at: date) -> CTE:
    """By document: what payments and credits took off it after that day."""
    part, paid = books.allocations, books.payments()
    credit = books.documents(*CREDITS, *AHEAD)
    target = (part.c.target_source.label("source"), part.c.target_id.label("remote_id"))
    used = and_(part.c.source == credit.c.source, part.c.document_id == credit.c.remote_id)
    every = union_all(
        select(*target, part.c.amount)
        .join(paid, and_(part.c.source == paid.c.source, part.c.document_id == paid.c.remote_id))
        .where(paid.c.date > at),
        select(*target, part.c.amount).join(credit, used).where(part.c.date > at),
        select(credit.c.source, credit.c.remote_id, part.c.amount)
        .join(credit, used)
        .where(part.c.date > at),
    ).subquery("every")
    return (
        select(every.c.source, every.c.remote_id, func.sum(every.c.amount).label("amount"))
        .group_by(every.c.source, every.c.remote_id)
        .cte("later")
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class AgedOptions(Options):
    """From when on something is late."""

    late_days: int = field(
        default=60, metadata={"label": "Late when overdue by more than this many days"}
    )
    older_than_months: int = field(
        default=0, metadata={"label": "Leave out what is younger than so many months"}
    )
    serious_share: Decimal = field(
        default=Decimal("0.25"),
        metadata={"label": "Serious when this share is overdue by more than 90 days"},
    )
    most: int = field(default=100, metadata={"label": "Documents shown, the largest first"})


class Aged(Check[AgedOptions]):
    """What one side owes the other, in buckets by days overdue."""

    options = AgedOptions
    group = Group.INSIGHTS
    grid = Grid(
        name="buckets",
        columns=(
            Figure(label="Overdue", name="label"),
            Figure(label="Documents", name="count", kind=Kind.COUNT),
            Figure(label="Owed", name="amount", kind=Kind.MONEY),
        ),
    )
    kinds: ClassVar[tuple[DocumentKind, ...]]

    @abstractmethod
    def advice(self) -> str:
        """What to do about one document that is late."""

    def queries(self, books: Books, options: AgedOptions) -> Mapping[str, Select[Any]]:
        at = books.as_of
        own = owed(books, self.kinds, at)
        falls_due = func.coalesce(own.c.due_date, own.c.date)
        bands: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
            (falls_due >= at - timedelta(days=days), literal_column(str(place)))
            for place, days in enumerate(BANDS)
        ]
        is_late = and_(falls_due < at - timedelta(days=options.late_days), own.c.base_owed > 0)
        aged = (
            select(
                own,
                falls_due.label("falls_due"),
                case(*bands, else_=literal_column(str(len(BANDS)))).label("band"),
                is_late.label("is_late"),
            )
            .where(own.c.date <= months_before(at, options.older_than_months))
            .subquery("aged")
        )
        # one pass for both: the sums of every band, and its largest documents that are late
        placed = select(
            aged,
            func.sum(aged.c.base_owed).over(partition_by=aged.c.band).label("amount"),
            counted().over(partition_by=aged.c.band).label("many"),
            func.row_number()
            .over(
                partition_by=(aged.c.band, aged.c.is_late),
                order_by=(aged.c.base_owed.desc(), aged.c.remote_id),
            )
            .label("place"),
        ).subquery("placed")
        contacts = books.contacts
        found = (
            select(
                placed.c.source, placed.c.remote_id, placed.c.kind, placed.c.number,
                placed.c.reference, placed.c.date, placed.c.falls_due, placed.c.currency,
                placed.c.owed, placed.c.base_owed, placed.c.band, placed.c.amount, placed.c.many,
                placed.c.is_late, contacts.c.name,
            )
            .outerjoin(contacts, contacts.c.remote_id == placed.c.contact_id)
            .where(or_(placed.c.place == 1, and_(placed.c.is_late, placed.c.place <= options.most)))
            .order_by(placed.c.base_owed.desc(), placed.c.remote_id)
        )  # fmt: skip
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: AgedOptions) -> Found:
        bands: dict[int, Row[Any]] = {row.band: row for row in rows["found"]}
        late = [row for row in rows["found"] if row.is_late][: options.most]
        return Found(
            findings=tuple(_finding(row, books, self.advice()) for row in late),
            figures={
                "currency": books.currency,
                "at": books.as_of.isoformat(),
                "buckets": [
                    {
                        "label": label,
                        "amount": str(bands[place].amount) if place in bands else "0",
                        "count": bands[place].many if place in bands else 0,
                    }
                    for place, label in enumerate(BUCKETS)
                ],
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: AgedOptions
    ) -> Verdict:
        amounts = [Decimal(bucket["amount"]) for bucket in figures["buckets"]]
        total = sum(amounts, Decimal())
        says = f"{stake(total, figures['currency'])} owed"
        if not opened:
            return graded(Level.FINE, says)
        is_serious = total > 0 and amounts[-1] >= options.serious_share * total
        level = Level.ERROR if is_serious else Level.WARNING
        late = sum((each.amount or Decimal() for each in opened), Decimal())
        says += f", {count(len(opened), 'document')} late, {stake(late, figures['currency'])}"
        return graded(level, says)


def _finding(row: Row[Any], books: Books, advice: str) -> Finding:
    days = (books.as_of - row.falls_due).days
    number = f" {row.number}" if row.number else ""
    return Finding(
        key=(row.source, row.remote_id),
        title=row.name or "No contact",
        text=f"{row.kind.capitalize()}{number} of {dated(row.date)}: "
        f"{money(row.owed, row.currency)} is {count(days, 'day')} overdue.",
        fix=advice,
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.base_owed,
        currency=books.currency,
        since=row.falls_due,
        is_locked=books.is_locked(row.date),
        is_serious=days > BANDS[-1],
        facts={
            "Contact": row.name,
            "Number": row.number,
            "Reference": row.reference,
            "Date": row.date,
            "Due": row.falls_due,
            "Days overdue": days,
            "Amount due": row.owed,
            "Currency": row.currency,
        },
    )
