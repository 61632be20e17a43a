"""The ledger a client's items go to, with its lists, and what is said where there is none."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import refusal
from commands.clients.standing import Standing, standing
from commands.clients.summary import software_name
from commands.connections.cards import connections_button
from commands.context import Context
from commands.errors import Refused
from commands.permissions import Permission, may
from commands.publishing.lists import Lists
from commands.publishing.readiness.surroundings import lists_of
from commands.replies import Button, Style, call
from storage.models import Client, Connection, Organisation, Purpose
from storage.queries import connections, organisations

GONE = frozenset({Standing.NOT_CONNECTED, Standing.DISCONNECTED, Standing.ERASING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Bookkeeping:
    """`lists` are None where the software takes nothing from us."""

    client: Client
    connection: Connection
    organisation: Organisation
    software: str
    lists: Lists | None

    @property
    def facts(self) -> dict[str, object]:
        """What every template of it may show."""
        return {
            "client": self.client.name,
            "organisation": self.organisation.name,
            "software": self.software,
            "read_at": self.connection.lists_read_at,
        }


async def bookkeeping(session: AsyncSession, context: Context, client: Client) -> Bookkeeping:
    """Raises Refused where nothing is connected."""
    found = await connected(session, context, client)
    if found is None:
        raise await _nothing(session, context, client)
    return found


async def connected(session: AsyncSession, context: Context, client: Client) -> Bookkeeping | None:
    """None where nothing is connected."""
    connection = await connections.for_purpose(
        session, context.workspace_id, client.id, Purpose.BOOKKEEPING
    )
    if connection is None or standing(connection) in GONE:
        return None
    organisation = await organisations.find(
        session, context.workspace_id, connection.organisation_id
    )
    assert organisation is not None
    return Bookkeeping(
        client=client,
        connection=connection,
        organisation=organisation,
        software=software_name(context.tools, connection.provider),
        lists=await lists_of(session, context.tools, connection),
    )


async def _nothing(session: AsyncSession, context: Context, client: Client) -> Refused:
    """Whoever may connects it now, everybody else asks those who may."""
    connect = call("connections.connect", client=client.id)
    if may(context.actor, Permission.CONNECT, client.id):
        button = Button(label="Connect", style=Style.PRIMARY, does=connect)
        buttons: tuple[Button, ...] = (button, connections_button(client))
        who: tuple[str, ...] = ()
    else:
        denied = await refusal(session, context, Permission.CONNECT, connect, client)
        buttons, who = denied.buttons, denied.who
    return Refused("publishing/not_connected", *buttons, client=client.name, who=who)
