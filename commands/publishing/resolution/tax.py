"""How much tax each line is sent with: the document's, the ledger's, or none (product §11.6)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commands.publishing.amounts import NOTHING, shares, to_cent
from commands.publishing.choices import Choices, TaxPolicy
from commands.publishing.coding import Coded, Coding, Source, Sourced
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists
from providers.records import TaxRate

BY_HAND = frozenset({Source.MANUAL_LINE, Source.MANUAL})
BY_RULE = frozenset(
    {Source.METHOD_RULE, Source.SUPPLIER_RULE, Source.CUSTOMER_RULE, Source.USER_RULE}
)
_REVERSE = re.compile(r"reverse[\s-]*charge", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTax:
    """The rate of a line and its tax; an `amount` of None leaves it to the ledger."""

    rate: str | None
    amount: Decimal | None


def suits(rate: TaxRate, side: Side) -> bool:
    """Whether the ledger takes it on documents of that side."""
    return rate.on_sales if side is Side.SALE else rate.on_costs


def is_reverse_charge(rate: TaxRate) -> bool:
    """Whoever buys owes the tax: the document has none, and none is missing."""
    return _REVERSE.search(rate.name) is not None


def contained(gross: Decimal, percent: Decimal) -> Decimal:
    """The tax within an amount, at a percentage, to the cent."""
    return to_cent(gross * percent / (100 + percent))


def of_percent(lists: Lists, percent: Decimal, side: Side) -> TaxRate | None:
    """The only rate in use there is of that percentage; None where there are several."""
    found = [
        rate
        for rate in lists.tax_rates.values()
        if rate.active and rate.rate == percent and suits(rate, side)
    ]
    return found[0] if len(found) == 1 else None


def line_taxes(
    facts: Facts, coding: Coding, choices: Choices, lists: Lists, *, gross: Sequence[Decimal]
) -> tuple[LineTax, ...]:
    """Of each line, whose amounts with tax are `gross`."""
    named = [coding.of(Coded.TAX_RATE, i) for i in range(len(gross))]
    rates = [lists.tax_rates.get(each.value) if each else None for each in named]
    if choices.tax_policy is TaxPolicy.LEDGER:
        return tuple(LineTax(rate=_id(each), amount=None) for each in named)
    told = _told(facts, gross, rates)
    taxes = []
    for i, (source, rate) in enumerate(zip(named, rates, strict=True)):
        by_hand = facts.tax_by_hand or _is_told_by_hand(facts, i)
        of_account = _of_account(coding, lists, i)
        if choices.tax_policy is TaxPolicy.EXCEPTIONS and not _is_chosen(source):
            taxes.append(_excepted(source, of_account, told[i]))
        else:
            amount = told[i] if by_hand else _chosen(source, rate, told[i], gross[i])
            taxes.append(LineTax(rate=_id(source), amount=amount))
    return tuple(taxes)


def _id(source: Sourced | None) -> str | None:
    return (source.value or None) if source else None


def _is_told_by_hand(facts: Facts, line: int) -> bool:
    return line < len(facts.lines) and "tax" in facts.lines[line].manual


def _is_chosen(source: Sourced | None) -> bool:
    return source is not None and source.source in BY_HAND | BY_RULE


def _of_account(coding: Coding, lists: Lists, line: int) -> TaxRate | None:
    account = lists.accounts.get(coding.get(Coded.ACCOUNT, line) or "")
    return lists.tax_rates.get(account.tax_rate or "") if account else None


def _excepted(source: Sourced | None, of_account: TaxRate | None, told: Decimal | None) -> LineTax:
    """The document's tax, unless the account has none or the document says none."""
    if of_account is not None and of_account.rate == 0:
        return LineTax(rate=of_account.remote_id, amount=NOTHING)
    return LineTax(rate=_id(source), amount=told or None)


def _chosen(
    source: Sourced | None, rate: TaxRate | None, told: Decimal | None, gross: Decimal
) -> Decimal | None:
    """A rate picked by hand tells the tax; one that a rule says tells it where the document does
    not, or where there is none; otherwise the document's holds."""
    if rate is not None and rate.rate is None:
        return told
    if source is None or rate is None or rate.rate is None:
        return told or NOTHING
    computed = NOTHING if is_reverse_charge(rate) else contained(gross, rate.rate)
    if source.source in BY_HAND or (source.source in BY_RULE and (told is None or not computed)):
        return computed
    return told or NOTHING


def _told(
    facts: Facts, gross: Sequence[Decimal], rates: Sequence[TaxRate | None]
) -> tuple[Decimal | None, ...]:
    """The document's tax, line by line; None where it says nothing."""
    own = [line.tax for line in facts.lines]
    if own and all(each is not None for each in own):
        return tuple(to_cent(each) for each in own if each is not None)
    if facts.tax is None:
        return tuple(own) if own else (None,) * len(gross)
    left = facts.tax - sum((each for each in own if each is not None), NOTHING)
    open_lines = [i for i in range(len(gross)) if i >= len(own) or own[i] is None]
    parts = dict(
        zip(open_lines, shares(left, _weights(facts, gross, rates, open_lines)), strict=True)
    )
    return tuple(parts[i] if i in parts else own[i] for i in range(len(gross)))


def _weights(
    facts: Facts, gross: Sequence[Decimal], rates: Sequence[TaxRate | None], lines: Sequence[int]
) -> list[Decimal]:
    """Where tax is likely to be: by the percentages told or coded, else by amount."""
    likely = []
    for i in lines:
        percent = facts.lines[i].tax_percent if facts.lines else None
        rate = rates[i]
        if percent is None and rate is not None:
            percent = NOTHING if is_reverse_charge(rate) else rate.rate
        likely.append(gross[i] * (percent or NOTHING) / (100 + (percent or NOTHING)))
    return likely if sum(likely, NOTHING) else [gross[i] for i in lines]
