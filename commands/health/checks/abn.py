"""Australian suppliers without a business number that can be."""

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
from commands.health.samples import bill, contact, line, money_out
from commands.health.words import count, money, stake
from providers.books import DocumentKind

KINDS = (DocumentKind.BILL, DocumentKind.MONEY_OUT)
# Australian Business Register, "Format of the ABN": one less in the first place, then these
WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
DIVISOR = 89


@dataclass(frozen=True, kw_only=True, slots=True)
class AbnOptions(Options):
    """From when on a number is needed."""

    least: Decimal = field(
        default=Decimal("82.50"),
        metadata={"label": "Suppliers with GST on this much with tax, at least"},
    )


def _gst(net: str, tax: str) -> Any:
    return line(net, tax=Decimal(tax), tax_rate="INPUT")


class Abn(Check[AbnOptions]):
    """Suppliers who charged GST in the period and have no ABN, or one that cannot be right.

    Why: GST can be claimed only with a tax invoice that shows the supplier's ABN; without one, tax
    has to be withheld from the payment.

    Fix: take the number from the supplier's invoice or look it up in the Australian Business
    Register. Only its check digits are looked at here: whether it exists, is registered for GST or
    belongs to this supplier, the register alone knows.
    """

    code = "abn"
    title = "ABN"
    group = Group.TAX
    options = AbnOptions
    examples = (
        Example(
            records=(
                contact("c1", "No Number", tax_number=None),
                contact("c2", "Wrong Number", tax_number="51 824 753 557"),
                contact("c3", "Right Number", tax_number="51 824 753 556"),
                bill("a", _gst("100", "10")),
                money_out("b", _gst("100", "10"), contact_id="c2"),
                bill("c", _gst("100", "10"), contact_id="c3"),
            ),
            country="AU",
            finds=("No Number", "Wrong Number"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                contact("c1", "Small"),
                contact("c2", "No GST"),
                bill("a", _gst("74.99", "7.50")),
                bill("b", _gst("500", "0"), contact_id="c2"),
            ),
            country="AU",
            level=Level.FINE,
        ),
        Example(
            records=(
                contact("vendor:1", "No Number", source="Vendor"),
                bill("a", _gst("100", "10"), source="Bill", contact_id="vendor:1"),
            ),
            country="AU",
            provider="quickbooks",
            finds=("No Number",),
        ),
        Example(records=(), level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: AbnOptions) -> Verdict | None:
        return None if books.country == "AU" else unavailable("for Australia only")

    def queries(self, books: Books, options: AbnOptions) -> Mapping[str, Select[Any]]:
        own, contacts = books.documents(*KINDS), books.contacts
        tax = books.base(own.c.tax, own)
        charged = (
            select(
                own.c.contact_id,
                func.sum(own.c.base_total).label("total"),
                func.sum(tax).label("tax"),
                func.max(own.c.date).label("latest"),
            )
            .where(own.c.date.between(books.period.begin, books.period.end), own.c.tax > 0)
            .group_by(own.c.contact_id)
            .subquery("charged")
        )
        found = (
            select(
                charged.c.total, charged.c.tax, charged.c.latest, contacts.c.source,
                contacts.c.remote_id, contacts.c.name, contacts.c.tax_number,
            )
            .join(contacts, contacts.c.remote_id == charged.c.contact_id)
            .where(charged.c.total >= options.least)
            .order_by(charged.c.tax.desc(), contacts.c.remote_id)
        )  # fmt: skip
        return {"found": found}

    def find(self, rows: Rows, books: Books, options: AbnOptions) -> Found:
        return Found(
            findings=tuple(
                _finding(row, books) for row in rows["found"] if not can_be_abn(row.tax_number)
            ),
            figures={"suppliers": len(rows["found"]), "currency": books.currency},
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: AbnOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "all have one")
        tax = sum((each.amount or Decimal() for each in opened), Decimal())
        return graded(
            Level.WARNING,
            f"{len(opened):,} of {count(figures['suppliers'], 'supplier')}, "
            f"{stake(tax, figures['currency'])} of GST",
        )


def can_be_abn(told: str | None) -> bool:
    """Eleven digits, however they are spaced, whose weighted sum is a multiple of 89."""
    digits = [int(each) for each in (told or "") if each.isascii() and each.isdigit()]
    if len(digits) != len(WEIGHTS):
        return False
    digits[0] -= 1
    return sum(w * d for w, d in zip(WEIGHTS, digits, strict=True)) % DIVISOR == 0


def _finding(row: Row[Any], books: Books) -> Finding:
    spent = money(row.total, books.currency)
    wrong = f"{row.tax_number} cannot be an ABN" if row.tax_number else "There is no ABN"
    return Finding(
        key=(row.remote_id, row.tax_number or ""),
        title=row.name,
        text=f"{wrong}, while {spent} with GST was bought in the period.",
        fix="Take the number from the supplier's invoice, or look it up in the register.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.tax,
        currency=books.currency,
        since=row.latest,
        facts={"Supplier": row.name, "ABN": row.tax_number, "Bought": row.total, "GST": row.tax},
    )
