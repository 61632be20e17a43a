"""Smart split: what the rule of a supplier or customer divides into lines (product §11.11)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from commands.publishing.amounts import NOTHING, shares, to_cent
from commands.publishing.coding import Coded
from commands.publishing.facts import FactLine, Facts
from storage.models import Rule

SPLIT = "split"  # where a rule keeps it, beside its coding
WHOLE = "whole"  # what a person says of an item that is not to be divided, in Item.manual
HUNDRED = Decimal(100)
CODED = (Coded.ACCOUNT, Coded.TAX_RATE)  # what a share says
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A part of the total: so many per cent, or an amount, or with neither what others leave."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    coded: Mapping[Coded, str]

    @property
    def is_rest(self) -> bool:
        return self.percent is None and self.amount is None


def split_of(rule: Rule) -> tuple[Share, ...]:
    """Nothing where it divides nothing."""
    return tuple(_share(kept) for kept in rule.coding.get(SPLIT) or ())


def kept(found: Sequence[Share]) -> list[dict[str, str]]:
    """As a rule keeps it."""
    return [
        {name: f"{value:f}" for name, value in _size(each).items() if value is not None}
        | {coded.value: value for coded, value in each.coded.items()}
        for each in found
    ]


def divided(facts: Facts, rule: Rule | None, manual: Mapping[str, Any]) -> Facts:
    """With the lines that the rule makes of it, unless it has lines or a person wants it whole."""
    found = split_of(rule) if rule is not None else ()
    if not found or facts.lines or not facts.total or WHOLE in manual:
        return facts
    parts = amounts(facts.total, found)
    lines = [
        FactLine(total=part, coded={coded.value: value for coded, value in each.coded.items()})
        for each, part in zip(found, parts, strict=bool(parts))
        if part
    ]
    return replace(facts, lines=tuple(lines))


def amounts(total: Decimal, found: Sequence[Share]) -> tuple[Decimal, ...]:
    """What each comes to, together the total; nothing where fixed amounts are more than that."""
    fixed = sum((each.amount or NOTHING for each in found), NOTHING)
    left = total - fixed
    if left < 0 or (left and not any(each.amount is None for each in found)):
        return ()
    weights = _weights(total, left, found)
    divided_up = iter(shares(left, [weight for weight in weights if weight is not None]))
    return tuple(
        to_cent(each.amount) if each.amount is not None else next(divided_up) for each in found
    )


def _weights(total: Decimal, left: Decimal, found: Sequence[Share]) -> list[Decimal | None]:
    """By which those that are no fixed amount have what is left; percentages are of the total."""
    told = [total * each.percent / HUNDRED if each.percent is not None else None for each in found]
    rest = max(left - sum((each for each in told if each is not None), NOTHING), NOTHING)
    return [
        None if each.amount is not None else rest if each.is_rest else weight
        for each, weight in zip(found, told, strict=True)
    ]


def read_share(text: str) -> tuple[Decimal | None, Decimal | None]:
    """`60%` as a percentage, `25.00` as an amount, nothing as neither. Raises ValueError."""
    bare = text.strip().lstrip("£€$").replace(",", "")
    if not bare:
        return None, None
    found = _SHARE.fullmatch(bare)
    if found is None or not Decimal(found[1]):
        raise ValueError(f"“{text.strip()}” is not a share such as 60% or 25.00.")
    value = Decimal(found[1])
    return (value, None) if found[2] else (None, value)


def check(found: Sequence[Share]) -> str | None:
    """Why these do not divide everything, in words; None where they do."""
    percents = sum((each.percent or NOTHING for each in found), NOTHING)
    rests = sum(each.is_rest for each in found)
    if len(found) == 1:
        return "One part is the whole: add another, or say it among the coding."
    if rests > 1:
        return "Only one part can be what the others leave."
    if percents > HUNDRED:
        return f"Together they are {percents.normalize():f} per cent."
    has_amounts = any(each.amount is not None for each in found)
    if not rests and (has_amounts or percents != HUNDRED):
        return "Leave the share of one part empty: it has what the others leave."
    return None


def _share(told: Mapping[str, str]) -> Share:
    return Share(
        percent=_number(told.get("percent")),
        amount=_number(told.get("amount")),
        coded={coded: told[coded.value] for coded in CODED if told.get(coded.value)},
    )


def _size(share: Share) -> dict[str, Decimal | None]:
    return {"percent": share.percent, "amount": share.amount}


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
