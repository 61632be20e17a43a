"""`/dext` alone: what fits the channel it is typed in."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import who_may
from commands.clients.channels import is_channel
from commands.clients.summary import Line, lines
from commands.context import Context
from commands.errors import HELP
from commands.permissions import Permission, has_clients, may, sees
from commands.registry import command
from commands.replies import (
    Button,
    Buttons,
    Form,
    Part,
    Reply,
    SearchField,
    Style,
    Words,
    call,
    say,
)
from storage.models import Client, Purpose, Role
from storage.queries import clients, workspaces

MOST = 4  # buttons of a row: screens
SHOWN = 4  # clients of one channel; more are a list


@command("help.menu", changes=False)
async def menu(context: Context) -> Reply:
    """Never an error: the clients of the channel, or the first steps."""
    async with context.tools.database.read() as session:
        if not has_clients(context.actor):
            return await _nothing_yet(session, context)
        there = await _there(session, context)
        here = [client for client in there if sees(context.actor, client.id)]
        if there and not here:
            return await _not_assigned(session, context, there)
        if not here:
            return await _no_client(session, context)
        standing = await lines(session, context, here[:SHOWN])
    parts: list[Part] = []
    for client in here[:SHOWN]:
        data = {"client": client, "lines": standing[client.id]}
        parts.append(Words(template="help/client", data=data))
        parts.append(Buttons(items=_steps(context, client, standing[client.id])))
    if len(here) > SHOWN:
        parts.append(Words(template="help/more_clients", data={"more": len(here) - SHOWN}))
        parts.append(Buttons(items=(_choose(),)))
    return Reply(parts=tuple(parts))


@command("help.choose_client", permission=Permission.SEE_CLIENT, changes=False)
async def choose(context: Context) -> Form:  # every command is handed its context
    """Choose a client, and go to its connections."""
    return Form(
        title="Choose a client",
        submits=call("connections.show"),
        submit_label="Show",
        fields=(SearchField(name="client", label="Client", source="clients"),),
    )


async def _there(session: AsyncSession, context: Context) -> Sequence[Client]:
    if context.channel_id is None:
        return ()
    return await clients.in_channel(session, context.workspace_id, context.channel_id)


def _steps(context: Context, client: Client, standing: Sequence[Line]) -> tuple[Button, ...]:
    """What helps first: renewing what no longer works, else connecting what is not connected."""
    first: tuple[Button, ...] = ()
    if may(context.actor, Permission.CONNECT, client.id):
        first = _reconnecting(standing) or _connecting(client, standing)
    overview = Button(label="Connections", does=call("connections.show", client=client.id))
    read = {line.purpose for line in standing if line.lists_at}
    more: list[Button] = []
    if Purpose.DATA_HEALTH in read:
        more.append(Button(label="Health", does=call("health.show", client=client.id)))
    if Purpose.BOOKKEEPING in read:
        more.append(Button(label="Items", does=call("items.list", client=client.id)))
    if read:
        more.append(Button(label="Lists", does=call("lists.show", client=client.id)))
    return (*first, overview, *more[: MOST - 2 - len(first)], HELP)


def _reconnecting(standing: Sequence[Line]) -> tuple[Button, ...]:
    broken = [line for line in standing if line.wants_sign_in and line.connection_id]
    return tuple(
        Button(
            label=f"Reconnect {_named(line)}" if len(broken) > 1 else "Reconnect",
            does=call("connections.reconnect", connection=line.connection_id or ""),
            style=Style.PLAIN if position else Style.PRIMARY,
            description=f"Reconnect {_named(line)}",
        )
        for position, line in enumerate(broken)
    )


def _connecting(client: Client, standing: Sequence[Line]) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=f"Connect {_named(line)}",
            does=call("connections.connect", client=client.id, purpose=line.purpose),
            style=Style.PLAIN if position else Style.PRIMARY,
        )
        for position, line in enumerate(line for line in standing if not line.is_connected)
    )


def _named(line: Line) -> str:
    return line.title if line.purpose is Purpose.DATA_HEALTH else "bookkeeping"


async def _no_client(session: AsyncSession, context: Context) -> Reply:
    """In the practice's channel nothing is missing: it is everybody's."""
    practice = await workspaces.find(session, context.workspace_id)
    is_everybodys = practice is not None and practice.practice_channel_id == context.channel_id
    connect = Button(
        label="Connect a client", does=call("connections.connect"), style=Style.PRIMARY
    )
    may_connect = may(context.actor, Permission.CONNECT)
    steps = (connect, _choose(), HELP) if may_connect else (_choose(), HELP)
    is_there = is_channel(context.channel_id) and not is_everybodys
    return say("help/no_client", *steps, is_channel=is_there, may_connect=may_connect)


async def _not_assigned(session: AsyncSession, context: Context, there: Sequence[Client]) -> Reply:
    """The clients of the channel are somebody else's: who can assign them, without their names."""
    who = await who_may(
        session,
        context.workspace_id,
        Permission.MANAGE_PEOPLE,
        client_id=None,
        besides=context.actor.person_id,
    )
    steps = [_choose(), HELP]
    if who and len(there) == 1:
        wanted = call("connections.show", client=there[0].id)
        ask = call("people.ask", request=str(wanted), client=there[0].id, unnamed="yes")
        steps.insert(0, Button(label="Ask them", does=ask, style=Style.PRIMARY))
    return say("help/not_assigned", *steps, who=who, count=len(there))


async def _nothing_yet(session: AsyncSession, context: Context) -> Reply:
    """For those who work for no client: who can change that."""
    who = await who_may(
        session,
        context.workspace_id,
        Permission.MANAGE_PEOPLE,
        client_id=None,
        besides=context.actor.person_id,
    )
    has_role = context.actor.role is not Role.NONE
    return say("help/nothing_yet", HELP, who=who, has_role=has_role)


def _choose() -> Button:
    return Button(label="Choose client", does=call("help.choose_client"))
