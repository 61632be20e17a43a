"""The client, or the connection of a client, that an argument names."""

import re
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.names import LONGEST_NAME, name_key, nearest, search_keys
from commands.context import Context
from commands.errors import Ambiguous, Candidate, NotFound, Refused
from commands.permissions import Permission, may, visible
from commands.registry import AnyClient, Asked, reader, source
from commands.replies import Button, Option, call
from storage.models import Client, Connection
from storage.queries import clients, connections

CHOICES = 5  # buttons in a row that still read as a question
OFFERED = 100  # Slack shows no more options
NEW = "new:"  # what an option's value begins with when it stands for a client to be added

_ID = re.compile("[a-z2-7]{16}")


@reader(Client)
async def working_client(session: AsyncSession, asked: Asked) -> Client:
    """By id, name, the beginning of a word, or a near miss that is asked about."""
    client = await any_client(session, asked)
    refuse_archived(client)
    return client


@reader(AnyClient)
async def any_client(session: AsyncSession, asked: Asked) -> Client:
    """The same, and archived ones too."""
    client = await _exact(session, asked) or await _searched(session, asked)
    permission = asked.command.permission
    await authorise_for(session, asked.context, permission, client, asked.invocation)
    return client


@reader(Connection)
async def connection(session: AsyncSession, asked: Asked) -> Connection:
    """By id, of a client that is not archived."""
    workspace_id = asked.context.workspace_id
    row = await connections.find_row(session, workspace_id, asked.text)
    if row is None:
        raise NotFound(kind="connection", text=asked.text)
    permission = asked.command.permission
    await authorise_for(session, asked.context, permission, row.client, asked.invocation)
    refuse_archived(row.client)
    return row.connection


@source("clients")
async def offered(context: Context, query: str) -> Sequence[Option]:
    """Clients the person works for."""
    async with context.tools.database.read() as session:
        found = await search(session, context, query, limit=OFFERED)
    return [Option(value=client.id, label=client.name) for client in found]


@source("clients_or_new")
async def offered_or_new(context: Context, query: str) -> Sequence[Option]:
    """The same; at the end, for those who may, one that adds what was typed."""
    options = list(await offered(context, query))[: OFFERED - 1]
    typed = query.strip()
    if not may(context.actor, Permission.MANAGE_CLIENTS):
        return options
    if any(name_key(option.label) == name_key(typed) for option in options):
        return options
    label = f"Add “{typed}”" if typed else "Add a client …"
    return [*options, Option(value=NEW + typed[:LONGEST_NAME], label=label)]


async def search(
    session: AsyncSession,
    context: Context,
    text: str,
    *,
    archived: bool | None = False,
    offset: int = 0,
    limit: int,
) -> Sequence[Client]:
    """Clients the person works for, best first; near misses where nothing else is found."""
    only = visible(context.actor)
    for key in search_keys(text):
        found = await clients.search(
            session,
            context.workspace_id,
            key,
            only=only,
            archived=archived,
            offset=offset,
            limit=limit,
        )
        if found or offset:
            return found
    return () if archived else await near_misses(session, context, text)


async def near_misses(session: AsyncSession, context: Context, text: str) -> Sequence[Client]:
    """At most three clients that may have been meant."""
    named = await clients.names(session, context.workspace_id, only=visible(context.actor))
    hits = nearest(text, [each.name_key for each in named])
    found = [await clients.find(session, context.workspace_id, named[hit].id) for hit in hits]
    return [client for client in found if client is not None]


async def _exact(session: AsyncSession, asked: Asked) -> Client | None:
    workspace_id = asked.context.workspace_id
    if _ID.fullmatch(asked.text):
        found = await clients.look_up(session, workspace_id, asked.text)
        if found:
            return found
    same = await clients.called(session, workspace_id, name_key(asked.text))
    working = [client for client in same if not client.is_archived]
    if len(working) > 1:
        raise _ambiguous(asked, working, len(working))
    return same[0] if same else None


async def _searched(session: AsyncSession, asked: Asked) -> Client:
    context = asked.context
    archived = None if asked.command.wants[asked.argument] is AnyClient else False
    only = visible(context.actor)
    for key in search_keys(asked.text):
        found = await clients.search(
            session, context.workspace_id, key, only=only, archived=archived, limit=CHOICES + 1
        )
        if len(found) == 1 and key:
            return found[0]
        if found:
            total = await clients.count(
                session, context.workspace_id, key, only=only, archived=archived
            )
            raise _ambiguous(asked, found, total, tells_nothing=not key)
    raise await _not_found(session, asked)


def _ambiguous(
    asked: Asked, found: Sequence[Client], total: int, *, tells_nothing: bool = False
) -> Ambiguous:
    return Ambiguous(
        kind="client",
        text=asked.text,
        argument=asked.argument,
        candidates=tuple(Candidate(value=c.id, label=c.name) for c in found[:CHOICES]),
        invocation=asked.invocation,
        total=total,
        tells_nothing=tells_nothing,
    )


async def _not_found(session: AsyncSession, asked: Asked) -> NotFound:
    meant = await near_misses(session, asked.context, asked.text)
    again = [
        Button(label=client.name, does=asked.invocation.having(**{asked.argument: client.id}))
        for client in meant
    ]
    if may(asked.context.actor, Permission.MANAGE_CLIENTS):
        again.append(Button(label="Add it as a client", does=call("clients.add", name=asked.text)))
    again.append(Button(label="All clients", does=call("clients.list")))
    return NotFound(kind="client", text=asked.text, nearest=tuple(again), meant=bool(meant))


def refuse_archived(client: Client) -> None:
    """Raises Refused, with what brings it back."""
    if client.is_archived:
        raise Refused(
            "clients/is_archived",
            Button(label="Restore", does=call("clients.restore", client=client.id)),
            client=client.name,
            at=client.archived_at,
        )
