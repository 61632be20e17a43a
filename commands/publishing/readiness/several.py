"""Several documents in one file: noted at the item until somebody has said what that means."""

from collections.abc import Sequence
from typing import Any

from commands.publishing.readiness.obstacles import Obstacle
from storage.models import Item

CODE = "PRE_SEVERAL"
BEGINS = "begins"  # among what was read: the pages, from 0, at which documents begin
ONE = "one"  # what a person says of a file that holds but one, in Item.manual


def told(begins: Sequence[int]) -> dict[str, Any]:
    """As an item keeps it among what was read."""
    pages = ",".join(str(page) for page in begins)
    return {BEGINS: {"value": pages, "confidence": 0.8, "by": "pages"}} if begins else {}


def begins_of(item: Item) -> tuple[int, ...]:
    """Nothing where there is one document, or a person has said so."""
    pages = "" if ONE in item.manual else (item.read.get(BEGINS) or {}).get("value") or ""
    return tuple(int(page) for page in pages.split(",") if page.isdecimal())


def several(item: Item) -> tuple[Obstacle, ...]:
    """Their total may be that of any of them, so that nothing goes before somebody has looked."""
    count = len(begins_of(item))
    return (Obstacle(code=CODE, facts={"count": str(count)}),) if count > 1 else ()
