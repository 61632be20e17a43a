"""What QuickBooks makes of a draft's amounts, and what to send so that they come out as stated.

Outside the United States QuickBooks works tax out itself, once for all lines of a tax code where
amounts are without tax and line by line where they contain it, half cents upwards. Where a document
says otherwise, its lines go without their tax, and the tax goes beside them (TxnTaxDetail).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import starmap
from typing import Any

from providers.books import TaxTreatment
from providers.drafts import Draft
from providers.quickbooks import american
from providers.quickbooks.amounts import CENT, SOLD, Taxed, TaxedLine, cents, total_of
from providers.quickbooks.tax_codes import Rate, TaxTable

_ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """The lines of one tax code: their net, what QuickBooks would say and what is wanted."""

    rates: tuple[Rate, ...]
    net: Decimal
    usual: Decimal
    wanted: Decimal
    is_stated: bool


def taxed(draft: Draft, known: TaxTable) -> Taxed:
    """What to send for the amounts and taxes of a draft."""
    if known.is_american:
        return american.taxed(draft)
    if draft.treatment is TaxTreatment.NONE:
        lines = tuple(TaxedLine(amount=cents(line.amount)) for line in draft.lines)
        return Taxed(
            lines=lines, calculation="NotApplicable", total=total_of(x.amount for x in lines)
        )
    side = known.sales if draft.kind in SOLD else known.purchases
    if any(side.get(line.tax_rate or "") is None for line in draft.lines):
        return _left_to_quickbooks(draft)
    by_line = [side[line.tax_rate or ""] or () for line in draft.lines]
    if draft.treatment is TaxTreatment.INCLUSIVE:
        return _inclusive(draft, by_line)
    return _exclusive(draft, by_line)


def is_foretold(draft: Draft, known: TaxTable) -> bool:
    """Whether codes alone say all of its tax, by what the draft knows of them (`foretold`)."""
    if known.is_american:
        return True
    codes = {line.tax_rate for line in draft.lines}
    is_known = draft.treatment is TaxTreatment.INCLUSIVE and codes <= known.purchases.keys()
    return is_known and taxed(draft, known).detail is None


def _left_to_quickbooks(draft: Draft) -> Taxed:
    """With codes whose tax is not ours to foretell, or that we have not heard of."""
    if draft.treatment is TaxTreatment.EXCLUSIVE:
        lines = tuple(TaxedLine(amount=cents(x.amount), code=x.tax_rate) for x in draft.lines)
        return Taxed(lines=lines, calculation="TaxExcluded")
    lines = tuple(
        TaxedLine(
            amount=cents(x.amount - (x.tax_amount or _ZERO)),
            gross=cents(x.amount),
            code=x.tax_rate,
        )
        for x in draft.lines
    )
    return Taxed(lines=lines, calculation="TaxInclusive")


def _inclusive(draft: Draft, by_line: Sequence[tuple[Rate, ...]]) -> Taxed:
    grosses = [cents(line.amount) for line in draft.lines]
    usual = [gross - _net(gross, rates) for gross, rates in zip(grosses, by_line, strict=True)]
    wanted = [
        cents(line.tax_amount) if line.tax_amount is not None else tax
        for line, tax in zip(draft.lines, usual, strict=True)
    ]
    nets = [gross - tax for gross, tax in zip(grosses, wanted, strict=True)]
    codes = [line.tax_rate for line in draft.lines]
    if _by_code(codes, usual) == _by_code(codes, wanted):
        lines = [
            TaxedLine(amount=gross - tax, gross=gross, code=code)
            for gross, tax, code in zip(grosses, usual, codes, strict=True)
        ]
        return Taxed(lines=tuple(lines), calculation="TaxInclusive", total=total_of(grosses))
    groups = _groups(draft, by_line, nets, wanted)
    return _beside(draft, nets, list(groups.values()))


def _exclusive(draft: Draft, by_line: Sequence[tuple[Rate, ...]]) -> Taxed:
    nets = [cents(line.amount) for line in draft.lines]
    stated = [None if x.tax_amount is None else cents(x.tax_amount) for x in draft.lines]
    groups = _groups(draft, by_line, nets, stated)
    odd = draft.total - total_of(nets) - total_of(group.wanted for group in groups.values())
    unstated = [code for code, group in groups.items() if not group.is_stated]
    taxed_at_all = [code for code in unstated if _percent(groups[code].rates)]
    if odd and taxed_at_all and abs(odd) <= CENT * len(nets):  # rounded in another way
        most = max(taxed_at_all, key=lambda code: groups[code].net)
        groups[most] = replace(groups[most], wanted=groups[most].wanted + odd)
    if all(group.wanted == group.usual for group in groups.values()):
        made = Taxed(
            lines=_coded(draft, nets),
            calculation="TaxExcluded",
            total=total_of(nets) + total_of(group.usual for group in groups.values()),
        )
    else:
        made = _beside(draft, nets, list(groups.values()))
    is_asked = made.total == draft.total or not unstated
    return made if is_asked else replace(made, total=None)


def _coded(draft: Draft, nets: Sequence[Decimal]) -> tuple[TaxedLine, ...]:
    pairs = zip(nets, draft.lines, strict=True)
    return tuple(TaxedLine(amount=net, code=line.tax_rate) for net, line in pairs)


def _groups(
    draft: Draft,
    by_line: Sequence[tuple[Rate, ...]],
    nets: Sequence[Decimal],
    taxes: Sequence[Decimal | None],
) -> dict[str, _Group]:
    """By tax code; where no line of a code states its tax, what QuickBooks says is wanted."""
    found: dict[str, _Group] = {}
    codes = [line.tax_rate or "" for line in draft.lines]
    for code in dict.fromkeys(codes):
        own = [number for number, each in enumerate(codes) if each == code]
        rates = by_line[own[0]]
        net = total_of(nets[number] for number in own)
        told = [taxes[number] for number in own]
        usual = total_of(_taxes(net, rates))
        is_open = all(tax is None for tax in told)
        each = [
            tax if tax is not None else total_of(_taxes(nets[number], rates))
            for number, tax in zip(own, told, strict=True)
        ]
        found[code] = _Group(
            rates=rates,
            net=net,
            usual=usual,
            wanted=usual if is_open else total_of(each),
            is_stated=None not in told,
        )
    return found


def _beside(draft: Draft, nets: Sequence[Decimal], groups: Sequence[_Group]) -> Taxed:
    """Lines without their tax, and the tax of each rate beside them."""
    amounts: dict[str, tuple[Rate, Decimal, Decimal]] = {}
    for group in groups:
        for rate, tax in zip(group.rates, _shares(group), strict=True):
            _, net_before, tax_before = amounts.get(rate.id, (rate, _ZERO, _ZERO))
            amounts[rate.id] = (rate, net_before + group.net, tax_before + tax)
    tax_lines = list(starmap(_tax_line, amounts.values()))
    tax = total_of(line["Amount"] for line in tax_lines)
    return Taxed(
        lines=_coded(draft, nets),
        calculation="TaxExcluded",
        detail={"TotalTax": tax, "TaxLine": tax_lines},
        total=total_of(nets) + tax,
    )


def _shares(group: _Group) -> list[Decimal]:
    """The tax of a code by its rates. Rates that cancel one another out stay as they are."""
    usual = _taxes(group.net, group.rates)
    whole = _percent(group.rates)
    if group.wanted == group.usual or not group.rates or not whole:
        return usual
    shares = [cents(group.wanted * rate.percent / whole) for rate in group.rates]
    shares[-1] += group.wanted - total_of(shares)
    return shares


def _tax_line(rate: Rate, net: Decimal, tax: Decimal) -> dict[str, Any]:
    return {
        "Amount": tax,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": rate.percent,
            "NetAmountTaxable": net,
        },
    }


def _taxes(net: Decimal, rates: Sequence[Rate]) -> list[Decimal]:
    return [cents(net * rate.percent / 100) for rate in rates]


def _net(gross: Decimal, rates: Sequence[Rate]) -> Decimal:
    return cents(gross * 100 / (100 + _percent(rates)))


def _percent(rates: Sequence[Rate]) -> Decimal:
    return total_of(rate.percent for rate in rates)


def _by_code(codes: Sequence[str | None], amounts: Sequence[Decimal]) -> dict[str | None, Decimal]:
    sums: dict[str | None, Decimal] = {}
    for code, amount in zip(codes, amounts, strict=True):
        sums[code] = sums.get(code, _ZERO) + amount
    return sums
