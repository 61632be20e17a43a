"""The tax codes of a QuickBooks company, as its documents are taxed by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from providers.drafts import Draft
from providers.quickbooks.shapes import TaxCodeRow, TaxRateList, TaxRateRow

UNTAXED, TAXED = "NON", "TAX"  # the pseudo codes of the United States
_SIMPLE = frozenset({None, "TaxOnAmount"})  # other rates are levied on one another


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """One of the rates a tax code consists of, in per cent."""

    id: str
    percent: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxTable:
    """The rates of every tax code on each side; None for codes whose tax is no plain sum."""

    is_american: bool
    sales: Mapping[str, tuple[Rate, ...] | None]
    purchases: Mapping[str, tuple[Rate, ...] | None]


def table(codes: Iterable[TaxCodeRow], rates: Iterable[TaxRateRow]) -> TaxTable:
    """Tax codes with their rates; the United States are known by their pseudo codes."""
    every = list(codes)
    percents = {rate.Id: rate.RateValue for rate in rates}
    return TaxTable(
        is_american=any(code.Id == UNTAXED for code in every),
        sales={code.Id: _rates(code.SalesTaxRateList, percents) for code in every},
        purchases={code.Id: _rates(code.PurchaseTaxRateList, percents) for code in every},
    )


def foretold(drafts: Iterable[Draft]) -> TaxTable:
    """What drafts know of the codes they name, where the company may not be asked. A code that no
    line tells the percentage of is not there; the rates have no ids, so no tax goes beside lines.

    Only in the United States may a line be without a code of the company's own.
    """
    lines = [line for draft in drafts for line in draft.lines]
    known = {
        line.tax_rate: (Rate(id="", percent=line.tax_percent),)
        for line in lines
        if line.tax_rate is not None and line.tax_percent is not None
    }
    is_american = all(line.tax_rate in {None, TAXED, UNTAXED} for line in lines)
    return TaxTable(is_american=is_american, sales=known, purchases=known)


def _rates(
    side: TaxRateList | None, percents: Mapping[str, Decimal | None]
) -> tuple[Rate, ...] | None:
    found: list[Rate] = []
    for detail in (side.TaxRateDetail or ()) if side is not None else ():
        percent = percents.get(detail.TaxRateRef.value or "")
        if percent is None or detail.TaxTypeApplicable not in _SIMPLE:
            return None
        found.append(Rate(id=detail.TaxRateRef.value or "", percent=percent))
    return tuple(found)
