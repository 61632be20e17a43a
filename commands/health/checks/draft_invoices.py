"""Invoices and bills that nobody has approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, select

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
    unavailable,
)
from commands.health.samples import bill, contact, day, invoice
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind, DocumentStatus

KINDS = (
    DocumentKind.INVOICE,
    DocumentKind.BILL,
    DocumentKind.INVOICE_CREDIT,
    DocumentKind.BILL_CREDIT,
)
WAITING = {DocumentStatus.DRAFT: "is a draft", DocumentStatus.SUBMITTED: "waits for approval"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftInvoicesOptions(Options):
    """From when on they are forgotten."""

    serious_days: int = field(default=90, metadata={"label": "Serious when older than these days"})
    most: int = field(default=200, metadata={"label": "Documents shown, the oldest first"})


class DraftInvoices(Check[DraftInvoicesOptions]):
    """Invoices, bills and credit notes dated up to the reporting date that are drafts or wait for
    approval.

    Why: they are in no report and in no tax return, while the month they belong to is closed.

    Fix: approve them, or delete what was only tried out. QuickBooks has no drafts of them.
    """

    code = "draft-invoices"
    title = "Draft invoices"
    group = Group.INSIGHTS
    options = DraftInvoicesOptions
    examples = (
        Example(
            records=(
                contact("c1", "Paper & Pens"),
                bill("b", status=DocumentStatus.SUBMITTED, date=day(6, 30)),
                bill("later", status=DocumentStatus.DRAFT, date=day(7, 1)),
                bill("approved"),
            ),
            finds=("Paper & Pens",),
            level=Level.WARNING,
        ),
        Example(
            records=(invoice("i", status=DocumentStatus.DRAFT, date=day(3, 31)),),
            finds=("No contact",),
            level=Level.ERROR,
        ),
        Example(records=(bill("b"), bill("c", status=DocumentStatus.VOID)), level=Level.FINE),
        Example(records=(), provider="quickbooks", level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: DraftInvoicesOptions) -> Verdict | None:
        if books.provider == "quickbooks":
            return unavailable("QuickBooks has no drafts of invoices or bills")
        return None

    def queries(self, books: Books, options: DraftInvoicesOptions) -> Mapping[str, Select[Any]]:
        own, contacts = books.documents(*KINDS, statuses=tuple(WAITING)), books.contacts
        found = (
            select(
                own.c.source, own.c.remote_id, own.c.kind, own.c.status, own.c.date, own.c.number,
                own.c.total, own.c.base_total, own.c.currency, contacts.c.name,
                func.count().over().label("every"),
            )
            .outerjoin(contacts, contacts.c.remote_id == own.c.contact_id)
            .where(own.c.date <= books.as_of)
            .order_by(own.c.date, own.c.remote_id)
            .limit(options.most)
        )  # fmt: skip
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: DraftInvoicesOptions) -> Found:
        found = rows["found"]
        return Found(
            findings=tuple(_finding(row, books, options) for row in found),
            figures={"every": found[0].every if found else 0, "currency": books.currency},
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: DraftInvoicesOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        more = " or more" if figures["every"] > options.most else ""
        says = f"{count(len(opened), 'document')}{more}, {stake(total, figures['currency'])}"
        return graded(level, says)


def _finding(row: Row[Any], books: Books, options: DraftInvoicesOptions) -> Finding:
    number = f" {row.number}" if row.number else ""
    return Finding(
        key=(row.source, row.remote_id),
        title=row.name or "No contact",
        text=f"{row.kind.capitalize()}{number} of {dated(row.date)}, "
        f"{money(row.total, row.currency)}, {WAITING[row.status]}.",
        fix="Approve it, or delete it if it was only tried out.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.base_total,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        is_serious=(books.as_of - row.date).days > options.serious_days,
        facts={
            "Contact": row.name,
            "Kind": row.kind,
            "Status": row.status,
            "Date": row.date,
            "Number": row.number,
            "Total": row.total,
            "Currency": row.currency,
        },
    )
