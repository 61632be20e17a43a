"""Where an authorisation stands, who is on it, and what can stop it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.context import Tools
from commands.permissions import Actor, Permission, may
from providers.provider import Tenant
from storage.models import Client, Role, Ticket, TicketState, Workspace
from storage.queries import clients, connections, people, workspaces


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """A ticket with what a page tells about it."""

    ticket: Ticket
    client: Client
    practice: Workspace
    actor: Actor
    software: str


class Stopped(Exception):
    """An authorisation went no further, and nothing was connected."""

    def __init__(
        self, trouble: Trouble, journey: Journey | None = None, **facts: str | datetime | None
    ) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.journey = journey
        self.facts = facts


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
    assert client is not None
    assert practice is not None
    return Journey(
        ticket=ticket,
        client=client,
        practice=practice,
        actor=await actor_of(session, ticket.workspace_id, ticket.person_id),
        software=software_name(tools, ticket.provider),
    )


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
    existing = await connections.for_purpose(
        session, ticket.workspace_id, ticket.client_id, ticket.purpose
    )
    version = existing.version if existing else None
    return None if version == ticket.connection_version else Trouble.CHANGED


def used_up(ticket: Ticket, now: datetime) -> Trouble | None:
    """Why a link leads nowhere any more, if so."""
    if ticket.failure == Trouble.SUPERSEDED:
        return Trouble.SUPERSEDED
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
