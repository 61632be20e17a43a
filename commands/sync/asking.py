"""Asking for a sync now: of one client, or of all."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.standing import Standing, standing
from commands.clients.summary import software_name
from commands.connections.cards import aside, connections_button
from commands.context import Context
from commands.errors import NotFound, Refused
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Style, call, say
from commands.sync.schedule import MANUAL_GAP, may_ask_at
from storage.models import Client, Connection, Purpose, Sync
from storage.queries import connections, syncs


@command(
    "sync.run",
    usage="sync <client>",
    summary="bring a client's copy of the ledger up to date",
    permission=Permission.SEE_CLIENT,
)
async def run(context: Context, *, client: Client) -> Answer:
    """Read what has changed in the ledger since the last time.

    It is done every night by itself; by hand it can be asked for once in five minutes. How far it
    is, and what was found, stands in the client's channel and in your direct messages.
    """
    async with context.tools.database.begin() as session:
        connection = await _syncable(session, context, client)
        sync = await _sync(session, context, connection)
        facts = {
            "client": client.name,
            "software": software_name(context.tools, connection.provider),
        }
        if is_running(sync, context.now) or _is_about_to(sync, context.now):
            await syncs.join(
                session, context.workspace_id, sync.organisation_id, by=context.actor.person_id
            )
            return aside(say("sync/joined", _status(client), **facts, began_at=sync.began_at))
        _check_pause(context, client, sync)
        asked = await syncs.ask(
            session,
            context.workspace_id,
            sync.organisation_id,
            by=context.actor.person_id,
            now=context.now,
        )
        assert asked, "its connection is live"
        record(session, context, "sync.asked", connection)
    context.tools.jobs.submit("sync.bring", sync.organisation_id)
    return aside(say("sync/asked", _status(client), **facts, channel_id=client.channel_id))


@command(
    "sync.all",
    usage="sync all",
    summary="bring every client's copy up to date",
    permission=Permission.MANAGE_CLIENTS,
)
async def run_all(context: Context) -> Answer:
    """Bring every client's copy up to date now, several side by side.

    Whoever asks for one client meanwhile does not wait for the others. What was brought up to date
    within the last five minutes is left as it is.
    """
    async with context.tools.database.begin() as session:
        due = await syncs.ask_all(
            session,
            context.workspace_id,
            now=context.now,
            unless_since=context.now - MANUAL_GAP,
        )
    for organisation_id in due:
        context.tools.jobs.submit("sync.bring", organisation_id)
    return say("sync/all_asked", _status(None), count=len(due))


@command("sync.accept", permission=Permission.CONNECT)
async def accept(context: Context, *, client: Client, stream: str) -> Answer:
    """Somebody looked: the records that are missing have really been deleted in the ledger."""
    async with context.tools.database.begin() as session:
        connection = await _syncable(session, context, client)
        sync = await _sync(session, context, connection)
        known = await syncs.streams(session, context.workspace_id, sync.organisation_id)
        if stream not in known:
            raise NotFound(kind="list", text=stream)
        await syncs.save_stream(session, sync.organisation_id, stream, accepts_gone=True)
        await syncs.ask(
            session,
            context.workspace_id,
            sync.organisation_id,
            by=context.actor.person_id,
            now=context.now,
        )
        record(session, context, "sync.absence_accepted", connection, after={"stream": stream})
    context.tools.jobs.submit("sync.bring", sync.organisation_id)
    return aside(say("sync/accepted", client=client.name))


def is_running(sync: Sync, now: datetime) -> bool:
    return sync.lease_until is not None and sync.lease_until > now


def _is_about_to(sync: Sync, now: datetime) -> bool:
    """Somebody has asked for it, and nobody has begun yet."""
    is_due = sync.due_at is not None and sync.due_at <= now
    return is_due and bool(sync.askers) and sync.error is None


async def _syncable(session: AsyncSession, context: Context, client: Client) -> Connection:
    """The Data Health connection. Raises Refused, with what helps."""
    found = await connections.for_purpose(
        session, context.workspace_id, client.id, Purpose.DATA_HEALTH
    )
    if found is not None and found.is_usable:
        return found
    now = standing(found)
    if found is not None and now is Standing.EXPIRED:
        does = call("connections.reconnect", connection=found.id)
        remedy = Button(label="Reconnect", does=does, style=Style.PRIMARY)
    else:
        does = call("connections.connect", client=client.id, purpose=Purpose.DATA_HEALTH)
        remedy = Button(label="Connect Data Health", does=does, style=Style.PRIMARY)
    buttons = (remedy, connections_button(client))
    raise Refused("sync/unusable", *buttons, client=client.name, standing=now.value)


async def _sync(session: AsyncSession, context: Context, connection: Connection) -> Sync:
    found = await syncs.find(session, context.workspace_id, connection.organisation_id)
    assert found is not None, "connecting for Data Health schedules it"
    return found


def _check_pause(context: Context, client: Client, sync: Sync) -> None:
    again_at = may_ask_at(sync.asked_at, sync.synced_at)
    if again_at is not None and context.now < again_at and sync.error is None:
        raise Refused(
            "sync/too_soon",
            _status(client),
            client=client.name,
            synced_at=sync.synced_at,
            again_at=again_at,
        )


def _status(client: Client | None) -> Button:
    does = call("sync.status", client=client.id) if client else call("sync.status")
    return Button(label="Status", does=does)
