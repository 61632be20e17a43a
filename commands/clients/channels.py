"""Which channel is a client's own, and which becomes it without anybody saying so."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.permissions import sees
from storage.models import Client
from storage.queries import clients


def is_channel(channel_id: str | None) -> bool:
    """Direct messages are nobody's channel."""
    return channel_id is not None and not channel_id.startswith("D")


def is_direct(channel_id: str | None) -> bool:
    """Whether it is said where links are sent to as well."""
    return channel_id is not None and channel_id.startswith("D")


def spoken_in(context: Context) -> str | None:
    """The channel it was asked in; None in direct messages."""
    return context.channel_id if is_channel(context.channel_id) else None


async def adoptable(session: AsyncSession, context: Context) -> str | None:
    """The channel it was asked in, if news about a client may be told there.

    Not where it is one other client's own channel: that client's people would read it.
    """
    here = spoken_in(context)
    if here is None or await clients.is_owned(session, context.workspace_id, here):
        return None
    return here


async def client_here(context: Context) -> Client | None:
    """The client whose own channel it is asked in, if this person works for that client."""
    if context.channel_id is None or not is_channel(context.channel_id):
        return None
    async with context.tools.database.read() as session:
        if not await clients.is_owned(session, context.workspace_id, context.channel_id):
            return None
        (client,) = await clients.in_channel(session, context.workspace_id, context.channel_id)
    return client if sees(context.actor, client.id) else None


async def adopt(session: AsyncSession, context: Context, client: Client) -> bool:
    """Make the channel it was asked in the client's, unless it has one; part of the transaction."""
    if client.channel_id is not None:
        return False
    channel_id = await adoptable(session, context)
    if channel_id is None:
        return False
    client.channel_id = channel_id
    record(session, context, "client.channel_set", client, after={"channel": channel_id})
    return True
