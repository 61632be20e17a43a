"""Adding clients and changing what is known about them."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.channels import adoptable, spoken_in
from commands.clients.names import LONGEST_NAME, name_key
from commands.clients.naming import (
    connections_of,
    giving_name,
    refuse_known,
    refuse_same,
    valid_name,
)
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.permissions import Permission
from commands.registry import AnyClient, command
from commands.replies import (
    Answer,
    Button,
    ChannelField,
    Form,
    Reply,
    Style,
    TextField,
    call,
    say,
)
from storage.models import Client, Status
from storage.queries import clients, connections

NAME = TextField(name="name", label="Name of the business", max_length=LONGEST_NAME)


@command(
    "clients.add",
    usage="clients add [<name>] [in <channel>]",
    summary="add a client to the practice",
    permission=Permission.MANAGE_CLIENTS,
    aliases=("add client", "clients new", "new client"),
)
async def add(
    context: Context, *, name: str = "", channel: str = "", in_form: bool = False
) -> Answer:
    """Add a client.

    The channel it is typed in becomes the client's channel, unless that belongs to another client.
    """
    if not name and not in_form:
        return await _add_form(context)
    name = valid_name(name)
    async with context.tools.database.begin() as session:
        client = await create(session, context, name, channel or None, in_form=in_form)
    return say(
        "clients/added",
        _connect(client, Style.PRIMARY),
        Button(label="Set channel", does=call("clients.channel", client=client.id)),
        Button(label="All clients", does=call("clients.list")),
        client=client.name,
        channel=client.channel_id,
    )


async def create(
    session: AsyncSession,
    context: Context,
    name: str,
    channel: str | None = None,
    *,
    in_form: bool = False,
) -> Client:
    """A new client, part of the transaction; without a channel, the one it is asked in is taken.

    Refuses a name that is known already.
    """
    named = valid_name(name)
    add_it = partial(
        clients.add,
        session,
        context.workspace_id,
        name=named,
        name_key=name_key(named),
        channel_id=channel,
        here=spoken_in(context),
        by=context.actor.person_id,
        now=context.now,
    )
    while (added := await add_it()) is None:
        await refuse_known(session, context, named, in_form=in_form)
    record(session, context, "client.added", added, after=_facts(added))
    return added


@command(
    "clients.rename",
    usage="clients rename <client> [to <name>]",
    summary="give a client another name",
    permission=Permission.MANAGE_CLIENTS,
)
async def rename(
    context: Context,
    *,
    client: Client,
    name: str = "",
    version: int | None = None,
    in_form: bool = False,
) -> Answer:
    """Rename a client.

    Its connections stay. If the organisation's name no longer fits, the Connections page says so.
    """
    if not name.strip() and not in_form:
        return _rename_form(client)
    named = valid_name(name)
    async with giving_name(context, named) as session:
        row = await locked(session, client, version)
        refuse_same(row, named, in_form=in_form)
        await refuse_known(session, context, named, in_form=in_form, besides=row.id)
        before = _facts(row)
        row.name, row.name_key = named, name_key(named)
        record(session, context, "client.renamed", row, before=before, after=_facts(row))
    return say("clients/renamed", connections_of(row), client=row.name, before=before["name"])


@command(
    "clients.archive",
    usage="clients archive <client>",
    summary="put a client away; it can be restored",
    permission=Permission.MANAGE_CLIENTS,
    aliases=("clients remove", "clients delete", "archive client"),
)
async def archive(context: Context, *, client: Client, version: int | None = None) -> Reply:
    """Archive a client.

    It leaves every list and search; nothing of it is erased, and it can be restored. What is
    connected has to be disconnected first.
    """
    async with context.tools.database.begin() as session:
        row = await locked(session, client, version)
        await _refuse_connected(session, row)
        row.archived_at = context.now
        record(session, context, "client.archived", row, after={"name": row.name})
    return say(
        "clients/archived",
        Button(label="Undo", does=call("clients.restore", client=row.id)),
        client=row.name,
    )


@command(
    "clients.restore",
    usage="clients restore <client>",
    summary="bring an archived client back",
    permission=Permission.MANAGE_CLIENTS,
    aliases=("restore client",),
)
async def restore(context: Context, *, client: AnyClient) -> Reply:
    """Restore an archived client.

    It is in every list and search again, with what was read before; nothing is connected until
    somebody does so.
    """
    async with giving_name(context, client.name) as session:
        row = await locked(session, client)
        if row.archived_at is None:
            raise Conflict("clients/not_archived", connections_of(row), client=row.name)
        await refuse_known(session, context, row.name, in_form=False, besides=row.id)
        before = {"archived_at": row.archived_at.isoformat()}
        row.archived_at = None
        record(session, context, "client.restored", row, before=before)
    return say("clients/restored", connections_of(row), client=row.name)


@command(
    "clients.channel",
    usage="clients channel <client> [<channel>]",
    summary="choose where news about a client is told",
    permission=Permission.MANAGE_CLIENTS,
)
async def set_channel(
    context: Context, *, client: Client, channel: str = "", version: int | None = None
) -> Answer:
    """Set the channel of a client.

    Connections and imports of the client are told there. The bot has to be a member of it.
    """
    if not channel:
        return _channel_form(client, context)
    async with context.tools.database.begin() as session:
        row = await locked(session, client, version)
        before = {"channel": row.channel_id}
        row.channel_id = channel
        if before["channel"] != channel:
            after = {"channel": channel}
            record(session, context, "client.channel_set", row, before=before, after=after)
    return say("clients/channel_set", connections_of(row), client=row.name, channel=channel)


async def locked(session: AsyncSession, client: Client, version: int | None = None) -> Client:
    """The client as it is now, kept from others; Conflict if it is not what the form showed."""
    row = await session.get_one(Client, client.id, with_for_update=True, populate_existing=True)
    if version is not None and row.version != version:
        raise Conflict("clients/changed", connections_of(row), client=row.name)
    return row


async def _refuse_connected(session: AsyncSession, client: Client) -> None:
    for each in await connections.of_client(session, client.workspace_id, client.id):
        if each.erase_at is not None:
            raise Refused(
                "clients/being_erased", connections_of(client), client=client.name, at=each.erase_at
            )
        if each.status != Status.DISCONNECTED:
            raise Refused("clients/connected", connections_of(client), client=client.name)


async def _add_form(context: Context) -> Form:
    async with context.tools.database.read() as session:
        here = await adoptable(session, context)
    return Form(
        title="Add a client",
        submits=call("clients.add", in_form="yes"),
        submit_label="Add",
        fields=(
            NAME,
            ChannelField(
                name="channel",
                label="Channel",
                initial=here,
                hint="Where its connections and imports are told.",
                optional=True,
            ),
        ),
    )


def _rename_form(client: Client) -> Form:
    return Form(
        title="Rename a client",
        submits=call("clients.rename", client=client.id, version=client.version, in_form="yes"),
        submit_label="Rename",
        fields=(
            TextField(name="name", label=NAME.label, initial=client.name, max_length=LONGEST_NAME),
        ),
    )


def _channel_form(client: Client, context: Context) -> Form:
    return Form(
        title="Channel of a client",
        submits=call("clients.channel", client=client.id, version=client.version),
        submit_label="Set channel",
        fields=(
            ChannelField(
                name="channel",
                label=f"Where news about {client.name} is told",
                initial=client.channel_id or context.channel_id,
            ),
        ),
    )


def _facts(client: Client) -> Mapping[str, str | None]:
    return {"name": client.name, "channel": client.channel_id}


def _connect(client: Client, style: Style = Style.PLAIN) -> Button:
    does = call("connections.connect", client=client.id)
    return Button(label="Connect it", does=does, style=style)
