"""Whether somebody has consented to an item as it is now, and who is to be asked."""

from decimal import Decimal
from enum import StrEnum

from commands.publishing.choices import Choices
from commands.publishing.facts import Facts
from commands.publishing.lists import Lists
from storage.models import Item


class Approval(StrEnum):
    """How it stands with the consent that was asked for; kept in Item.approval as `state`."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


def is_approved(item: Item, facts: Facts) -> bool:
    """What was approved is approved for its amount: more needs consent again."""
    if item.approval.get("state") != Approval.APPROVED:
        return False
    return (facts.total or Decimal(0)) <= Decimal(item.approval.get("total") or 0)


def needs_approval(facts: Facts, choices: Choices, lists: Lists | None) -> bool:
    """Whether its total is one to be asked about."""
    return choices.approve_above is not None and _is_from(choices.approve_above, facts, lists)


def stages(facts: Facts, choices: Choices, lists: Lists | None) -> tuple[tuple[str, ...], ...]:
    """Who may consent to it, one group after the other."""
    least, later = choices.then_above, choices.then_approvers
    if least is None or not later or not _is_from(least, facts, lists):
        return (choices.approvers,)
    return (choices.approvers, later)


def _is_from(least: Decimal, facts: Facts, lists: Lists | None) -> bool:
    """By its total in the base currency; also where nobody can tell what it is worth there."""
    if facts.total is None:
        return False
    if facts.currency in (None, lists.base_currency if lists else None):
        return facts.total >= least
    return facts.rate is None or facts.total * facts.rate >= least
