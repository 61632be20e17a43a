"""Obstacles and notices as people read them, each with the button that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from commands.items.editing.fields import OF_LINE, held
from commands.items.editing.typed import marks
from commands.items.showing.seen import Seen
from commands.publishing import catalogue
from commands.publishing.catalogue import Remedy
from commands.publishing.catalogue.people import AS_PAID, EDIT_DAY, EDIT_STATUS, for_field
from commands.publishing.coding import Coded
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.sending.ways import kind_of, way_of
from commands.registry import COMMANDS
from commands.replies import Button, Invocation, call
from providers.drafts import PublishAs

HERE = frozenset({"items.show", "publishing.ask_approval"})  # what the card itself is, or offers
LOCKED = "PRE_LOCKED"
EDITING = frozenset({"items.edit", "items.split", "items.choose_line"})
_CALLED = {  # what the catalogue calls a remedy -> the command that does it
    "lists.refresh": "lists.refresh_one",
    "publishing.request_approval": "publishing.ask_approval",
    "publishing.retry": "publishing.publish",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What is wrong, why, and what to do; `button` does it, and `other` is another way out."""

    title: str
    cause: str
    remedy: str
    button: Button | None = None
    other: Button | None = None


def told(found: Obstacle, own: Seen) -> Told:
    """In words; a button that nobody could press from here is left out."""
    entry = catalogue.told(found.code, {"software": own.software, **found.facts})
    return Told(
        title=_closed(entry.title),
        cause=_closed(entry.cause),
        remedy=_closed(entry.remedy),
        button=_button(for_field(entry.button, found.field), found, own),
        other=_other(found, own),
    )


def headline(found: Obstacle) -> str:
    """The same in a few words, for lists."""
    return catalogue.told(found.code, found.facts).title


def _closed(text: str) -> str:
    return text if not text or text[-1] in ".?”" else f"{text}."


def _button(remedy: Remedy, found: Obstacle, own: Seen) -> Button | None:
    if near := found.facts.get("closest_id"):
        return _take(near, found, own)
    does = _does(remedy, found, own)
    return Button(label=remedy.label, does=does) if does else None


def _other(found: Obstacle, own: Seen) -> Button | None:
    """Of a locked period: the date where the first is a draft, a draft where it is the date."""
    if found.code != LOCKED:
        return None
    remedy = EDIT_DAY if found.field == Coded.PUBLISH_AS else EDIT_STATUS
    if remedy is EDIT_STATUS and _as_draft(own) is None:
        return None
    return _button(remedy, replace(found, field=remedy.field), own)


def _take(contact_id: str, found: Obstacle, own: Seen) -> Button | None:
    """The contact that is nearly the same, in one press; another is chosen by Edit."""
    if not own.lets_change([Coded.CONTACT.value]):
        return None
    does = _saving(own, {Coded.CONTACT.value: contact_id})
    return Button(label=f"Use {found.facts['closest']}", does=does)


def _does(remedy: Remedy, found: Obstacle, own: Seen) -> Invocation | None:
    """The command with what it wants of what is at hand; None where that is not enough."""
    name = _CALLED.get(remedy.command, remedy.command)
    field = found.field or remedy.field or ""
    if name in EDITING and not own.lets_change([field]):
        return None
    if name == "items.edit" and found.line is not None and field in OF_LINE:
        return call("items.line", item=own.item.id, version=own.item.version, line=found.line + 1)
    if remedy.field == Coded.PUBLISH_AS and (saved := _as_status(remedy, own)):
        return saved
    command = COMMANDS.get(name)
    if command is None or name in HERE:
        return None
    known = _known(field, own)
    given = {name: text for name, text in known.items() if name in command.wants and text}
    if command.wants.keys() - command.optional - given.keys():
        return None
    return Invocation(command=name, arguments=given)


def _as_status(remedy: Remedy, own: Seen) -> Invocation | None:
    if remedy == AS_PAID:
        return _saving(own, {Coded.PUBLISH_AS.value: PublishAs.PAID.value})
    return _as_draft(own)


def _as_draft(own: Seen) -> Invocation | None:
    """What makes it a draft at once, where its ledger has drafts of it; else the form asks."""
    lists, facts = own.judged.lists, own.judged.facts
    if lists is None:
        return None
    ways = [
        w for w in lists.publishing.open_ways(kind_of(facts)) if PublishAs.DRAFT in w.publish_as
    ]
    now = way_of(facts, own.judged.coding, lists)
    if not ways:
        return None
    told = {Coded.PUBLISH_AS.value: PublishAs.DRAFT.value}
    if now not in ways:
        told[Coded.PUBLISH_TO.value] = ways[0].destination.value
    return _saving(own, told)


def _saving(own: Seen, values: Mapping[str, str]) -> Invocation:
    """What the form would do, without asking."""
    was = marks(held(own, list(values)))
    return call("items.save", item=own.item.id, version=own.item.version, was=was, **values)


def _known(field: str, own: Seen) -> Mapping[str, str]:
    connection = own.judged.connection
    return {
        "item": own.item.id,
        "items": own.item.id,
        "version": str(own.item.version),
        "part": field,
        "client": own.client.id,
        "connection": connection.id if connection else "",
        "batch": own.sent.batch_id if own.sent else "",
    }
