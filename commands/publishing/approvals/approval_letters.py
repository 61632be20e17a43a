"""What people read about an approval: asked for, given, passed on, declined or not needed."""

from datetime import datetime
from typing import Any

from commands.health.words import money
from commands.publishing.readiness.readiness import Assessment
from commands.replies import Button, Buttons, Reply, Style, Words, call, say
from storage.models import Client, Item


def title(item: Item) -> str:
    """What the item is called in a sentence."""
    return " ".join(filter(None, (item.supplier or item.title, item.number)))


def show_button(item: Item) -> Button:
    return Button(label="Open", does=call("items.show", item=item.id))


def cancel_button(item: Item) -> Button:
    return Button(label="Cancel request", does=call("publishing.cancel_approval", item=item.id))


def answers(item: Item) -> tuple[Button, ...]:
    """What somebody who is asked can say."""
    yes = call("publishing.approve", item=item.id)
    return (
        Button(label="Approve", does=yes, style=Style.PRIMARY),
        Button(label="Decline", does=call("publishing.decline", item=item.id)),
        Button(label="Approve with a comment", does=call("publishing.comment", item=item.id)),
        show_button(item),
    )


def question(item: Item, client: Client, judged: Assessment) -> Reply:
    software = judged.lists.software if judged.lists else ""
    workflow = judged.workflow.name if judged.workflow else ""
    data = facts(item, client) | {"software": software, "workflow": workflow}
    words = Words(template="publishing/approval", data=data)
    return Reply(parts=(words, Buttons(items=answers(item))))


def reminder(item: Item, client: Client) -> Reply:
    """To those who were asked and have not answered."""
    words = Words(template="publishing/approval_reminder", data=facts(item, client))
    return Reply(parts=(words, Buttons(items=answers(item))))


def passed_on(item: Item, client: Client) -> Reply:
    """To whoever is not asked any more, while somebody else is."""
    return say("publishing/approval_passed_on", show_button(item), **facts(item, client))


def reminded(item: Item, client: Client) -> Reply:
    """In place of what was asked before: the buttons are further down now."""
    return say("publishing/approval_reminded", **facts(item, client))


def approved(item: Item, client: Client, *, goes: bool) -> Reply:
    """With what publishes it, unless it goes by itself."""
    data = facts(item, client) | {"is_approved": True, "goes": goes}
    does = call("publishing.publish", client=client.id, items=item.id)
    publish = () if goes else (Button(label="Publish", does=does, style=Style.PRIMARY),)
    return say("publishing/approval_decided", *publish, show_button(item), **data)


def declined(item: Item, client: Client) -> Reply:
    data = facts(item, client) | {"is_approved": False, "goes": False}
    return say("publishing/approval_decided", show_button(item), **data)


def called_off(item: Item, client: Client, by: str, *, why: str) -> Reply:
    """Nobody is asked any more, for one of the reasons that the template has words for."""
    data = facts(item, client) | {"called_off_by": by, "reason": why}
    return say("publishing/approval_called_off", show_button(item), **data)


def facts(item: Item, client: Client) -> dict[str, Any]:
    """What every template about an approval may show."""
    told = item.approval
    return {
        "title": title(item),
        "client": client.name,
        "amount": money(item.total, item.currency) if item.total is not None else "",
        "day": item.day,
        "by": told.get("by"),
        "since": datetime.fromisoformat(told["since"]) if "since" in told else None,
        "who": told.get("asked", []),
        "is_instead": bool(told.get("instead")),
        "place": told.get("place", [1, 1]),
        "given": told.get("given", []),
        "decided_by": told.get("decided_by"),
        "why": told.get("why", ""),
    }
