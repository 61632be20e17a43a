"""`/dext help`: what can be typed, generated from the commands themselves."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process

from commands.context import Context
from commands.permissions import ADMINISTRATORS, ROLES, Permission, may
from commands.registry import COMMANDS, Command, command
from commands.replies import Button, Invocation, Reply, Style, call, say
from storage.models import Role

TASKS = {  # command, or area -> what people come for, in this order; other areas come last
    "connections.connect": "Connect",
    "connections": "See",
    "sync.status": "See",
    "lists": "Lists",
    "sync": "Sync",
    "health": "Health",
    "items": "Items",
    "publishing": "Publish",
    "clients": "Clients",
    "people": "People",
    "publishing.away": "People",
    "practice": "Practice",
    "help": "Help",
}
PLAINEST = 2  # commands of a task on the first page; its own page has all
NEAR = 75  # of 100: one slip in four letters
PLAINER = {  # what somebody in this role reads instead of (summary, detail)
    (Role.STANDARD, "connections.show"): (
        "what is connected",
        "In a client's own channel it shows that client, elsewhere all of yours.",
    ),
    (Role.STANDARD, "people.list"): (
        "who may do what",
        "Administrators connect clients and change what people may do. Standard users work for "
        "the clients assigned to them.",
    ),
}
MOST_BUTTONS = 4
_OPTIONAL = re.compile(r"\s*\[.*\]")
_ALTERNATIVES = re.compile(r"\|\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A command as help shows it."""

    name: str
    usage: str
    short: str
    summary: str
    detail: str
    who: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Commands that serve one purpose, the plainest first."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def plainest(self) -> tuple[Entry, ...]:
        return self.entries[:PLAINEST]


@command(
    "help.show",
    usage="help [<topic>]",
    summary="what can be typed, or more about one thing",
    aliases=("help me", "commands"),
    changes=False,
)
async def show(context: Context, *, topic: str = "") -> Reply:
    """See what can be done here.

    A topic is any word that can be typed, such as connect.
    """
    offered = tasks(context.actor.role)
    found = _about(topic, offered) if topic else None
    if found is not None:
        buttons = _buttons(found.entries)
        return say("help/topic", *buttons, _all_help(), task=found)
    actor = context.actor
    return say(
        "help/all",
        *_first_steps(context),
        tasks=[task for task in offered if task.title != TASKS["help"]] or offered,
        role=actor.role.value,
        clients=None if actor.all_clients else len(actor.clients),
        unknown=topic or None,
    )


@cache
def tasks(role: Role) -> tuple[Task, ...]:
    """What somebody in this role may type, grouped by what it is for."""
    by_title: dict[str, list[Entry]] = {title: [] for title in TASKS.values()}
    for each in COMMANDS.values():
        if each.usage and role in ROLES[each.permission]:
            title = TASKS.get(each.name) or TASKS.get(each.area) or each.area.capitalize()
            by_title.setdefault(title, []).append(_entry(each, each.usage, role))
    return tuple(_task(title, found) for title, found in by_title.items() if found)


def _task(title: str, found: Sequence[Entry]) -> Task:
    """Those called like the task first, and the shortest of them."""

    def place(entry: Entry) -> tuple[bool, int]:
        return not entry.short.startswith(title.lower()), len(entry.short.split())

    return Task(title=title, entries=tuple(sorted(found, key=place)))


def _entry(each: Command, usage: str, role: Role) -> Entry:
    paragraphs = (inspect.getdoc(each.run) or "").split("\n\n")
    told = (each.summary, " ".join(" ".join(paragraphs[1:]).split()))
    summary, detail = PLAINER.get((role, each.name), told)
    return Entry(
        name=each.name,
        usage=usage,
        short=_ALTERNATIVES.sub("", _OPTIONAL.sub("", usage)),
        summary=summary,
        detail=detail,
        who=_who(each.permission),
    )


def _who(permission: Permission) -> str:
    roles = ROLES[permission]
    if Role.NONE in roles:
        return "everybody"
    if Role.STANDARD in roles:
        return "everybody who works for the client"
    return "administrators" if roles >= ADMINISTRATORS else "practice administrators"


def _about(topic: str, offered: Sequence[Task]) -> Task | None:
    """The task of that name, or that has a command with such a word in it."""
    wanted = topic.casefold().removeprefix("/dext").split()
    if not wanted:
        return None
    by_word: dict[str, Task] = {}
    for task in offered:
        for word in (task.title.casefold(), *_words(task)):
            by_word.setdefault(word, task)
    found = by_word.get(wanted[0])
    if found is None:
        near = process.extractOne(wanted[0], by_word.keys(), score_cutoff=NEAR)
        found = by_word[near[0]] if near else None
    return found


def _words(task: Task) -> list[str]:
    return [word for entry in task.entries for word in entry.short.split() if word.isalpha()]


def _buttons(entries: Sequence[Entry]) -> tuple[Button, ...]:
    """What can be done from here without typing anything further."""
    ready = [e for e in entries if "<" not in e.short and e.name != "help.show"]
    return tuple(
        Button(label=entry.short.capitalize(), does=Invocation(command=entry.name))
        for entry in ready[:MOST_BUTTONS]
    )


def _first_steps(context: Context) -> tuple[Button, ...]:
    steps = []
    if may(context.actor, Permission.CONNECT):
        connect = call("connections.connect")
        steps.append(Button(label="Connect a client", does=connect, style=Style.PRIMARY))
    if may(context.actor, Permission.SEE_CLIENT):
        steps.append(Button(label="Clients", does=call("clients.list")))
        steps.append(Button(label="People", does=call("people.list")))
    return tuple(steps)


def _all_help() -> Button:
    return Button(label="All help", does=call("help.show"))
