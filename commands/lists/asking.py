"""Asking for lists to be read now, and what is answered where that has to wait or cannot be."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.summary import software_name
from commands.connections.cards import (
    aside,
    connections_button,
    purpose_in_brackets,
    subject_of,
    was_read,
)
from commands.context import Context
from commands.errors import Refused
from commands.lists.outcome import RATE_LIMITED
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Part, Reply, Style, Words, call, say
from storage.models import Client, Connection, Purpose, Status
from storage.queries import connections, copied, imports


@command(
    "lists.refresh",
    usage="refresh <client>",
    summary="read a client's lists again",
    permission=Permission.SEE_CLIENT,
    aliases=("lists refresh <client>",),
)
async def refresh_client(context: Context, *, client: Client) -> Answer:
    """Read a client's lists.

    How far it is, and what is different, comes to your direct messages. By itself it is done every
    48 hours; with Data Health alone, by every sync.
    """
    async with context.tools.database.begin() as session:
        both = await connections.of_client(session, context.workspace_id, client.id)
        usable = [connection for connection in both if connection.is_usable]
        if not usable:
            raise _unusable(client, both[0] if both else None)
        own = [c for c in usable if c.purpose is Purpose.BOOKKEEPING]
        if not own:
            return await _synced(session, context, client, usable[0])
        waiting = [connection for connection in own if _waits(connection, context.now)]
        going = [connection for connection in own if connection not in waiting]
        for connection in going:
            await _ask(session, context, connection)
    for connection in going:
        context.tools.jobs.submit("lists.refresh", connection.id)
    parts: list[Part] = []
    if going:
        parts.append(Words(template="lists/asked", data={"client": client.name}))
    if waiting:
        parts.append(_waiting_still(context, client, waiting))
    return Reply(parts=(*parts, Buttons(items=(connections_button(client),))))


@command("lists.refresh_one", permission=Permission.SEE_CLIENT)
async def refresh_one(context: Context, *, connection: Connection) -> Answer:
    """Read the lists of this connection."""
    async with context.tools.database.begin() as session:
        subject = await subject_of(session, context.tools, connection)
        if connection.purpose is Purpose.DATA_HEALTH and connection.is_usable:
            return await _synced(session, context, subject.client, connection)
        button = connections_button(subject.client)
        if _waits(connection, context.now):
            said = _waiting_still(context, subject.client, [connection])
            return aside(Reply(parts=(said, Buttons(items=(button,)))))
        if not await _ask(session, context, connection):
            raise _unusable(subject.client, connection)
    context.tools.jobs.submit("lists.refresh", connection.id)
    return aside(say("lists/asked", button, client=subject.client.name))


async def _synced(
    session: AsyncSession, context: Context, client: Client, connection: Connection
) -> Reply:
    """With Data Health the lists come out of the books: one who wants them anew wants a sync."""
    read_at = await copied.as_of(session, context.workspace_id, connection.organisation_id)
    sync = Button(label="Sync now", does=call("sync.run", client=client.id), style=Style.PRIMARY)
    return say(
        "lists/with_sync", sync, connections_button(client), client=client.name, read_at=read_at
    )


def _waits(connection: Connection, now: datetime) -> bool:
    """Whether asking changes nothing: a person waits already, and the vendor allows no calls.

    Reading that nobody waits for leaves some of the day's calls, which a person may use.
    """
    due = connection.lists_due_at
    is_awaited = connection.lists_asked_by is not None or not was_read(connection)
    is_spent = connection.is_usable and connection.lists_error == RATE_LIMITED
    return is_spent and is_awaited and due is not None and due > now


def _waiting_still(context: Context, client: Client, waiting: Sequence[Connection]) -> Part:
    data = {
        "client": client.name,
        "purposes": [purpose_in_brackets(connection.purpose) for connection in waiting],
        "software": software_name(context.tools, waiting[0].provider),
        "next_at": max(c.lists_due_at for c in waiting if c.lists_due_at is not None),
    }
    return Words(template="lists/waiting", data=data)


async def _ask(session: AsyncSession, context: Context, connection: Connection) -> bool:
    person_id = context.actor.person_id
    asked = await imports.ask(
        session, context.workspace_id, connection.id, by=person_id, now=context.now
    )
    if asked:
        record(session, context, "lists.asked", connection)
    return asked


def _unusable(client: Client, connection: Connection | None) -> Refused:
    buttons = [connections_button(client)]
    if connection is not None and connection.status == Status.EXPIRED:
        again = call("connections.reconnect", connection=connection.id)
        buttons.insert(0, Button(label="Reconnect", does=again, style=Style.PRIMARY))
    return Refused(
        "lists/unusable",
        *buttons,
        client=client.name,
        status=connection.status.value if connection else None,
        read_at=connection.lists_read_at if connection else None,
    )
