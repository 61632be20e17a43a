"""What is done with a connection that exists: reconnect, change, disconnect, call names fine."""

from commands.audit import record
from commands.clients.channels import is_direct
from commands.connections.cards import (
    all_right,
    aside,
    connections_button,
    contents,
    doubts,
    subject_of,
    tell_connected,
)
from commands.connections.effects import effects
from commands.connections.leaving import leave
from commands.connections.prospects import (
    allowed,
    check_free,
    known,
    offered,
    unsupported,
)
from commands.connections.stale import changed, check_version, client_of, locked
from commands.connections.states import holds_organisation
from commands.connections.tickets import issue, wish_of
from commands.context import Context
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    ChoiceField,
    Form,
    Option,
    Reply,
    Style,
    Words,
    call,
    say,
)
from storage.models import Client, Connection, Purpose


@command("connections.reconnect", permission=Permission.CONNECT)
async def reconnect(context: Context, *, connection: Connection) -> Answer:
    """A link for the same client, purpose and software; the same organisation is wanted again."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, connection)
        client = await client_of(session, fresh)
        if not holds_organisation(fresh):
            raise await changed(session, context, fresh)
        prospect = await known(session, client)
        provider = allowed(context.tools, prospect, fresh.purpose, fresh.provider)
        wish = wish_of(context, client, fresh.purpose, provider)
        await issue(session, context.tools, wish, existing=fresh, now=context.now)
        subject = await subject_of(session, context.tools, fresh)
    facts = subject.facts | {"is_here": is_direct(context.channel_id)}
    return aside(say("connections/reconnect_sent", connections_button(client), **facts))


@command("connections.change", permission=Permission.CONNECT)
async def change(context: Context, *, connection: Connection, version: int) -> Answer:
    """Ask which software, and say what it costs."""
    async with context.tools.database.read() as session:
        await check_version(session, context, connection, version)
        client = await client_of(session, connection)
        prospect = await known(session, client)
        found = offered(context.tools, prospect, connection.purpose)
        if not found.software:
            raise unsupported(context.tools, prospect, found)
        subject = await subject_of(session, context.tools, connection)
        affected = await effects(session, connection)
    return Form(
        title="Change connection",
        submits=call("connections.change_now", connection=connection.id, version=version),
        submit_label="Disconnect and go on",
        close_label="Keep",
        parts=(
            Words(
                template="connections/changing",
                data=subject.facts | affected | {"why": found.why.value},
            ),
        ),
        fields=(
            ChoiceField(
                name="software",
                label="Connect to",
                options=tuple(Option(value=s.key, label=s.name) for s in found.software),
                initial=next(
                    (s.key for s in found.software if s.key != connection.provider),
                    connection.provider,
                ),
            ),
        ),
    )


@command("connections.wrong_organisation", permission=Permission.CONNECT)
async def wrong_organisation(context: Context, *, connection: Connection, version: int) -> Answer:
    """The safe path to another organisation of the same software."""
    async with context.tools.database.read() as session:
        await check_version(session, context, connection, version)
        subject = await subject_of(session, context.tools, connection)
    return Form(
        title="Wrong organisation",
        submits=call(
            "connections.change_now",
            connection=connection.id,
            version=version,
            software=connection.provider,
        ),
        submit_label="Disconnect and go on",
        close_label="Keep",
        parts=(Words(template="connections/wrong_organisation", data=subject.facts),),
    )


@command("connections.change_now", permission=Permission.CONNECT)
async def change_now(
    context: Context, *, connection: Connection, version: int, software: str
) -> Answer:
    """Disconnect, and send a link for what comes instead."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, connection)
        await check_version(session, context, fresh, version)
        before = await subject_of(session, context.tools, fresh)
        leaving = await leave(session, context, fresh)
        await session.flush()
        prospect = await known(session, before.client)
        await check_free(session, prospect, fresh.purpose)
        provider = allowed(context.tools, prospect, fresh.purpose, software)
        wish = wish_of(context, before.client, fresh.purpose, provider)
        await issue(session, context.tools, wish, existing=fresh, now=context.now)
    leaving.ring(context.tools)
    return say(
        "connections/changing_sent",
        connections_button(before.client),
        **before.facts,
        new_software=provider.name,
    )


@command("connections.disconnect", permission=Permission.CONNECT)
async def disconnect(context: Context, *, connection: Connection, version: int) -> Answer:
    """Say what disconnecting affects, and ask."""
    async with context.tools.database.read() as session:
        await check_version(session, context, connection, version)
        subject = await subject_of(session, context.tools, connection)
        affected = await effects(session, connection)
    return Form(
        title="Disconnect",
        submits=call("connections.disconnect_now", connection=connection.id, version=version),
        submit_label="Disconnect",
        close_label="Keep",
        parts=(Words(template="connections/disconnecting", data=subject.facts | affected),),
    )


@command("connections.disconnect_now", permission=Permission.CONNECT)
async def disconnect_now(context: Context, *, connection: Connection, version: int) -> Answer:
    """Stop using the vendor now; it is told in a moment."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, connection)
        await check_version(session, context, fresh, version)
        subject = await subject_of(session, context.tools, fresh)
        leaving = await leave(session, context, fresh)
        await session.flush()
        reply = disconnected(context, subject.client, fresh, subject.facts)
        await context.tools.notify.post(
            session,
            workspace_id=context.workspace_id,
            to=subject.recipient,
            reply=say(
                "connections/disconnected_told",
                **subject.facts,
                who=context.actor.name,
                at=context.now,
                read_at=fresh.lists_read_at,
            ),
        )
    leaving.ring(context.tools)
    return reply


def disconnected(
    context: Context, client: Client, connection: Connection, facts: dict[str, object]
) -> Reply:
    """What was done, and what is left."""
    purpose = connection.purpose
    again = call("connections.connect", client=client.id, purpose=purpose)
    items = [Button(label="Connect again", does=again), connections_button(client)]
    if purpose is Purpose.DATA_HEALTH:
        delete = call("connections.delete", connection=connection.id, version=connection.version)
        items.insert(1, Button(label="Delete Data Health data", does=delete, style=Style.DANGER))
    return say(
        "connections/disconnected",
        *items,
        **facts,
        at=context.now,
        read_at=connection.lists_read_at,
    )


@command("connections.names_fine", permission=Permission.CONNECT)
async def names_fine(context: Context, *, connection: Connection, version: int) -> Answer:
    """Somebody looked: it is the right organisation. Another name, or doubt, asks again."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, connection)
        await check_version(session, context, fresh, version)
        subject = await subject_of(session, context.tools, fresh)
        found = doubts(subject)
        fresh.accepted_names = all_right(subject)
        record(
            session,
            context,
            "connection.names_accepted",
            fresh,
            after={
                "client": subject.client.name,
                "organisation": subject.organisation.name,
                "doubts": [doubt.value for doubt in found],
            },
        )
        await session.flush()
        again = await subject_of(session, context.tools, fresh)
        await tell_connected(session, context.tools, again, await contents(session, fresh))
    button = connections_button(subject.client)
    return aside(say("connections/names_are_fine", button, **subject.facts))
