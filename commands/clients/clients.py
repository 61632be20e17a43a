"""Adding clients and changing what is known about them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.channels import adoptable
from commands.clients.names import LONGEST_NAME, name_key
from commands.context import Context
from commands.errors import Conflict, Invalid, Refused
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
    name = _named(name)
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
    named = _named(name)
    await _take_turns(session, context, named)
    await _refuse_known(session, context, named, in_form=in_form)
    added = await clients.add(
        session,
        context.workspace_id,
        name=named,
        name_key=name_key(named),
        channel_id=channel or await adoptable(session, context),
        by=context.actor.person_id,
        now=context.now,
    )
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
    named = _named(name)
    async with context.tools.database.begin() as session:
        await _take_turns(session, context, named)
        row = await locked(session, client, version)
        _refuse_same(row, named, in_form=in_form)
        await _refuse_known(session, context, named, in_form=in_form, besides=row.id)
        before = _facts(row)
        row.name, row.name_key = named, name_key(named)
        record(session, context, "client.renamed", row, before=before, after=_facts(row))
    return say("clients/renamed", _connections(row), client=row.name, before=before["name"])


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
    async with context.tools.database.begin() as session:
        await _take_turns(session, context, client.name)
        row = await locked(session, client)
        if row.archived_at is None:
            raise Conflict("clients/not_archived", _connections(row), client=row.name)
        await _refuse_known(session, context, row.name, in_form=False, besides=row.id)
        before = {"archived_at": row.archived_at.isoformat()}
        row.archived_at = None
        record(session, context, "client.restored", row, before=before)
    return say("clients/restored", _connections(row), client=row.name)


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
    return say("clients/channel_set", _connections(row), client=row.name, channel=channel)


async def locked(session: AsyncSession, client: Client, version: int | None = None) -> Client:
    """The client as it is now, kept from others; Conflict if it is not what the form showed."""
    row = await session.get_one(Client, client.id, with_for_update=True, populate_existing=True)
    if version is not None and row.version != version:
        raise Conflict("clients/changed", _connections(row), client=row.name)
    return row


async def _take_turns(session: AsyncSession, context: Context, name: str) -> None:
    """A name is compared with what is there, so two who want the same one do so one by one."""
    await clients.take_turns(session, context.workspace_id, name_key(name))


def _named(name: str) -> str:
    """The name as it is kept. Raises Invalid."""
    named = " ".join(name.split())
    if not named:
        raise Invalid({"name": "Type the name of the business; spaces alone are none."})
    if len(named) > LONGEST_NAME:
        raise Invalid(
            {
                "name": f"This name has {len(named)} characters, and at most {LONGEST_NAME} are "
                "kept. Shorten it."
            }
        )
    return named


def _refuse_same(client: Client, name: str, *, in_form: bool) -> None:
    if client.name != name:
        return
    if in_form:
        raise Invalid({"name": f"{name} is its name already. Type another one, or cancel."})
    raise Refused("clients/same_name", _connections(client), client=name)


async def _refuse_known(
    session: AsyncSession,
    context: Context,
    name: str,
    *,
    in_form: bool,
    besides: str | None = None,
) -> None:
    same = await clients.called(session, context.workspace_id, name_key(name))
    known = next((client for client in same if client.id != besides), None)
    if known is None or (besides is not None and known.is_archived):
        return
    if in_form:
        remedy = "is archived. Restore it" if known.is_archived else "is a client already. Use that"
        raise Invalid({"name": f"{known.name} {remedy}, or type another name."})
    if known.is_archived:
        restore_it = Button(label="Restore it", does=call("clients.restore", client=known.id))
        raise Refused("clients/exists_archived", restore_it, client=known.name, name=name)
    raise Refused("clients/exists", _connections(known), client=known.name, name=name)


async def _refuse_connected(session: AsyncSession, client: Client) -> None:
    for each in await connections.of_client(session, client.workspace_id, client.id):
        if each.erase_at is not None:
            raise Refused(
                "clients/being_erased", _connections(client), client=client.name, at=each.erase_at
            )
        if each.status != Status.DISCONNECTED:
            raise Refused("clients/connected", _connections(client), client=client.name)


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


def _connections(client: Client) -> Button:
    return Button(label="Connections", does=call("connections.show", client=client.id))


def _connect(client: Client, style: Style = Style.PLAIN) -> Button:
    does = call("connections.connect", client=client.id)
    return Button(label="Connect it", does=does, style=style)
