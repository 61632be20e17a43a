"""Receipts that were put straight to income while an invoice for the same waits to be paid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

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
from commands.health.samples import account, contact, day, invoice, line, money_in
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind, DocumentStatus
from storage.models import ledger

SALES = account("200", "Sales", account_class="REVENUE", account_type="REVENUE")
LOAN = account("835", "Loan", account_class="LIABILITY", account_type="TERMLIAB")


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectIncomeOptions(Options):
    """How far apart the two may be."""

    days_before: int = field(
        default=180, metadata={"label": "Days that the invoice may be older, at most"}
    )
    days_after: int = field(
        default=14, metadata={"label": "Days that the invoice may be newer, at most"}
    )


class DirectIncome(Check[DirectIncomeOptions]):
    """Receipts of the period entered as income at the bank, while an invoice to the same customer
    of the same amount is open.

    Why: the sale counts twice, tax is paid twice on it, and the customer is chased for what was
    paid.

    Fix: undo the receipt and match the line of the bank statement with the invoice instead.
    """

    code = "direct-income"
    title = "Income beside an open invoice"
    group = Group.CLEANUP
    options = DirectIncomeOptions
    examples = (
        Example(
            records=(
                contact("c1", "Customer"),
                SALES,
                invoice("i1", date=day(5, 20), number="INV-7"),
                money_in("m1", date=day(6, 2)),
            ),
            finds=("Customer",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                contact("c1", "Monthly"),
                SALES,
                invoice("i1", date=day(6, 20)),
                *(money_in(f"m{n}", date=day(6, n)) for n in (1, 18)),
            ),
            finds=("Monthly",),
        ),
        Example(
            records=(
                contact("c1", "Customer"),
                SALES,
                LOAN,
                invoice("i1", status=DocumentStatus.PAID, due=Decimal()),
                invoice("i2", line("200", code="200")),
                invoice("i3", contact_id="c2"),
                invoice("i4", currency="EUR"),
                invoice("i5", line("70", code="200", tax=Decimal()), date=day(6, 1)),
                invoice("i6", date=day(6, 30)),
                money_in("m1", date=day(6, 2)),
                money_in("m2", line("70", code="835", tax=Decimal()), date=day(6, 2)),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("customer:1", "Customer", source="Customer"),
                *(
                    made(
                        number,
                        line(code=None, product="7"),  # whose account is the product's
                        source=source,
                        contact_id="customer:1",
                    )
                    for made, number, source in (
                        (invoice, "1", "Invoice"),
                        (money_in, "2", "Deposit"),
                    )
                ),
            ),
            finds=("Customer",),
        ),
    )

    def queries(self, books: Books, options: DirectIncomeOptions) -> Mapping[str, Select[Any]]:
        got = books.documents(DocumentKind.MONEY_IN)
        owed = books.documents(DocumentKind.INVOICE, statuses=(DocumentStatus.OPEN,)).alias("owed")
        line, known = ledger.lines, books.accounts
        of_line = or_(
            known.c.remote_id == line.c.account_id,
            and_(line.c.account_id.is_(None), known.c.code == line.c.account_code),
        )
        is_sold = and_(known.c.remote_id.is_(None), line.c.product.is_not(None))
        is_income = (
            select(line.c.position)
            .outerjoin(known, of_line)
            .where(
                line.c.organisation_id == books.organisation_id, line.c.source == got.c.source,
                line.c.document_id == got.c.remote_id,
                or_(known.c.account_class == "REVENUE", is_sold),
            )
            .exists()
        )  # fmt: skip
        who = books.contacts
        return {
            "pairs": select(
                got.c.source, got.c.remote_id, got.c.date, got.c.total, got.c.base_total,
                got.c.currency, owed.c.source.label("invoice_source"),
                owed.c.remote_id.label("invoice_id"), owed.c.date.label("invoice_date"),
                owed.c.number, who.c.name,
            )
            .join(owed, and_(
                owed.c.contact_id == got.c.contact_id, owed.c.currency == got.c.currency,
                owed.c.due == got.c.total,
            ))
            .outerjoin(who, who.c.remote_id == got.c.contact_id)
            .where(
                got.c.date.between(books.period.begin, books.period.end), got.c.total > 0,
                is_income,
            )
            .order_by(got.c.date, got.c.remote_id)
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: DirectIncomeOptions) -> Found:
        near = [
            row
            for row in rows["pairs"]
            if -options.days_after <= (row.date - row.invoice_date).days <= options.days_before
        ]
        return Found(
            findings=tuple(_finding(row, books) for row in _nearest(near)),
            figures={"currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: DirectIncomeOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        says = f"{count(len(opened), 'receipt')}, {stake(total, figures['currency'])}"
        return graded(Level.ERROR, says)


def _nearest(rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Each receipt and each invoice once, the nearest in time first."""
    taken: set[tuple[str, str]] = set()
    for row in sorted(rows, key=lambda row: abs((row.date - row.invoice_date).days)):
        both = {(row.source, row.remote_id), (row.invoice_source, row.invoice_id)}
        if not both & taken:
            taken |= both
            yield row


def _finding(row: Row[Any], books: Books) -> Finding:
    shown = money(row.total, row.currency)
    which = f"invoice {row.number}" if row.number else "an invoice"
    return Finding(
        key=(row.remote_id, row.invoice_id),
        title=row.name or "No contact",
        text=f"{shown} came in on {dated(row.date)} and went straight to income, while {which} of "
        f"{dated(row.invoice_date)} for {shown} is still open.",
        fix="Undo the receipt and match the money with the invoice.",
        records=(
            Record(source=row.source, remote_id=row.remote_id),
            Record(source=row.invoice_source, remote_id=row.invoice_id),
        ),
        amount=row.base_total,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        is_serious=True,
        facts={
            "Contact": row.name,
            "Received": row.date.isoformat(),
            "Amount": str(row.total),
            "Currency": row.currency,
            "Invoice": row.number,
            "Invoice date": row.invoice_date.isoformat(),
        },
    )
