"""Amounts in the United States: QuickBooks taxes sales by address, and purchases not at all."""

from collections.abc import Sequence
from decimal import Decimal

from providers.books import TaxTreatment
from providers.drafts import Draft
from providers.quickbooks.amounts import SOLD, Taxed, TaxedLine, cents, total_of
from providers.quickbooks.tax_codes import UNTAXED

_ZERO = Decimal(0)


def taxed(draft: Draft) -> Taxed:
    """Purchases cost what was paid, tax and all; sales that are taxed go without their tax."""
    lines = []
    for line in draft.lines:
        tax = cents(line.tax_amount or _ZERO)
        is_gross = draft.treatment is not TaxTreatment.EXCLUSIVE
        gross = cents(line.amount) + (_ZERO if is_gross else tax)
        is_taxed = draft.kind in SOLD and line.tax_rate not in {None, UNTAXED}
        code = line.tax_rate if is_taxed else UNTAXED
        lines.append(TaxedLine(amount=gross - tax if is_taxed else gross, code=code))
    if any(line.code != UNTAXED for line in lines):
        return Taxed(lines=tuple(lines))
    if draft.kind not in SOLD and any(line.tax_amount is None for line in draft.lines):
        lines = _spread(lines, draft.total - total_of(line.amount for line in lines))
    return Taxed(lines=tuple(lines), total=total_of(line.amount for line in lines))


def _spread(lines: Sequence[TaxedLine], more: Decimal) -> list[TaxedLine]:
    """Tax that only the whole states, as a part of every line."""
    whole = total_of(line.amount for line in lines)
    if not more or not whole:
        return list(lines)
    parts = [cents(more * line.amount / whole) for line in lines]
    parts[-1] += more - total_of(parts)
    return [
        TaxedLine(amount=line.amount + part, code=line.code)
        for line, part in zip(lines, parts, strict=True)
    ]
