"""Several documents in one file: noted at the item until somebody has said what that means."""

from collections.abc import Sequence
from typing import Any

from commands.publishing.readiness.obstacles import Obstacle
from storage.models import Item

CODE = "PRE_SEVERAL"
BEGINS = "begins"  # among what was read: the pages, from 0, at which documents begin
UNSURE = "unsure"  # beside them: those at which one may begin
ONE = "one"  # what a person says of a file that holds but one, in Item.manual


def told(begins: Sequence[int], unsure: Sequence[int]) -> dict[str, Any]:
    """As an item keeps it among what was read."""
    if not begins:
        return {}
    noted = {"value": _listed(begins), UNSURE: _listed(unsure), "confidence": 0.8, "by": "pages"}
    return {BEGINS: noted}


def begins_of(item: Item) -> tuple[int, ...]:
    """Nothing where there is one document, or a person has said so."""
    return _pages(item, "value")


def unsure_of(item: Item) -> tuple[int, ...]:
    """Pages that may begin another document; nothing where a person has said that there is none."""
    return _pages(item, UNSURE)


def by_people(pages: Sequence[int]) -> tuple[int, ...]:
    """As people count them, from 1."""
    return tuple(page + 1 for page in pages)


def several(item: Item) -> tuple[Obstacle, ...]:
    """Their total may be that of any of them, so that nothing goes before somebody has looked."""
    least = len(begins_of(item))
    most = least + len(unsure_of(item))
    if most <= 1:
        return ()
    between = "or" if most == least + 1 else "to"
    count = str(least) if most == least else f"{least} {between} {most}"
    return (Obstacle(code=CODE, facts={"count": count}),)


def _listed(pages: Sequence[int]) -> str:
    return ",".join(str(page) for page in pages)


def _pages(item: Item, name: str) -> tuple[int, ...]:
    pages = "" if ONE in item.manual else (item.read.get(BEGINS) or {}).get(name) or ""
    return tuple(int(page) for page in pages.split(",") if page.isdecimal())
