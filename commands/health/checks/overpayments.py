"""Money that was paid too much or ahead or was credited, and is still to be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)

from commands.health.books.aged import AHEAD, CREDITS, owed
from commands.health.books.books import TOLD_AT_BANK, Books
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
from commands.health.samples import contact, day, document, payment
from commands.health.words import count, dated, money, stake
from providers.books import Allocation, DocumentKind, PaymentKind
from storage.types import Money

FROM_CUSTOMERS = frozenset(
    {
        DocumentKind.OVERPAYMENT_IN,
        DocumentKind.PREPAYMENT_IN,
        DocumentKind.INVOICE_CREDIT,
        PaymentKind.RECEIPT,
    }
)
WORDS: Mapping[str, str] = {
    PaymentKind.RECEIPT: "overpayment in",
    PaymentKind.PAYMENT: "payment",
    DocumentKind.INVOICE_CREDIT: "credit note",
    DocumentKind.BILL_CREDIT: "credit note",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OverpaymentsOptions(Options):
    """What is worth looking at."""

    least: Decimal = field(
        default=Decimal(1), metadata={"label": "From this amount in base currency"}
    )
    credit_days: int = field(
        default=90, metadata={"label": "Credit notes count when older than this many days"}
    )
    most: int = field(default=200, metadata={"label": "Entries shown, the largest first"})


class Overpayments(Check[OverpaymentsOptions]):
    """Over- and prepayments with something left at the reporting date, and old credit notes that
    nobody has used, of customers and suppliers.

    Why: it belongs to somebody. A customer's credit that is not used makes the debts look too high;
    an overpaid supplier holds money of the client's.

    Fix: allocate it to an open invoice or bill, or pay it back.
    """

    code = "overpayments"
    title = "Overpayments"
    group = Group.INSIGHTS
    options = OverpaymentsOptions
    examples = (
        Example(
            records=(
                contact("c1", "Paid Twice Ltd"),
                document(DocumentKind.OVERPAYMENT_IN, "o", source="Overpayments", due=Decimal(60)),
            ),
            finds=("Paid Twice Ltd",),
            level=Level.WARNING,
        ),
        Example(  # used in July
            records=(
                contact("c1", "Paid Twice Ltd"),
                document(
                    DocumentKind.PREPAYMENT_OUT,
                    "o",
                    source="Prepayments",
                    due=Decimal(),
                    allocations=(
                        Allocation(
                            target_source="Invoices",
                            target_id="b",
                            amount=Decimal(120),
                            date=day(7, 1),
                        ),
                    ),
                ),
            ),
            finds=("Paid Twice Ltd",),
        ),
        Example(
            records=(
                document(
                    DocumentKind.OVERPAYMENT_OUT, "o", source="Overpayments", due=Decimal()
                ),
                document(
                    DocumentKind.OVERPAYMENT_IN, "p", source="Overpayments", due=Decimal("0.50")
                ),
            ),
            level=Level.FINE,
        ),
        Example(  # the younger one may yet be used
            records=(
                contact("c1", "Took Back"),
                document(
                    DocumentKind.BILL_CREDIT, "old", date=day(3, 30), source="CreditNotes",
                    number="CR-55",
                ),
                document(DocumentKind.BILL_CREDIT, "new", date=day(4, 2), source="CreditNotes"),
            ),
            finds=("Took Back",),
            amounts=("120",),
        ),
        Example(
            records=(
                contact("customer:1", "Early Payer"),
                payment("p", "100", "i", source="Payment", kind=PaymentKind.RECEIPT),
                payment(
                    "q",
                    "100",
                    source="Payment",
                    kind=PaymentKind.RECEIPT,
                    contact_id="customer:1",
                    allocations=(
                        Allocation(target_source="Invoice", target_id="i", amount=Decimal(70)),
                    ),
                ),
                payment(
                    "r",
                    "100",
                    source="Payment",
                    kind=PaymentKind.RECEIPT,
                    contact_id="customer:1",
                    allocations=(),
                ),
            ),
            provider="quickbooks",
            finds=("Early Payer", "Early Payer"),
            amounts=("100", "30"),
        ),
    )  # fmt: skip

    def queries(self, books: Books, options: OverpaymentsOptions) -> Mapping[str, Select[Any]]:
        left, contacts = _left(books, options), books.contacts
        found = (
            select(
                left.c.source, left.c.remote_id, left.c.kind, left.c.date, left.c.reference,
                left.c.currency, left.c.owed, left.c.base_owed, contacts.c.name,
                contacts.c.source.label("whose"), contacts.c.remote_id.label("contact_id"),
            )
            .outerjoin(contacts, contacts.c.remote_id == left.c.contact_id)
            .where(left.c.base_owed >= options.least)
            .order_by(left.c.base_owed.desc(), left.c.remote_id)
            .limit(options.most)
        )  # fmt: skip
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: OverpaymentsOptions) -> Found:
        return Found(
            findings=tuple(_finding(row, books) for row in rows["found"]),
            figures={"currency": books.currency},
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: OverpaymentsOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        return graded(
            Level.WARNING,
            f"{count(len(opened), 'entry', 'entries')}, {stake(total, figures['currency'])}",
        )


def _left(books: Books, options: OverpaymentsOptions) -> Subquery:
    """What is left of each, positive: source, remote_id, kind, date, contact_id, reference,
    currency, owed, base_owed."""
    is_apart = books.provider == "quickbooks"
    own = owed(books, CREDITS if is_apart else (*AHEAD, *CREDITS), books.as_of)
    is_credit = own.c.kind.in_(CREDITS)
    since = books.as_of - timedelta(days=options.credit_days)
    told = ("source", "remote_id", "kind", "date", "contact_id", "currency")
    left = select(
        *(own.c[name] for name in told),
        func.coalesce(own.c.number, own.c.reference).label("reference"),
        *(
            type_coerce(case((is_credit, -own.c[name]), else_=own.c[name]), Money()).label(name)
            for name in ("owed", "base_owed")
        ),
    ).where(or_(~is_credit, own.c.date < since))
    if not is_apart:
        return left.subquery("unused_or_ahead")
    paid = _unused(books)
    ahead = select(*(paid.c[each.name] for each in left.selected_columns))
    return union_all(left, ahead).subquery("unused_or_ahead")


def _unused(books: Books) -> Any:
    """QuickBooks has no overpayments: a payment is simply more than what it is for."""
    paid, part = books.payments(PaymentKind.RECEIPT, PaymentKind.PAYMENT), books.allocations
    used = func.coalesce(func.sum(part.c.amount), 0)
    left = (
        select(
            paid.c.source,
            paid.c.remote_id,
            type_coerce(paid.c.amount - used, Money()).label("owed"),
        )
        .outerjoin(
            part, and_(part.c.source == paid.c.source, part.c.document_id == paid.c.remote_id)
        )
        .where(paid.c.date <= books.as_of)
        .group_by(paid.c.source, paid.c.remote_id, paid.c.amount)
        .having(paid.c.amount > used)
        .subquery("left_over")
    )
    same = and_(left.c.source == paid.c.source, left.c.remote_id == paid.c.remote_id)
    return (
        select(paid, left.c.owed, books.base(left.c.owed, paid).label("base_owed"))
        .join(left, same)
        .subquery("unused")
    )


def _records(row: Row[Any]) -> tuple[Record, ...]:
    """Xero has no page of an over- or prepayment by itself: the contact's leads there."""
    own = Record(source=row.source, remote_id=row.remote_id)
    if row.contact_id is None or row.source not in TOLD_AT_BANK:
        return (own,)
    return own, Record(source=row.whose, remote_id=row.contact_id)


def _finding(row: Row[Any], books: Books) -> Finding:
    is_customer = row.kind in FROM_CUSTOMERS
    whose = "the customer's" if is_customer else "held by the supplier"
    word = WORDS.get(row.kind, row.kind).removesuffix(" in").removesuffix(" out")
    return Finding(
        key=(row.source, row.remote_id),
        title=row.name or "No contact",
        text=f"{money(row.owed, row.currency)} of the {word} of {dated(row.date)} is unused, "
        f"and {whose}.",
        fix="Allocate it to an open invoice or bill, or see that it is paid back.",
        records=_records(row),
        amount=row.base_owed,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Contact": row.name,
            "Side": "customer" if is_customer else "supplier",
            "Kind": row.kind,
            "Date": row.date,
            "Reference": row.reference,
            "Left": row.owed,
            "Currency": row.currency,
        },
    )
