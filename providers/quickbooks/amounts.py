"""The amounts of a document as they are sent to QuickBooks."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from providers.books import DocumentKind

CENT = Decimal("0.01")
SOLD = frozenset({DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT})


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxedLine:
    """A line as it is sent: `gross` only where the document is tax inclusive."""

    amount: Decimal
    gross: Decimal | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Taxed:
    """`total` is what it comes to, None where only QuickBooks can tell. `detail` is TxnTaxDetail
    where QuickBooks would work out something else."""

    lines: tuple[TaxedLine, ...]
    calculation: str | None = None
    detail: dict[str, Any] | None = None
    total: Decimal | None = None


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
