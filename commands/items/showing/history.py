"""Everything that happened to an item, in words, the latest first."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from commands.context import Context
from commands.items.editing.fields import OWNER
from commands.items.finding import show_button
from commands.items.showing.naming import Names, in_brief, label, shown
from commands.items.showing.problems import headline
from commands.items.showing.seen import seen
from commands.permissions import SYSTEM, Permission
from commands.publishing.readiness.obstacles import Obstacle
from commands.registry import command
from commands.replies import Answer, Buttons, Reply, SmallPrint, Words
from storage.models import Item, ItemChange
from storage.queries import items

TOLD = 40  # changes; older ones are counted
READ = 200


@command("items.history", permission=Permission.SEE_CLIENT, changes=False)
async def history(context: Context, *, item: Item) -> Answer:
    """Who changed what and when, and whether it was published by hand or by a rule."""
    async with context.tools.database.read() as session:
        changes = await items.changes(session, context.workspace_id, item.id, limit=READ)
        own = await seen(session, context, item)
    data = {
        "what": in_brief(item),
        "changes": [told(each, changes[place + 1 :], own.names)
                    for place, each in enumerate(changes[:TOLD])],
        "more": max(0, len(changes) - TOLD),
        "software": own.software,
        "source": item.source,
        "submitted_at": item.submitted_at,
        "by": own.names.person(item.owner),
        "is_for": OWNER in item.manual,
    }  # fmt: skip
    return Reply(
        parts=(
            Words(template="items/history", data=data),
            SmallPrint(template="items/history_foot", data=data),
            Buttons(items=(show_button(item),)),
        )
    )


def told(change: ItemChange, earlier: Sequence[ItemChange], names: Names) -> Mapping[str, Any]:
    """One change as its line shows it. `earlier` are those before it, the latest first."""
    facts = change.facts
    is_automatic = bool(facts.get("automatic"))
    if change.what == "published":  # by whom it was sent is told where it was
        sent = next((each for each in earlier if each.what == "sent"), None)
        is_automatic = bool(sent and sent.facts.get("automatic"))
    return {
        "what": change.what,
        "at": change.at,
        "who": "" if change.by == SYSTEM else names.person(change.by),
        "is_automatic": is_automatic,
        "fields": [_field(each, names) for each in facts.get("fields") or ()],
        "count": facts.get("count"),
        "number": facts.get("number") or "",
        "text": facts.get("text") or "",
        "reasons": [headline(msgspec.convert(each, Obstacle)) for each in facts.get("reasons", ())],
        "reason": facts.get("reason") or facts.get("why") or "",
        "other": facts.get("other") or "",
        "side": facts.get("side") or "",
    }


def _field(changed: Mapping[str, Any], names: Names) -> Mapping[str, str]:
    name = changed["field"]
    return {
        "label": label(name, names),
        "before": shown(name, changed.get("from"), names),
        "after": shown(name, changed.get("to"), names),
    }
