"""Where an authorisation stands, who is on it, and what can stop it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.states import holds_organisation
from commands.context import Tools
from commands.permissions import Actor, Permission, may
from providers.provider import Tenant
from storage.models import Client, Connection, Role, Ticket, TicketState, Workspace
from storage.queries import audit, clients, connections, organisations, people, workspaces

RECENT = 10  # events of a connection in which to look for what changed it
Fact = str | datetime | bool | tuple[tuple[str, str], ...] | None


class Trouble(StrEnum):
    """Why an authorisation went no further; the value names the words."""

    UNKNOWN = "unknown"
    USED = "used"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    LATE = "late"
    OTHER_BROWSER = "other_browser"
    NOT_ALLOWED = "not_allowed"
    CHANGED = "changed"
    DECLINED = "declined"
    VENDOR_REFUSED = "vendor_refused"
    VENDOR_SILENT = "vendor_silent"
    MISCONFIGURED = "misconfigured"
    NO_ORGANISATION = "no_organisation"
    OTHER_ORGANISATION = "other_organisation"
    TAKEN = "taken"


class Intent(StrEnum):
    """What a link is for, seen from the connection as it was when the link was made."""

    CONNECT = "connect"
    RECONNECT = "reconnect"
    CHANGE = "change"


# What words may tell of a stop; `taken` are pairs of an organisation and the client that uses it.
UNKNOWN: Mapping[str, Fact] = MappingProxyType(
    {
        "error": None,
        "wanted": None,
        "found": None,
        "taken": (),
        "may_choose": False,
        "happened": None,
        "who": None,
        "at": None,
        "organisation": None,
        "holder": None,
        "may_renew": False,
    }
)
# What voids a link, as the audit record calls it; other changes are told without their name.
TOLD = frozenset(
    {
        "connection.connected",
        "connection.disconnected",
        "connection.expired",
        "connection.erasure_asked",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """A ticket with what a page tells about it.

    `intent` is None where the connection was made after the link. `organisation` is the name of
    the one a reconnecting client has to keep.
    """

    ticket: Ticket
    client: Client
    practice: Workspace
    actor: Actor
    software: str
    intent: Intent | None
    organisation: str | None


class Stopped(Exception):
    """An authorisation went no further, and nothing was connected."""

    def __init__(self, trouble: Trouble, journey: Journey | None = None, **facts: Fact) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.journey = journey
        self.facts: Mapping[str, Fact] = {**UNKNOWN, **facts}


@asynccontextmanager
async def deciding(tools: Tools) -> AsyncIterator[AsyncSession]:
    """A transaction that Stopped rolls back; what had been read stays readable for the page."""
    async with tools.database.begin() as session:
        try:
            yield session
        except Stopped:
            session.expunge_all()
            raise


async def journey_of(session: AsyncSession, tools: Tools, ticket: Ticket | None) -> Journey:
    """Read what belongs to a ticket. Raises Stopped where there is none."""
    if ticket is None:
        raise Stopped(Trouble.UNKNOWN)
    client = await clients.find(session, ticket.workspace_id, ticket.client_id)
    practice = await workspaces.find(session, ticket.workspace_id)
    existing = await connection_of(session, ticket)
    intent = intent_of(ticket, existing)
    assert client is not None
    assert practice is not None
    return Journey(
        ticket=ticket,
        client=client,
        practice=practice,
        actor=await actor_of(session, ticket.workspace_id, ticket.person_id),
        software=software_name(tools, ticket.provider),
        intent=intent,
        organisation=await kept(session, intent, existing),
    )


async def connection_of(session: AsyncSession, ticket: Ticket) -> Connection | None:
    """What the ticket would make or renew, as it is now."""
    return await connections.for_purpose(
        session, ticket.workspace_id, ticket.client_id, ticket.purpose
    )


def intent_of(ticket: Ticket, existing: Connection | None) -> Intent | None:
    """None where the connection was made after the link."""
    if ticket.connection_version is None:
        return Intent.CONNECT if existing is None else None
    if existing is None or existing.connected_at > ticket.created_at:
        return None
    left_at = existing.disconnected_at
    if left_at is None or left_at > ticket.created_at:
        return Intent.RECONNECT
    return Intent.CHANGE if left_at == ticket.created_at else Intent.CONNECT


async def kept(
    session: AsyncSession, intent: Intent | None, existing: Connection | None
) -> str | None:
    """The name of the organisation a reconnecting client has to keep."""
    if intent is not Intent.RECONNECT or existing is None:
        return None
    return await _organisation_name(session, existing)


async def _organisation_name(session: AsyncSession, connection: Connection) -> str:
    found = await organisations.find(session, connection.workspace_id, connection.organisation_id)
    assert found is not None
    return found.name


async def actor_of(session: AsyncSession, workspace_id: str, person_id: str) -> Actor:
    """Who a link belongs to, with the role as it is now; none for somebody who has left."""
    person = await people.find(session, workspace_id, person_id)
    if person is None:
        return Actor(workspace_id=workspace_id, person_id=person_id, name="", role=Role.NONE)
    return Actor(
        workspace_id=workspace_id,
        person_id=person_id,
        name=person.name,
        role=person.role if person.is_active else Role.NONE,
        time_zone=person.time_zone,
        all_clients=person.all_clients,
        clients=await people.clients_of(session, workspace_id, person_id),
    )


async def objection(session: AsyncSession, journey: Journey) -> Trouble | None:
    """What has changed since the link was made and forbids going on."""
    ticket = journey.ticket
    if journey.client.is_archived:
        return Trouble.CHANGED
    if not may(journey.actor, Permission.CONNECT, ticket.client_id):
        return Trouble.NOT_ALLOWED
    existing = await connection_of(session, ticket)
    version = existing.version if existing else None
    return None if version == ticket.connection_version else Trouble.CHANGED


async def changes(session: AsyncSession, journey: Journey) -> dict[str, Fact]:
    """What happened to the connection since the link was made, and whether another would do."""
    ticket, client = journey.ticket, journey.client
    if client.is_archived:
        return {"happened": "client.archived", "at": client.archived_at}
    existing = await connection_of(session, ticket)
    if existing is None:
        return {}
    events = await audit.of_subject(session, ticket.workspace_id, existing.id, limit=RECENT)
    since = (e for e in events if e.action in TOLD and e.at >= ticket.created_at)
    last = next(since, None)
    person = await people.find(session, ticket.workspace_id, last.actor) if last else None
    return {
        "happened": last.action if last else None,
        "who": person.name if person else None,
        "at": last.at if last else None,
        "organisation": await _organisation_name(session, existing),
        "may_renew": may_renew(journey.intent, existing),
    }


def may_renew(intent: Intent | None, existing: Connection | None) -> bool:
    """Whether another link like that one leads anywhere as the connection is now."""
    if existing is None:
        return True
    if existing.erase_at is not None:
        return False
    return intent is Intent.RECONNECT or not holds_organisation(existing)


def used_up(ticket: Ticket, now: datetime) -> Trouble | None:
    """Why a link leads nowhere any more, if so."""
    if ticket.failure == Trouble.SUPERSEDED:
        return Trouble.SUPERSEDED
    if ticket.failure == Trouble.CHANGED:
        return Trouble.CHANGED
    if ticket.state == TicketState.EXPIRED:
        return Trouble.LATE
    if ticket.state == TicketState.CANCELLED and ticket.failure is None:
        return Trouble.CANCELLED
    if ticket.closed_at is not None or ticket.consumed_at is not None:
        return Trouble.USED
    return Trouble.LATE if ticket.expires_at <= now else None


def tenants(ticket: Ticket) -> tuple[Tenant, ...]:
    """The organisations a ticket may be finished with."""
    return tuple(Tenant(**tenant) for tenant in ticket.tenants)
