"""Which rules are for an item, and what each kind of rule may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from commands.clients.names import name_key
from commands.publishing.coding import OF_LINES, Coded, Source
from commands.publishing.facts import Facts, Side
from storage.models import Rule, RuleKind

_ALL = (
    OF_LINES - {Coded.CUSTOMER, Coded.BILLABLE}
    | {Coded.CONTACT, Coded.DUE_DAY, Coded.CURRENCY, Coded.PAID, Coded.PAYMENT_METHOD}
    | {Coded.PUBLISH_TO, Coded.PUBLISH_AS}
)
FIELDS: Mapping[RuleKind, frozenset[Coded]] = {
    RuleKind.SUPPLIER: _ALL | {Coded.CUSTOMER, Coded.BILLABLE},
    RuleKind.CUSTOMER: _ALL,
    RuleKind.USER: frozenset({Coded.PAYMENT_METHOD, Coded.TRACKING_1, Coded.TRACKING_2}),
}  # product §11.8
SOURCES = {
    RuleKind.SUPPLIER: Source.SUPPLIER_RULE,
    RuleKind.CUSTOMER: Source.CUSTOMER_RULE,
    RuleKind.USER: Source.USER_RULE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitting:
    """The rule for an item's supplier or customer, and the one for its owner."""

    party: Rule | None = None
    user: Rule | None = None


def fitting(rules: Sequence[Rule], facts: Facts) -> Fitting:
    """Of several for the same subject the first whose conditions fit."""
    kind = RuleKind.CUSTOMER if facts.side is Side.SALE else RuleKind.SUPPLIER
    subject = name_key(facts.supplier) if facts.supplier else None
    return Fitting(
        party=_first(rules, kind, subject, facts),
        user=_first(rules, RuleKind.USER, facts.owner or None, facts),
    )


def said_by(rule: Rule) -> Mapping[Coded, str]:
    """What a rule says, as far as its kind may."""
    known = {Coded(name): value for name, value in rule.coding.items() if name in set(Coded)}
    return {name: value for name, value in known.items() if value and name in FIELDS[rule.kind]}


def _first(rules: Sequence[Rule], kind: RuleKind, subject: str | None, facts: Facts) -> Rule | None:
    mine = [rule for rule in rules if rule.kind == kind and rule.subject == subject]
    ordered = sorted(mine, key=lambda rule: (rule.position, rule.made_at, rule.id))
    return next((rule for rule in ordered if fits(rule, facts)), None)


def fits(rule: Rule, facts: Facts) -> bool:
    """Whether an item of its subject meets its conditions.

    `least`, `most` and `keyword` are as they sound, `kind` a kind of item, and `submitted_from` and
    `submitted_before` instants. A customer rule never reaches back to items that were there before
    it (product §11.8).
    """
    if rule.kind == RuleKind.CUSTOMER and _came_before(facts, rule.made_at):
        return False
    asked = rule.conditions
    return (
        _is_in_range(facts.total, asked)
        and _has_keyword(facts, asked.get("keyword"))
        and asked.get("kind") in (None, "", facts.kind.value)
        and _came_in_time(facts, asked)
    )


def _came_before(facts: Facts, instant: datetime) -> bool:
    return facts.submitted_at is not None and facts.submitted_at < instant


def _came_in_time(facts: Facts, asked: Mapping[str, Any]) -> bool:
    first, end = asked.get("submitted_from"), asked.get("submitted_before")
    if first and _came_before(facts, datetime.fromisoformat(first)):
        return False
    return not end or _came_before(facts, datetime.fromisoformat(end))


def _is_in_range(total: Decimal | None, asked: Mapping[str, Any]) -> bool:
    least, most = _amount(asked.get("least")), _amount(asked.get("most"))
    if least is None and most is None:
        return True
    if total is None:
        return False
    return (least is None or total >= least) and (most is None or total <= most)


def _amount(text: object) -> Decimal | None:
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None


def _has_keyword(facts: Facts, keyword: str | None) -> bool:
    if not keyword:
        return True
    said = (facts.description, facts.number, facts.note, *(e.description for e in facts.lines))
    return any(keyword.casefold() in text.casefold() for text in said if text)
