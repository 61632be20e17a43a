"""`/dext` alone: what fits the channel it is typed in."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import who_may
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
from storage.queries import clients

SHOWN = 4  # clients of one channel; more are a list


@command("help.menu")
async def menu(context: Context) -> Reply:
    """Never an error: the clients of the channel, or the first steps."""
    async with context.tools.database.read() as session:
        if not has_clients(context.actor):
            return await _nothing_yet(session, context)
        here = await _here(session, context)
        standing = await lines(session, context, here[:SHOWN])
    if not here:
        return _no_client(context)
    parts: list[Part] = []
    for client in here[:SHOWN]:
        data = {"client": client, "lines": standing[client.id]}
        parts.append(Words(template="help/client", data=data))
        parts.append(Buttons(items=_steps(context, client, standing[client.id])))
    if len(here) > SHOWN:
        parts.append(Words(template="help/more_clients", data={"more": len(here) - SHOWN}))
        parts.append(Buttons(items=(_choose(),)))
    return Reply(parts=tuple(parts))


@command("help.choose_client", permission=Permission.SEE_CLIENT)
async def choose(context: Context) -> Form:  # every command is handed its context
    """Choose a client, and go to its connections."""
    return Form(
        title="Choose a client",
        submits=call("connections.show"),
        submit_label="Show",
        fields=(SearchField(name="client", label="Client", source="clients"),),
    )


async def _here(session: AsyncSession, context: Context) -> list[Client]:
    if context.channel_id is None:
        return []
    found = await clients.in_channel(session, context.workspace_id, context.channel_id)
    return [client for client in found if sees(context.actor, client.id)]


def _steps(context: Context, client: Client, standing: Sequence[Line]) -> tuple[Button, ...]:
    connect = [
        Button(
            label=f"Connect {line.title if line.purpose is Purpose.DATA_HEALTH else 'bookkeeping'}",
            does=call("connections.choose_software", client=client.id, purpose=line.purpose),
            style=Style.PRIMARY if position == 0 else Style.PLAIN,
        )
        for position, line in enumerate(line for line in standing if not line.is_connected)
        if may(context.actor, Permission.CONNECT, client.id)
    ]
    overview = Button(label="Connections", does=call("connections.show", client=client.id))
    read = [Button(label="Lists", does=call("lists.show", client=client.id))]
    has_lists = any(line.lists_at for line in standing)
    return (*connect, overview, *(read if has_lists else []), HELP)


def _no_client(context: Context) -> Reply:
    is_channel = context.channel_id is not None and not context.channel_id.startswith("D")
    connect = Button(
        label="Connect a client", does=call("connections.connect"), style=Style.PRIMARY
    )
    return say("help/no_client", connect, _choose(), HELP, is_channel=is_channel)


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
