"""What an e-invoice states, whichever its syntax, and the document that comes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from commands.items.reading.reading import (
    By,
    Known,
    ReadDocument,
    RefusalCode,
    Refused,
)
from commands.publishing.facts import ItemKind

CENT = Decimal("0.01")
CREDIT_NOTES = frozenset({"81", "83", "261", "296", "308", "381", "396", "420", "458", "532"})
_LONGEST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedLine:
    """A line, or an allowance (negative) or a charge on the whole document."""

    description: str
    net: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedTax:
    """The tax of all that is taxed at one rate."""

    percent: Decimal
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Who sells or buys."""

    name: str | None = None
    tax_number: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """An e-invoice. `total` contains tax; `payable` is what is left after `prepaid`."""

    by: By
    is_credit: bool
    number: str | None
    day: date | None
    due_day: date | None
    currency: str | None
    seller: Party
    buyer: Party
    total: Decimal | None
    tax: Decimal | None
    payable: Decimal | None
    note: str | None
    iban: str | None
    card: str | None
    lines: Sequence[StatedLine]
    taxes: Sequence[StatedTax]


def document(stated: Stated) -> ReadDocument:
    """Raises Refused where there is no total: then it is not an invoice, whatever its root says."""
    if stated.total is None:
        raise Refused(RefusalCode.DAMAGED, what="e-invoice")
    sign = Decimal(-1) if stated.total < 0 else Decimal(1)
    is_credit = stated.is_credit or sign < 0
    facts = {name: Known(value=value, confidence=1, by=stated.by) for name, value in _facts(stated)}
    return ReadDocument(
        kind=ItemKind.CREDIT_NOTE if is_credit else ItemKind.INVOICE,
        facts=facts,
        lines=tuple(_lines(stated, sign)),
        customer=_known(stated, stated.buyer.name),
        customer_tax_number=_known(stated, stated.buyer.tax_number),
        country=stated.seller.country,
        outstanding=_known(stated, _text(stated.payable, sign)),
    )


def tidy(text: str | None) -> str | None:
    """On one line and not endless; None for nothing."""
    return " ".join((text or "").split())[:_LONGEST] or None


def per_one(price: Decimal | None, per: Decimal) -> Decimal | None:
    """Of one, where the price is stated of a hundred or a dozen."""
    return price if price is None or per == 1 else round(price / per, 6)


def _known(stated: Stated, value: str | None) -> Known | None:
    return Known(value=value, confidence=1, by=stated.by) if value else None


def _text(amount: Decimal | None, sign: Decimal) -> str | None:
    return None if amount is None else format(amount * sign, "f")


def _facts(stated: Stated) -> Iterable[tuple[str, str]]:
    sign = Decimal(-1) if stated.total is not None and stated.total < 0 else Decimal(1)
    single = stated.lines[0].description if len(stated.lines) == 1 else None
    found = {
        "supplier": stated.seller.name,
        "day": stated.day and stated.day.isoformat(),
        "due_day": stated.due_day and stated.due_day.isoformat(),
        "number": stated.number,
        "currency": stated.currency,
        "total": _text(stated.total, sign),
        "tax": _text(stated.tax, sign),
        "description": single,
        "note": stated.note,
        "last4": stated.card and stated.card[-4:],
        "tax_number": stated.seller.tax_number,
        "iban": stated.iban,
    }
    return ((name, value) for name, value in found.items() if value)


def _lines(stated: Stated, sign: Decimal) -> list[dict[str, Any]]:
    """The lines with the tax of their rate shared out to the cent; none where they do not add up.

    Without lines the rates stand in for them, so that mixed tax is not lost.
    """
    lines = stated.lines or [
        StatedLine(description="", net=each.basis, tax_percent=each.percent)
        for each in stated.taxes
        if len(stated.taxes) > 1
    ]
    if not lines or stated.total is None:
        return []
    taxes = _shared_out(lines, stated.taxes) or _untaxed(lines, stated.tax)
    net = sum((line.net for line in lines), Decimal(0))
    if taxes is None or abs(net + sum(taxes) - stated.total) > CENT:
        return []
    return [_line(line, tax, sign) for line, tax in zip(lines, taxes, strict=True)]


def _untaxed(lines: Sequence[StatedLine], tax: Decimal | None) -> list[Decimal] | None:
    return None if tax else [Decimal(0)] * len(lines)


def _shared_out(lines: Sequence[StatedLine], stated: Sequence[StatedTax]) -> list[Decimal] | None:
    """The tax of each line; cents lost to rounding go to the largest line of the rate."""
    taxes: dict[Decimal, Decimal] = {}
    for each in stated:
        taxes[each.percent] = taxes.get(each.percent, Decimal(0)) + each.tax
    shares = [((line.tax_percent or 0) * line.net / 100).quantize(CENT) for line in lines]
    for percent, tax in taxes.items():
        members = [i for i, line in enumerate(lines) if (line.tax_percent or 0) == percent]
        if not members:
            if tax:
                return None
            continue
        largest = max(members, key=lambda i: abs(lines[i].net))
        shares[largest] += tax - sum(shares[i] for i in members)
    is_complete = all((line.tax_percent or 0) in taxes or not line.tax_percent for line in lines)
    return shares if taxes and is_complete else None


def _line(line: StatedLine, tax: Decimal, sign: Decimal) -> dict[str, Any]:
    found = {
        "description": line.description,
        "quantity": _text(line.quantity, Decimal(1)),
        "unit_price": _text(_fitting(line), sign),
        "net": _text(line.net, sign),
        "tax": _text(tax, sign),
        "total": _text(line.net + tax, sign),
        "tax_percent": _text(line.tax_percent, Decimal(1)),
    }
    return {name: value for name, value in found.items() if value is not None} | {"manual": {}}


def _fitting(line: StatedLine) -> Decimal | None:
    """The price of one, unless an allowance on the line makes it a different one."""
    if line.quantity is None or line.unit_price is None:
        return None
    return line.unit_price if abs(line.quantity * line.unit_price - line.net) < CENT else None
