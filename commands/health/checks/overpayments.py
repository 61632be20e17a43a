"""Money that was paid too much or ahead, and is still to be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, select, type_coerce

from commands.health.aged import AHEAD, owed
from commands.health.books import Books
from commands.health.check import (
    SHARES,
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
)
from commands.health.samples import contact, day, document, payment
from commands.health.words import count, dated, money
from providers.books import Allocation, DocumentKind, PaymentKind
from storage.types import Money

FROM_CUSTOMERS = frozenset(
    {DocumentKind.OVERPAYMENT_IN, DocumentKind.PREPAYMENT_IN, PaymentKind.RECEIPT}
)
WORDS: Mapping[str, str] = {PaymentKind.RECEIPT: "overpayment in", PaymentKind.PAYMENT: "payment"}


@dataclass(frozen=True, kw_only=True, slots=True)
class OverpaymentsOptions(Options):
    """What is worth looking at."""

    least: Decimal = field(
        default=Decimal(1), metadata={"label": "From this amount in base currency"}
    )
    most: int = field(default=200, metadata={"label": "Payments shown, the largest first"})


class Overpayments(Check[OverpaymentsOptions]):
    """Over- and prepayments with something left at the reporting date, of customers and suppliers.

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
        left = _unused(books) if books.provider == "quickbooks" else owed(books, AHEAD, books.as_of)
        contacts = books.contacts
        found = (
            select(
                left.c.source, left.c.remote_id, left.c.kind, left.c.date, left.c.reference,
                left.c.currency, left.c.owed, left.c.base_owed, contacts.c.name,
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
            return Verdict(level=Level.FINE, says="none", share=SHARES[Level.FINE])
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        return Verdict(
            level=Level.WARNING,
            says=f"{count(len(opened), 'payment')}, {money(total, figures['currency'])}",
            share=SHARES[Level.WARNING],
        )


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
        records=(Record(source=row.source, remote_id=row.remote_id),),
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
