"""What there is of a client to be looked at, and what is said where there is nothing yet."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.standing import Standing, standing
from commands.connections.cards import connections_button
from commands.connections.losses import reconnect_button
from commands.context import Context
from commands.errors import Refused
from commands.health.running.looking import Look, look
from commands.permissions import Permission, may
from commands.replies import Button, Style, call
from storage.models import Client, Connection, Health, Purpose, Status, Sync
from storage.queries import connections, health, syncs


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A copy of a client's books that is complete. `row` is how it was last found to stand."""

    look: Look
    sync: Sync
    row: Health | None

    @property
    def client(self) -> Client:
        return self.look.client

    @property
    def connection(self) -> Connection:
        return self.look.connection

    @property
    def is_outdated(self) -> bool:
        """Whether the books, or how they are looked at, have changed since."""
        row, synced_at = self.row, self.sync.synced_at
        if row is None or row.computed_at is None or synced_at is None:
            return False
        return row.due_at is not None or row.synced_at is None or row.synced_at < synced_at

    def is_running(self, context: Context) -> bool:
        until = self.row.lease_until if self.row else None
        return until is not None and until > context.now


@dataclass(frozen=True, kw_only=True, slots=True)
class Found(Held):
    """The same once it was looked at."""

    row: Health


async def held(
    session: AsyncSession, context: Context, client: Client, *, lock: bool = False
) -> Held:
    """Raises Refused, with what helps, where there is no complete copy."""
    connection = await connections.for_purpose(
        session, context.workspace_id, client.id, Purpose.DATA_HEALTH
    )
    stands = standing(connection)
    if connection is None or stands is Standing.NOT_CONNECTED:
        raise Refused(
            "health/not_connected", *_connecting(context, client), **_facts(client, stands)
        )
    whose = (context.workspace_id, connection.organisation_id)
    own = await look(session, context.tools, *whose, now=context.now)
    sync = await syncs.find(session, *whose)
    if own is None or sync is None or sync.synced_at is None:
        is_running = sync is not None and (sync.lease_until or context.now) > context.now
        raise Refused(
            "health/never_synced",
            *_helping(context, client, connection),
            **_facts(client, stands),
            software=own.books.software if own else "",
            is_running=is_running,
            is_live=connection.is_usable,
        )
    row = await health.find(session, *whose, lock=lock)
    return Held(look=replace(own, client=client, connection=connection), sync=sync, row=row)


async def found(
    session: AsyncSession, context: Context, client: Client, *, lock: bool = False
) -> Found:
    """Raises Refused also where the first look is still under way."""
    own = await held(session, context, client, lock=lock)
    if own.row is None or own.row.computed_at is None:
        again = Button(label="Look again", does=call("health.show", client=client.id))
        raise Refused(
            "health/first_look",
            again,
            client=client.name,
            software=own.look.books.software,
            synced_at=own.sync.synced_at,
        )
    return Found(look=own.look, sync=own.sync, row=own.row)


def health_button(client: Client) -> Button:
    return Button(label="Health", does=call("health.show", client=client.id))


def _facts(client: Client, stands: Standing) -> dict[str, str]:
    return {"client": client.name, "standing": stands.value}


def _connecting(context: Context, client: Client) -> tuple[Button, ...]:
    if not may(context.actor, Permission.CONNECT, client.id):
        return (connections_button(client),)
    does = call("connections.connect", client=client.id, purpose=Purpose.DATA_HEALTH)
    connect = Button(label="Connect Data Health", does=does, style=Style.PRIMARY)
    return (connect, connections_button(client))


def _helping(context: Context, client: Client, connection: Connection) -> tuple[Button, ...]:
    """The way on for a copy that never became complete."""
    status = Button(label="Status", does=call("sync.status", client=client.id))
    if connection.status == Status.EXPIRED and may(context.actor, Permission.CONNECT, client.id):
        return (reconnect_button(connection, Style.PRIMARY), status)
    return (status,) if connection.is_usable else _connecting(context, client)
