"""Suppliers whose bank details are not what they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from commands.health.books.books import GOING_OUT, Books
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
from commands.health.samples import bill, contact, money_out
from commands.health.words import count, dated, money
from providers.books import DocumentKind


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplierBankDetailsOptions(Options):
    """How long a change is told of."""

    days: int = field(default=90, metadata={"label": "Days a change is told of"})


WAS = contact("c1", "Paper & Pens", bank_account="20-00-00 11112222")
IS = contact("c1", "Paper & Pens", bank_account="60-11-11 33334444")


class SupplierBankDetails(Check[SupplierBankDetailsOptions]):
    """Suppliers whose bank details were replaced by others within three months.

    Why: the usual fraud with invoices is a letter that the supplier has a new bank account.

    Fix: ring the supplier on a number you know from elsewhere, before anything is paid. Changes are
    seen from one sync to the next; details that were there when the books were first read count as
    known.
    """

    code = "supplier-bank-details"
    title = "Changed bank details"
    group = Group.INSIGHTS
    options = SupplierBankDetailsOptions
    examples = (
        Example(
            before=(WAS,),
            records=(IS, bill("b")),
            finds=("Paper & Pens",),
            level=Level.WARNING,
        ),
        Example(  # money went there since
            before=(WAS,),
            records=(IS, money_out("m", date=date(2026, 7, 1))),
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        Example(before=(WAS,), records=(WAS,), level=Level.FINE),
        Example(
            before=(contact("c1", "New Supplier"),),
            records=(contact("c1", "New Supplier", bank_account="60-11-11 33334444"),),
            level=Level.FINE,
        ),
        Example(
            before=(WAS,),
            records=(
                contact(
                    "c1",
                    "Paper & Pens",
                    bank_account="60-11-11 33334444",
                    updated_at=datetime(2026, 3, 1, tzinfo=UTC),
                ),
            ),
            level=Level.FINE,
        ),
        Example(
            before=(contact("vendor:9", "Flour Mill", source="Vendor", bank_account="20-00-00 1"),),
            records=(
                contact("vendor:9", "Flour Mill", source="Vendor", bank_account="20-00-00 2"),
            ),
            finds=("Flour Mill",),
            provider="quickbooks",
        ),
    )

    def queries(
        self, books: Books, options: SupplierBankDetailsOptions
    ) -> Mapping[str, Select[Any]]:
        now, was = books.contacts, books.former_bank_details
        since = datetime.combine(books.today - timedelta(days=options.days), time(), tzinfo=UTC)
        changed = (
            select(
                now.c.source, now.c.remote_id, now.c.name, now.c.bank_account,
                was.c.bank_account.label("former"), was.c.replaced_at,
            )
            .join(was, and_(was.c.source == now.c.source, was.c.remote_id == now.c.remote_id))
            .where(
                now.c.is_supplier,
                now.c.bank_account.is_not(None),
                now.c.bank_account != was.c.bank_account,
                was.c.replaced_at >= since,
            )
            .order_by(now.c.name, now.c.remote_id)
            .subquery("changed")
        )  # fmt: skip
        return {
            "changed": select(changed),
            "due": _bills_due(books, changed),
            "paid": _paid_since(books, changed, since.date()),
        }

    def find(self, rows: Rows, books: Books, options: SupplierBankDetailsOptions) -> Found:
        due = {row.contact_id: row.amount for row in rows["due"]}
        paid: dict[str, Decimal] = {}
        at = {row.remote_id: row.replaced_at.date() for row in rows["changed"]}
        for row in rows["paid"]:
            if row.date >= at[row.contact_id]:
                paid[row.contact_id] = paid.get(row.contact_id, Decimal()) + row.amount
        return Found(
            findings=tuple(
                _finding(row, books, due.get(row.remote_id), paid.get(row.remote_id))
                for row in rows["changed"]
            )
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: SupplierBankDetailsOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none changed")
        level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
        return graded(level, f"{count(len(opened), 'supplier')} changed")


def _bills_due(books: Books, changed: Any) -> Select[Any]:
    bills = books.documents(DocumentKind.BILL)
    return (
        select(bills.c.contact_id, func.sum(bills.c.base_due).label("amount"))
        .where(bills.c.contact_id.in_(select(changed.c.remote_id)), bills.c.due != 0)
        .group_by(bills.c.contact_id)
    )


def _paid_since(books: Books, changed: Any, since: date) -> Select[Any]:
    spent, paid = books.documents(*GOING_OUT), books.payments()
    own = select(changed.c.remote_id)
    parts = [
        select(spent.c.contact_id, spent.c.date, spent.c.base_total.label("amount")).where(
            spent.c.contact_id.in_(own), spent.c.date >= since
        ),
        select(paid.c.contact_id, paid.c.date, paid.c.base_amount.label("amount")).where(
            paid.c.contact_id.in_(own), paid.c.date >= since
        ),
    ]
    every = parts[0].union_all(parts[1]).subquery("every")
    return select(every.c.contact_id, every.c.date, every.c.amount)


def _finding(row: Row[Any], books: Books, due: Decimal | None, paid: Decimal | None) -> Finding:
    day = row.replaced_at.date()
    told = [f"{money(amount, books.currency)} {word}" for amount, word in (
        (due, "is due"), (paid, "was paid since"),
    ) if amount]  # fmt: skip
    stake = f"; {' and '.join(told)}" if told else ""
    return Finding(
        key=(row.remote_id, row.former, row.bank_account),
        title=row.name,
        text=f"The account ending {row.former[-4:]} became one ending {row.bank_account[-4:]} "
        f"on {dated(day)}{stake}.",
        fix="Ring the supplier on a number you know from elsewhere, before anything is paid.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=(due or Decimal()) + (paid or Decimal()),
        currency=books.currency,
        since=day,
        is_serious=bool(paid),
        facts={
            "Supplier": row.name,
            "Was": f"…{row.former[-4:]}",
            "Is": f"…{row.bank_account[-4:]}",
            "Changed on": day,
            "Due": due,
            "Paid since": paid,
        },
    )
