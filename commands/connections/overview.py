"""The Connections page: of the client that is meant, else of all clients."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.channels import client_here
from commands.clients.finding import working_client
from commands.clients.names import name_key
from commands.connections.practice import practice_page
from commands.connections.rows import row
from commands.context import Context
from commands.permissions import Permission, visible
from commands.registry import Asked, command, reader
from commands.replies import Answer, Button, Buttons, Part, Reply, Words, call
from storage.models import Client, Purpose
from storage.queries import details
from storage.queries.details import Details
from storage.queries.overviews import Having, Order, Wanted


@command(
    "connections.show",
    usage="connections [<client>]",
    summary="what is connected, and manage it",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show(
    context: Context,
    *,
    client: Details | None = None,
    having: Having | None = None,
    order: Order = Order.NAME,
    search: str = "",
    page: int = 1,
) -> Answer:
    """See what is connected.

    In a client's own channel it shows that client, elsewhere all of yours. Beside each connection,
    Manage renews the sign-in, reads the lists again, changes or ends the connection.
    """
    if client is None and having is None:
        client = await _details_here(context)
    if client is not None:
        return _client_page(context, client)
    wanted = Wanted(
        having=having or Having.ALL,
        text=name_key(search) if search else "",
        order=order,
        only=visible(context.actor),
    )
    return await practice_page(context, wanted, max(page, 1), search)


@reader(Details)
async def named(session: AsyncSession, asked: Asked) -> Details:
    """A client as it is named elsewhere; by its whole name, in one query with what is connected."""
    context = asked.context
    same = await details.called(
        session, context.workspace_id, name_key(asked.text), now=context.now
    )
    if len(same) == 1 and not same[0].client.is_archived:
        permission = asked.command.permission
        await authorise_for(session, context, permission, same[0].client, asked.invocation)
        return same[0]
    return await _details_of(session, context, await working_client(session, asked))


async def _details_here(context: Context) -> Details | None:
    client = await client_here(context)
    if client is None:
        return None
    async with context.tools.database.read() as session:
        return await _details_of(session, context, client)


async def _details_of(session: AsyncSession, context: Context, client: Client) -> Details:
    found = await details.of_client(session, context.workspace_id, client.id, now=context.now)
    assert found is not None, "clients are archived, never deleted"
    return found


def _client_page(context: Context, found: Details) -> Reply:
    """Both connections of a client: where they stand, and what can be done."""
    parts: list[Part] = [Words(template="connections/page", data={"client": found.client.name})]
    for purpose in Purpose:
        parts += row(context, found, purpose)
    parts.append(
        Buttons(
            items=(
                Button(label="Lists", does=call("lists.show", client=found.client.id)),
                Button(label="All clients", does=call("connections.show", having=Having.ALL)),
            )
        )
    )
    return Reply(parts=tuple(parts))
