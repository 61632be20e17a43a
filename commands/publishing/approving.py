"""Whether somebody has consented to an item as it is now."""

from decimal import Decimal
from enum import StrEnum

from commands.publishing.facts import Facts
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
