"""The same purchase or sale entered twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from commands.health.books.books import Books, counted
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
from commands.health.samples import bill, contact, day, invoice, line, money_out
from commands.health.words import count, dated, listed, money
from providers.books import STANDING, DocumentKind

TRADE = (DocumentKind.BILL, DocumentKind.INVOICE)
BANK = (DocumentKind.MONEY_OUT, DocumentKind.MONEY_IN)
CHAIN = timedelta(days=366)  # how far back what hangs together is followed
PURCHASES = frozenset({DocumentKind.BILL, DocumentKind.MONEY_OUT})


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateTransactionsOptions(Options):
    """How alike is the same."""

    days_apart: int = field(default=5, metadata={"label": "Days between the two, at most"})
    with_bank: bool = field(
        default=False, metadata={"label": "Compare bank transactions too (many more hits)"}
    )
    serious_share: Decimal = field(
        default=Decimal("0.02"), metadata={"label": "Serious from this share of transactions"}
    )
    serious_value: Decimal = field(
        default=Decimal("0.01"), metadata={"label": "Serious from this share of the period's spend"}
    )


class DuplicateTransactions(Check[DuplicateTransactionsOptions]):
    """Bills or sales invoices of one contact with the same amount, a few days apart.

    Why: a bill entered twice may be paid twice, and both count as cost; often one of them was
    entered by hand and the other created from the bank line.

    Fix: open both. Void the one that should not be there, or say that it is not a duplicate.
    """

    code = "duplicate-transactions"
    title = "Duplicate transactions"
    group = Group.CLEANUP
    options = DuplicateTransactionsOptions
    facet = "Type"
    examples = (
        Example(
            records=(
                contact("c1", "Paper & Pens"),
                bill("a", date=day(6, 1), number="INV-77"),
                bill("b", date=day(6, 6), number="INV-77"),
            ),
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        Example(
            records=(contact("c1"), bill("a", date=day(6, 1)), bill("b", date=day(6, 7))),
            level=Level.FINE,
        ),
        Example(
            records=(
                contact("c1", "Cleaners"),
                *(bill(f"b{of_month}", date=day(6, of_month)) for of_month in (1, 5, 9)),
            ),
            finds=("Cleaners",),
        ),
        Example(
            records=(
                contact("c1"),
                bill("a", date=day(6, 1)),
                invoice("b", date=day(6, 1)),
                bill("c", line("100.01"), date=day(6, 1)),
                bill("d", date=day(6, 1), currency="EUR"),
                money_out("e", date=day(6, 1)),
            ),
        ),
    )

    def queries(
        self, books: Books, options: DuplicateTransactionsOptions
    ) -> Mapping[str, Select[Any]]:
        own = books.documents(*TRADE, *(BANK if options.with_bank else ()), statuses=STANDING)
        begin, end = books.period.begin, books.period.end
        here = (
            select(own.c.contact_id, _direction(own).label("is_cost"), own.c.currency, own.c.total)
            .where(own.c.date.between(begin, end), own.c.total != 0)
            .distinct()
            .subquery("here")
        )
        same = and_(
            own.c.contact_id == here.c.contact_id,
            own.c.currency.is_not_distinct_from(here.c.currency),
            own.c.total == here.c.total,
            _direction(own) == here.c.is_cost,
            own.c.date.between(begin - CHAIN, end),
        )
        alike = (own.c.contact_id, here.c.is_cost, own.c.currency, own.c.total)
        near = (
            select(own, func.count().over(partition_by=alike).label("same"))
            .select_from(here.join(own, same))
            .subquery("near")
        )
        contacts = books.contacts
        candidates = (
            select(
                near.c.source, near.c.remote_id, near.c.kind, near.c.contact_id, near.c.currency,
                near.c.total, near.c.base_total, near.c.date, near.c.number, near.c.due,
                contacts.c.name,
            )
            .outerjoin(contacts, contacts.c.remote_id == near.c.contact_id)
            .where(near.c.same > 1)
            .order_by(near.c.contact_id, near.c.currency, near.c.total, near.c.date)
        )  # fmt: skip
        size = select(
            counted().label("count"), func.sum(own.c.base_total).label("value")
        ).where(own.c.date.between(begin, end))  # fmt: skip
        return {"candidates": candidates, "size": size}

    def find(self, rows: Rows, books: Books, options: DuplicateTransactionsOptions) -> Found:
        groups = list(_groups(rows["candidates"], options.days_apart))
        here = [each for each in groups if any(row.date in books.period for row in each)]
        size = rows["size"][0]
        return Found(
            findings=tuple(_finding(each, books) for each in here),
            figures={"count": size.count, "value": str(size.value or 0)},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: DuplicateTransactionsOptions,
    ) -> Verdict:
        surplus = sum(len(each.records) - 1 for each in opened)
        share = falling(surplus, figures["count"], worst=Decimal("0.05"))
        if not opened:
            return Verdict(level=Level.FINE, says="none", share=share)
        most = max(each.amount or Decimal() for each in opened)
        is_serious = surplus >= options.serious_share * figures["count"] or (
            most >= options.serious_value * Decimal(figures["value"])
        )
        return Verdict(
            level=Level.ERROR if is_serious else Level.WARNING,
            says=count(len(opened), "group"),
            share=share,
        )


def _direction(own: Any) -> Any:
    return own.c.kind.in_(PURCHASES)


def _groups(rows: Sequence[Row[Any]], days_apart: int) -> Iterator[list[Row[Any]]]:
    """Neighbours by date hang together as long as each is near the one before."""
    group: list[Row[Any]] = list(rows[:1])
    for before, row in pairwise(rows):
        is_same = _about(before) == _about(row)
        if not is_same or (row.date - before.date).days > days_apart:
            yield from [group] if len(group) > 1 else []
            group = []
        group.append(row)
    yield from [group] if len(group) > 1 else []


def _about(row: Row[Any]) -> tuple[Any, ...]:
    return row.contact_id, row.kind in PURCHASES, row.currency, row.total


def _finding(group: Sequence[Row[Any]], books: Books) -> Finding:
    first = group[0]
    numbers = {row.number for row in group}
    told = listed([
        f"{row.kind} {dated(row.date)} {money(row.total, row.currency)}" for row in group
    ])  # fmt: skip
    if numbers == {None}:
        certainty = "no number"
    elif len(numbers) == 1:
        certainty = f"same number {first.number}"
    else:
        certainty = "different numbers"
    return Finding(
        key=(first.contact_id, *sorted(row.remote_id for row in group)),
        title=first.name or "No contact",
        text=f"{told}: {certainty}.",
        fix="Open both and void the one that should not be there.",
        records=tuple(Record(source=row.source, remote_id=row.remote_id) for row in group),
        amount=first.base_total * (len(group) - 1),
        currency=books.currency,
        since=group[-1].date,
        is_locked=any(books.is_locked(row.date) for row in group),
        facts={
            "Contact": first.name,
            "Type": "purchases" if first.kind in PURCHASES else "sales",
            "Amount": first.total,
            "Currency": first.currency,
            "Count": len(group),
            "Certainty": certainty,
        },
    )
