"""One item in a list: what it is, what is wrong with it, and what can be done at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from commands.health.words import dated, money
from commands.items.editing.fields import OWNER
from commands.items.showing.naming import NOBODY, STATES, in_brief, title
from commands.items.showing.problems import headline
from commands.publishing.claims.periods import Period
from commands.publishing.facts import Side
from commands.publishing.readiness.obstacles import Obstacle
from commands.replies import Button, Buttons, Part, Words, call
from storage.models import ExpenseClaim, Item, ItemState

TOLD = 3  # problems of one item; its card tells all


def row(item: Item, names: Mapping[str, str], claim: ExpenseClaim | None = None) -> Sequence[Part]:
    """`names` are {person id: name}; `claim` is the one it is on."""
    brief = in_brief(item)
    does = call("items.show", item=item.id)
    show = Button(label="Show", does=does, description=f"Show {brief}")
    period = Period(starts=claim.starts, ends=claim.ends).name if claim is not None else ""
    data = _data(item, names) | {"claim": period}
    if item.side == Side.CLAIM or item.state not in (ItemState.READY, ItemState.APPROVED):
        return (Words(template="items/row", data=data, beside=show),)
    publish = call("publishing.publish", client=item.client_id, items=item.id)
    label = "Try again" if item.error else "Publish"
    steps = (show, Button(label=label, does=publish, description=f"{label}: {brief}"))
    return (Words(template="items/row", data=data), Buttons(items=steps))


def _data(item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    wrong = problems(item) if item.is_open else []
    return {
        "title": title(item),
        "amount": money(item.total, item.currency) if item.total is not None else "no total",
        "day": dated(item.day),
        "number": item.number,
        "state": STATES[item.state],
        "is_open": item.is_open,
        "wrong": wrong[:TOLD],
        "more": max(0, len(wrong) - TOLD),
        "error": headline(_error(item)) if item.is_open and item.error else "",
        "archived_at": item.archived_at,
        "submitted_at": item.submitted_at,
        "by": names.get(item.owner, NOBODY),
        "is_for": OWNER in item.manual,
    }


def problems(item: Item) -> list[str]:
    """What keeps it from going, in a few words each, as it was judged last."""
    found = [msgspec.convert(each, Obstacle) for each in item.problems]
    return list(dict.fromkeys(headline(each) for each in found))


def _error(item: Item) -> Obstacle:
    return Obstacle(code=item.error.get("code") or "", facts={"text": item.error.get("text") or ""})
