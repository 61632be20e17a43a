"""Noticing that a connection is not what a button or form showed, and saying what happened."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import connections_button, purpose_in_brackets
from commands.context import Context
from commands.errors import Conflict
from storage.models import Client, Connection
from storage.queries import audit, clients, connections


async def check_version(
    session: AsyncSession, context: Context, connection: Connection, version: int
) -> None:
    """Raise Conflict when it is not what the button or form showed."""
    if connection.version != version:
        raise await changed(session, context, connection)


async def changed(session: AsyncSession, context: Context, connection: Connection) -> Conflict:
    """What happened to it meanwhile: the last thing in the audit record."""
    client = await client_of(session, connection)
    events = await audit.of_subject(session, context.workspace_id, connection.id, limit=1)
    last = events[0] if events else None
    return Conflict(
        "connections/changed_meanwhile",
        connections_button(client),
        client=client.name,
        software=software_name(context.tools, connection.provider),
        purpose=purpose_in_brackets(connection.purpose),
        status=connection.status.value,
        action=last.action if last else "",
        who=last.actor if last and last.actor != "system" else None,
        at=last.at if last else connection.status_since,
    )


async def locked(session: AsyncSession, context: Context, connection: Connection) -> Connection:
    """The row as it is now; nobody else changes it until the transaction ends."""
    fresh = await connections.find(session, context.workspace_id, connection.id, lock=True)
    assert fresh is not None
    if fresh.erase_at is not None:
        raise await changed(session, context, fresh)
    return fresh


async def client_of(session: AsyncSession, connection: Connection) -> Client:
    client = await clients.find(session, connection.workspace_id, connection.client_id)
    assert client is not None
    return client
