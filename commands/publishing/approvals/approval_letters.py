"""What people read about a consent that is asked for, given, passed on or declined."""

from collections.abc import Sequence
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


def question(item: Item, client: Client, judged: Assessment) -> Reply:
    data = _facts(item, client) | {"software": judged.lists.software if judged.lists else ""}
    yes = Button(
        label="Approve", does=call("publishing.approve", item=item.id), style=Style.PRIMARY
    )
    no = Button(label="Decline", does=call("publishing.decline", item=item.id))
    with_comment = Button(
        label="Approve with a comment", does=call("publishing.comment", item=item.id)
    )
    words = Words(template="publishing/approval", data=data)
    return Reply(parts=(words, Buttons(items=(yes, no, with_comment, show_button(item)))))


def decided(item: Item, client: Client, by: str, *, is_approved: bool, why: str = "") -> Reply:
    data = _facts(item, client) | {"decided_by": by, "is_approved": is_approved, "why": why}
    words = Words(template="publishing/approval_decided", data=data)
    return Reply(parts=(words, Buttons(items=(show_button(item),))))


def reminder(item: Item, client: Client) -> Reply:
    """To those who were asked and have not answered."""
    words = Words(template="publishing/approval_reminder", data=_facts(item, client))
    yes = Button(
        label="Approve", does=call("publishing.approve", item=item.id), style=Style.PRIMARY
    )
    no = Button(label="Decline", does=call("publishing.decline", item=item.id))
    return Reply(parts=(words, Buttons(items=(yes, no, show_button(item)))))


def passed_on(item: Item, client: Client, by: str, *, asked: Sequence[str], why: str = "") -> Reply:
    """One consent is there, the next is asked for."""
    data = _facts(item, client) | {"decided_by": by, "who": asked, "why": why}
    return say("publishing/approval_passed_on", show_button(item), **data)


def _facts(item: Item, client: Client) -> dict[str, Any]:
    return {
        "title": title(item),
        "client": client.name,
        "amount": money(item.total, item.currency) if item.total is not None else "",
        "day": item.day,
        "by": item.approval.get("by"),
        "since": datetime.fromisoformat(item.approval["since"])
        if "since" in item.approval
        else None,
    }
