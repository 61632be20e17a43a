"""In which currency a document is sent (product §11.10)."""

from dataclasses import dataclass, replace
from decimal import Decimal

from commands.publishing.amounts import grosses, shares, to_cent
from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import FactLine, Facts
from commands.publishing.lists import Lists


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """`rate` is the base currency's worth of one unit of the document's; None in the base currency,
    and where the ledger is to take its own."""

    currency: str
    rate: Decimal | None
    is_converted: bool = False


def money_of(facts: Facts, coding: Coding, choices: Choices, lists: Lists) -> Money:
    """The document's own, unless the client or the ledger wants the base currency only and the
    rate is known."""
    currency = coding.get(Coded.CURRENCY) or lists.base_currency
    if currency == lists.base_currency:
        return Money(currency=currency, rate=None)
    if is_base_only(choices, lists) and facts.rate is not None:
        return Money(currency=lists.base_currency, rate=facts.rate, is_converted=True)
    return Money(currency=currency, rate=facts.rate if choices.own_rate else None)


def is_base_only(choices: Choices, lists: Lists) -> bool:
    return not choices.multi_currency or lists.organisation.is_multi_currency is False


def is_new_currency(lists: Lists, currency: str) -> bool:
    """Whether the organisation has told its currencies, and this is none of them."""
    known = lists.organisation.currencies
    return known is not None and currency not in known


def converted(facts: Facts, rate: Decimal) -> Facts:
    """The same in the base currency: lines and tax still agree with the total."""
    assert facts.total is not None
    total = to_cent(facts.total * rate)
    parts = shares(total, [each * rate for each in grosses(facts)]) if facts.lines else ()
    return replace(
        facts,
        total=total,
        tax=_worth(facts.tax, rate),
        lines=tuple(_line(one, part, rate) for one, part in zip(facts.lines, parts, strict=True)),
    )


def _line(line: FactLine, total: Decimal, rate: Decimal) -> FactLine:
    return replace(
        line, total=total, tax=_worth(line.tax, rate), net=_worth(line.net, rate), unit_price=None
    )


def _worth(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    return None if amount is None else to_cent(amount * rate)
