"""Commands, jobs and option sources, found by looking at the areas."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NewType, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

import commands
from commands.authorise import authorise
from commands.context import Context, Tools
from commands.errors import HELP, Conflict, Invalid, UsageError
from commands.grammar import Grammar, Sentence
from commands.permissions import Permission
from commands.replies import Answer, Invocation, Option, call
from commands.values import value, wanted
from storage.models import Client, Role

AnyClient = NewType("AnyClient", Client)  # an archived one too

Run = TypeVar("Run", bound=Callable[..., Awaitable[Answer]])
Offer = TypeVar("Offer", bound=Callable[..., Awaitable[Sequence[Option]]])
Work = TypeVar("Work", bound=Callable[[Tools, str], Awaitable[None]])
Reads = TypeVar("Reads", bound=Callable[..., Awaitable[Any]])
Chooses = TypeVar("Chooses", bound=Callable[..., Awaitable[str | Answer]])


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One thing the bot can be told to do.

    `usage` is what follows `/dext`, None for what only a button does:
    `connect client [<client>]`, words in <> are arguments, [] optional, | alternatives.
    `wants` are the parameters of `run` besides the context: {name: annotation}. What `changes`
    nothing may be done twice. What `takes_rest` is given all other arguments, as text.
    """

    name: str
    usage: str | None
    summary: str
    permission: Permission
    run: Callable[..., Awaitable[Answer]]
    wants: Mapping[str, Any]
    optional: frozenset[str]
    aliases: tuple[str, ...] = ()
    changes: bool = True
    takes_rest: bool = False

    @property
    def area(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Work that is due when its rows say so. `due` answers the keys of what is due now."""

    name: str
    work: Callable[[Tools, str], Awaitable[None]]
    due: Callable[[AsyncSession, datetime], Awaitable[Sequence[str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An argument of an invocation that names an entity."""

    context: Context
    command: Command
    invocation: Invocation
    argument: str
    text: str


COMMANDS: dict[str, Command] = {}
JOBS: dict[str, Job] = {}
SOURCES: dict[str, Callable[..., Awaitable[Sequence[Option]]]] = {}
READERS: dict[Any, Callable[[AsyncSession, Asked], Awaitable[Any]]] = {}
CHOOSERS: dict[Any, Callable[[Asked], Awaitable[str | Answer]]] = {}


def command(
    name: str,
    *,
    usage: str | None = None,
    summary: str = "",
    permission: Permission = Permission.NOTHING,
    aliases: tuple[str, ...] = (),
    changes: bool = True,
) -> Callable[[Run], Run]:
    """Declare `async def run(context, *, client: Client, ...) -> Answer` as a command.

    Parameters annotated `Client` or `Connection` arrive as entities of the actor's workspace that
    the actor may see, `AnyClient` also when archived; `str`, `int`, `bool`, `datetime`,
    enumerations and `tuple[str, ...]` (commas between) are parsed; optional ones may be left out.
    The permission is checked before the call, against the client where there is one. A form of many
    fields may be taken whole, as `**filled_in: str`.

    An alias with arguments is another usage line; one without stands for the words before them.
    The first paragraph of the docstring after its first line is shown by `/dext help`. A command
    that only reads and asks says `changes=False`: no delivery of it is written down.
    """

    def declare(run: Run) -> Run:
        every = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
        parameters = [p for p in every if p.kind is not p.VAR_KEYWORD]
        assert name not in COMMANDS, f"{name} is declared twice"
        COMMANDS[name] = Command(
            name=name,
            usage=usage,
            summary=summary,
            permission=permission,
            run=run,
            wants={p.name: wanted(p.annotation) for p in parameters},
            optional=frozenset(p.name for p in parameters if p.default is not p.empty),
            aliases=aliases,
            changes=changes,
            takes_rest=len(parameters) < len(every),
        )
        return run

    return declare


def job(
    name: str, *, due: Callable[[AsyncSession, datetime], Awaitable[Sequence[str]]]
) -> Callable[[Work], Work]:
    """Declare `async def work(tools, key)`: claims its row, works, and records the outcome."""

    def declare(work: Work) -> Work:
        assert name not in JOBS, f"{name} is declared twice"
        JOBS[name] = Job(name=name, work=work, due=due)
        return work

    return declare


def source(name: str) -> Callable[[Offer], Offer]:
    """Declare `async def offer(context, query) -> Sequence[Option]`, at most 100, best first.

    Further keywords are what the field says of itself behind the name, as an invocation does:
    `publishing.accounts?client=ab12`.
    """

    def declare(offer: Offer) -> Offer:
        assert name not in SOURCES, f"{name} is declared twice"
        SOURCES[name] = offer
        return offer

    return declare


def reader(annotation: Any) -> Callable[[Reads], Reads]:
    """Declare `async def read(session, asked)`: the entity that an argument so annotated names.

    It raises NotFound, Ambiguous or, having found the client, NotAllowed.
    """

    def declare(read: Reads) -> Reads:
        assert annotation not in READERS, f"{annotation} is read twice"
        READERS[annotation] = read
        return read

    return declare


def chooser(annotation: Any) -> Callable[[Chooses], Chooses]:
    """Declare `async def choose(asked)`: the id of the entity that goes without saying, or a way
    to choose one; for a typed command that was not told which."""

    def declare(choose: Chooses) -> Chooses:
        assert annotation not in CHOOSERS, f"{annotation} is chosen twice"
        CHOOSERS[annotation] = choose
        return choose

    return declare


@cache
def discover() -> None:
    """Import every module of `commands`, so that what they declare is known."""
    for module in pkgutil.walk_packages(commands.__path__, "commands."):
        importlib.import_module(module.name)


@cache
def grammar() -> Grammar:
    """What may be typed after `/dext`; only `/dext` is the menu."""
    discover()
    return Grammar(
        (
            Sentence(
                command=c.name,
                usage=c.usage,
                aliases=c.aliases,
                choices=_choices(c.wants),
                askable=_askable(c),
            )
            for c in COMMANDS.values()
            if c.usage
        ),
        bare=call("help.menu"),
    )


@lru_cache(maxsize=1024)
def parse(text: str) -> Invocation:
    """What was typed after `/dext`. Raises UsageError."""
    return grammar().parse(text)


def changes(invocation: Invocation) -> bool:
    """Whether doing it twice may differ from doing it once."""
    command = COMMANDS.get(invocation.command)
    return command is not None and command.changes


async def run(invocation: Invocation, context: Context) -> Answer:
    """Do it, if this person may do it now. Raises CommandError."""
    command = COMMANDS.get(invocation.command)
    if command is None:
        raise Conflict("errors/outdated", HELP)
    if context.actor.role is Role.NONE:  # learns nothing about clients, not even their names
        await authorise(context, command.permission, invocation)
    for name in sorted(_askable(command)):
        if not invocation.arguments.get(name, "").strip():
            await authorise(context, command.permission, invocation)
            chosen = await _chosen(command, invocation, context, name)
            if not isinstance(chosen, str):
                return chosen
            invocation = invocation.having(**{name: chosen})
    arguments = await _arguments(command, invocation, context)
    await authorise(context, command.permission, invocation)
    return await command.run(context, **arguments)


async def offer(context: Context, named: str, query: str) -> Sequence[Option]:
    """What the source that a field names offers for what was typed so far."""
    asked = Invocation.parse(named)
    return await SOURCES[asked.command](context, query, **asked.arguments)


def _askable(command: Command) -> frozenset[str]:
    """What a typed command needs and may be asked for; a button says it, or is outdated."""
    if command.usage is None:
        return frozenset()
    return frozenset(
        name
        for name, want in command.wants.items()
        if want in CHOOSERS and name not in command.optional
    )


async def _chosen(
    command: Command, invocation: Invocation, context: Context, name: str
) -> str | Answer:
    asked = Asked(context=context, command=command, invocation=invocation, argument=name, text="")
    return await CHOOSERS[command.wants[name]](asked)


async def _arguments(command: Command, invocation: Invocation, context: Context) -> dict[str, Any]:
    """The arguments as the command wants them; entities are read in one session."""
    given: dict[str, Any] = {}
    entities: list[Asked] = []
    for name, want in command.wants.items():
        text = invocation.arguments.get(name, "")
        if not text.strip():
            _require(command, name)
        elif want in READERS:
            entities.append(
                Asked(
                    context=context,
                    command=command,
                    invocation=invocation,
                    argument=name,
                    text=text.strip(),
                )
            )
        else:
            given[name] = _value(want, name, text)
    if command.takes_rest:
        rest = invocation.arguments.keys() - command.wants.keys()
        given |= {name: invocation.arguments[name] for name in rest}
    if entities:
        async with context.tools.database.read() as session:
            for asked in entities:
                read = READERS[command.wants[asked.argument]]
                given[asked.argument] = await read(session, asked)
    return given


def _require(command: Command, name: str) -> None:
    if name not in command.optional:
        raise UsageError(
            text=command.name, usage=command.usage, is_known=True, problem=f"{name} is missing"
        )


def _value(want: Any, name: str, text: str) -> Any:
    try:
        return value(want, text)
    except ValueError as error:
        raise Invalid({name: str(error)}) from error


def _choices(wants: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(str(member.value) for member in want)
        for name, want in wants.items()
        if isinstance(want, type) and issubclass(want, Enum)
    }
