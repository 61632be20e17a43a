"""Total, tax and net amount of a document: by their labels, and by whether they add up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, combinations, takewhile

from commands.items.reading.amounts import Amount, amounts
from commands.items.reading.labels import Label, Part
from commands.items.reading.paper import Paper

_RANK = {Part.TOTAL: 0, Part.BARE_TOTAL: 1, Part.TO_PAY: 2}
_CENT = Decimal("0.01")
_MOST_SUMS = 30
_MOST_TAXES = 8
_UNTAXED = re.compile(
    r"reverse charge|autoliquidation|steuerschuldnerschaft|btw verlegd|§ ?19 ?ustg|"
    r"kleinunternehmer|tva non applicable|exonere de tva|vat exempt|exempt from vat|"
    r"not vat registered|no vat charged|vrijgesteld van btw|steuerfrei"
)
_PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An amount that a label names. `percent` is a rate in the same row."""

    part: Part
    amount: Amount
    row: int
    is_under: bool = False
    percent: Decimal | None = None

    @property
    def value(self) -> Decimal:
        return self.amount.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What the amounts of a document are, as far as known, and how sure the two facts are."""

    total: Candidate | None = None
    tax: Decimal | None = None
    net: Decimal | None = None
    total_sure: float = 0.0
    tax_sure: float = 0.0


def sums(paper: Paper) -> Sums:
    """Amounts that add up are surest."""
    found = list(_candidates(paper))
    totals = sorted(
        (each for each in found if each.part in _RANK),
        key=lambda each: (each.is_under, _RANK[each.part], -each.row),
    )[:_MOST_SUMS]
    nets = [each.value for each in found if each.part is Part.NET][-_MOST_SUMS:]
    taxes = _distinct([each for each in found if each.part is Part.TAX])
    if not totals:
        return _largest(paper, taxes)
    return _adding_up(totals, nets, taxes) or _likely(
        totals, nets, taxes, is_untaxed=_is_untaxed(paper)
    )


def _is_untaxed(paper: Paper) -> bool:
    """Whether it says that there is no tax on it."""
    return any(_UNTAXED.search(row.plain) for row in paper.rows)


def _candidates(paper: Paper) -> Iterator[Candidate]:
    for n, label in paper.labelled(*_RANK, Part.NET, Part.TAX):
        beside = _money(paper.after(n, label), paper)
        rest = beside or _money(paper.rows[n].text[label.end :], paper)
        amount = rest[-1] if rest else _under(paper, n, label)
        if amount is not None:
            yield Candidate(
                part=label.part,
                amount=amount,
                row=n if rest else n + 1,
                is_under=not rest,
                percent=_percent(paper, n, label),
            )


def _under(paper: Paper, n: int, label: Label) -> Amount | None:
    """The amount below a heading; of several, as in a table of the rates, what they add up to."""
    if _has_money(paper, n):
        return None
    column = [_money(text, paper)[:1] for text in paper.column_under(n, label)]
    found = list(chain.from_iterable(takewhile(bool, column)))
    return (
        replace(found[0], value=sum((each.value for each in found), Decimal(0))) if found else None
    )


def _money(text: str, paper: Paper) -> list[Amount]:
    return [each for each in amounts(text, comma=paper.comma) if each.is_money]


def _has_money(paper: Paper, n: int) -> bool:
    return bool(_money(paper.rows[n].text, paper))


def _percent(paper: Paper, n: int, label: Label) -> Decimal | None:
    match = _PERCENT.search(paper.rows[n].text[label.start :]) or _PERCENT.search(
        paper.rows[n].text
    )
    return Decimal(match[1].replace(",", ".")) if match else None


def _distinct(taxes: Sequence[Candidate]) -> list[Candidate]:
    """Documents repeat the tax in a summary: the same amount at the same rate counts once."""
    seen: dict[tuple[Decimal, Decimal | None], Candidate] = {}
    for each in taxes:
        seen.setdefault((each.value, each.percent), each)
    return list(seen.values())[:_MOST_TAXES]


def _adding_up(
    totals: Sequence[Candidate], nets: Sequence[Decimal], taxes: Sequence[Candidate]
) -> Sums | None:
    options = {
        sum((each.value for each in some), Decimal(0))
        for size in (1, 2, 3)
        for some in combinations(taxes, size)
    }
    for total in totals:
        for net in nets:
            if total.value - net in options:
                sure = 0.97 if _is_undisputed(total, totals) else 0.6
                tax = total.value - net
                return Sums(total=total, tax=tax, net=net, total_sure=sure, tax_sure=sure)
    return None


def _is_undisputed(total: Candidate, totals: Sequence[Candidate]) -> bool:
    """A row of a table may add up too, beside a total that is larger."""
    return not total.is_under or all(abs(each.value) <= abs(total.value) for each in totals)


def _likely(
    totals: Sequence[Candidate],
    nets: Sequence[Decimal],
    taxes: Sequence[Candidate],
    *,
    is_untaxed: bool,
) -> Sums:
    total = totals[0]
    sure = 0.5 if total.is_under else (0.75 if total.part is Part.BARE_TOTAL else 0.85)
    tax, tax_sure = _tax(total.value, taxes)
    sure = max(sure, tax_sure)
    if tax is not None:
        return Sums(total=total, tax=tax, total_sure=sure, tax_sure=tax_sure)
    if nets and 0 < total.value - nets[-1] < abs(nets[-1]) * Decimal("0.3"):
        tax, tax_sure = total.value - nets[-1], 0.7
    elif is_untaxed:
        tax, tax_sure = Decimal(0), 0.8
    return Sums(total=total, tax=tax, total_sure=sure, tax_sure=tax_sure)


def _tax(total: Decimal, taxes: Sequence[Candidate]) -> tuple[Decimal | None, float]:
    """The tax in a total; surer where it is what the rate beside it makes of the total."""
    possible = [each for each in taxes if abs(each.value) < abs(total)]
    for each in possible:
        share = total * (each.percent or 0) / (100 + (each.percent or 0))
        if each.percent and abs(share - each.value) <= _CENT * 2:
            return each.value, 0.9
    if not possible:
        return None, 0.0
    rates = {each.percent for each in possible}
    if len(rates) == len(possible) > 1 and None not in rates:
        return sum((each.value for each in possible), Decimal(0)), 0.6
    return possible[-1].value, 0.6


def _largest(paper: Paper, taxes: Sequence[Candidate]) -> Sums:
    """Without any label: the largest amount, as a guess."""
    found = [
        Candidate(part=Part.BARE_TOTAL, amount=each, row=n)
        for n, row in enumerate(paper.rows)
        for each in _money(row.text, paper)
    ]
    if not found:
        return Sums()
    total = max(found, key=lambda each: abs(each.value))
    tax, _ = _tax(total.value, taxes)
    return Sums(total=total, tax=tax, total_sure=0.35, tax_sure=0.35)
