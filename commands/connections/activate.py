"""The last step of an authorisation: one organisation becomes the client's, or is not taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.clients import locked
from commands.connections.aftermath import Ending, How, conclude, told_of
from commands.connections.authorize import stop
from commands.connections.cards import WAITING, subject_of, tell_connected
from commands.connections.choices import Choice, choices_among
from commands.connections.journeys import (
    Journey,
    Stopped,
    Trouble,
    deciding,
    journey_of,
    objection,
    tenants,
    used_up,
)
from commands.connections.states import holds_organisation
from commands.connections.tickets import tell_finished
from commands.context import Context, Tools
from commands.permissions import Permission, may
from providers.provider import Tenant
from storage.identity import digest, new_id
from storage.models import Connection, Organisation, Purpose, Ticket, TicketState
from storage.queries import connections, grants, organisations, syncs, tickets


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """The page on which somebody chooses."""

    journey: Journey
    choices: tuple[Choice, ...]
    may_override: bool


async def settle(tools: Tools, journey: Journey) -> Journey:
    """Finish where there is nothing to choose. Raises Stopped.

    A client that reconnects gets the organisation it had, or is told that this sign-in does not
    reach it.
    """
    found = tenants(journey.ticket)
    async with tools.database.read() as session:
        wanted = await _had(session, journey.ticket)
        choices = await _choices(session, journey)
    if wanted is not None:
        if wanted.tenant_id not in {tenant.tenant_id for tenant in found}:
            names = ", ".join(tenant.name for tenant in found)
            raise await stop(
                tools, journey, Trouble.OTHER_ORGANISATION, wanted=wanted.name, found=names
            )
        return await activate(tools, journey, wanted.tenant_id)
    if len(choices) == 1 and choices[0].taken_by is None:
        return await activate(tools, journey, choices[0].tenant.tenant_id)
    return journey


async def returned(tools: Tools, ticket_id: str, browser: str | None) -> Journey:
    """The ticket of a page that only the browser that signed in may see. Raises Stopped."""
    async with tools.database.read() as session:
        journey = await journey_of(session, tools, await tickets.by_id(session, ticket_id))
    if browser is None or digest(browser) != journey.ticket.browser_digest:
        raise Stopped(Trouble.OTHER_BROWSER)
    return journey


async def choices_of(tools: Tools, journey: Journey) -> Choices:
    """What there is to choose from, the likeliest first."""
    async with tools.database.read() as session:
        found = await _choices(session, journey)
    override = may(journey.actor, Permission.OVERRIDE, journey.client.id)
    return Choices(journey=journey, choices=found, may_override=override)


async def choose(tools: Tools, ticket_id: str, browser: str | None, tenant_id: str) -> Journey:
    """Take the chosen organisation. Raises Stopped."""
    journey = await returned(tools, ticket_id, browser)
    if tenant_id not in {tenant.tenant_id for tenant in tenants(journey.ticket)}:
        raise Stopped(used_up(journey.ticket, tools.now()) or Trouble.UNKNOWN, journey)
    return await activate(tools, journey, tenant_id)


async def activate(tools: Tools, journey: Journey, tenant_id: str) -> Journey:
    """Connect in one transaction, in which everything is looked at again. Raises Stopped."""
    async with deciding(tools) as session:
        ticket = await tickets.by_id(session, journey.ticket.id)
        fresh = await journey_of(session, tools, ticket)
        connection, organisation = await take(session, tools, fresh, tenant_id)
        await tell_finished(session, tools, fresh.ticket, fresh.client, organisation.name)
    tools.jobs.submit("lists.refresh", connection.id)
    if connection.purpose is Purpose.DATA_HEALTH:
        tools.jobs.submit("sync.bring", organisation.id)
    return fresh


async def take(
    session: AsyncSession, tools: Tools, journey: Journey, tenant_id: str
) -> tuple[Connection, Organisation]:
    """Connect, as part of the transaction; whoever calls rings for the lists. Raises Stopped."""
    now = tools.now()
    await locked(session, journey.client)  # of two links for one client one comes first
    trouble = _late(journey.ticket, now) or await objection(session, journey)
    if trouble:
        raise Stopped(trouble, journey)
    tenant = next(t for t in tenants(journey.ticket) if t.tenant_id == tenant_id)
    organisation = await _remembered(session, journey.ticket, tenant)
    await _check_free(session, journey, organisation)
    if not await tickets.close(session, journey.ticket.id, state=TicketState.FINISHED, now=now):
        raise Stopped(Trouble.USED, journey)
    return await _connect(session, tools, journey, organisation), organisation


async def _remembered(session: AsyncSession, ticket: Ticket, tenant: Tenant) -> Organisation:
    """Its row, held to the end of the transaction: two clients cannot both take it."""
    told = {
        "name": tenant.name,
        "legal_name": tenant.legal_name,
        "country": tenant.country,
        "base_currency": tenant.base_currency,
    }
    return await organisations.upsert(
        session,
        ticket.workspace_id,
        ticket.provider,
        tenant.tenant_id,
        **{name: value for name, value in told.items() if value is not None},
    )


def _late(ticket: Ticket, now: datetime) -> Trouble | None:
    if ticket.closed_at is not None or ticket.state != TicketState.CHOOSING:
        return used_up(ticket, now) or Trouble.USED
    return Trouble.LATE if ticket.expires_at <= now else None


async def _check_free(session: AsyncSession, journey: Journey, organisation: Organisation) -> None:
    """One organisation backs one client of a practice (product §3.3), unless overridden."""
    holders = await connections.claimed_by(
        session,
        journey.ticket.workspace_id,
        organisation.id,
        besides=journey.client.id,
    )
    if holders and not may(journey.actor, Permission.OVERRIDE, journey.client.id):
        raise Stopped(
            Trouble.TAKEN, journey, organisation=organisation.name, holder=holders[0].name
        )


async def _connect(
    session: AsyncSession, tools: Tools, journey: Journey, organisation: Organisation
) -> Connection:
    ticket, now = journey.ticket, tools.now()
    assert ticket.grant_id is not None
    connection = await connections.for_purpose(
        session, ticket.workspace_id, ticket.client_id, ticket.purpose, lock=True
    )
    before = _told(connection)
    told = lost = None
    if connection is None:
        connection = _new(ticket, organisation, now)
        session.add(connection)
    elif holds_organisation(connection):
        told = await told_of(session, tools, connection)
        lost = told.lost_grant
    connection.provider = ticket.provider
    connection.lists_run_id = connection.lists_lease_until = None  # an import under way is void
    connection.activate(
        grant_id=ticket.grant_id, organisation_id=organisation.id, by=ticket.person_id, now=now
    )
    await session.flush()
    if connection.purpose is Purpose.DATA_HEALTH:
        await syncs.schedule(session, ticket.workspace_id, organisation.id, now=now)
    grant = await grants.find(session, ticket.workspace_id, ticket.grant_id)
    assert grant is not None
    record(
        session,
        Context(
            actor=journey.actor,
            now=now,
            tools=tools,
            correlation_id=ticket.id,
            channel_id=ticket.channel_id,
        ),
        "connection.connected",
        connection,
        before=before,
        after=_told(connection)
        | {"organisation": organisation.name, "signed_in_by": grant.made_by},
    )
    if told is not None:
        ending = Ending(how=How.RECONNECTED, at=now, who=journey.actor.name)
        await conclude(session, tools, told, ending)
    await tell_connected(session, tools, await subject_of(session, tools, connection), WAITING)
    if lost and not await connections.using_grant(session, ticket.workspace_id, lost):
        await grants.revoke(session, ticket.workspace_id, lost)  # its tokens are dead
    return connection


def _new(ticket: Ticket, organisation: Organisation, now: datetime) -> Connection:
    return Connection(
        id=new_id(),
        workspace_id=ticket.workspace_id,
        client_id=ticket.client_id,
        purpose=ticket.purpose,
        provider=ticket.provider,
        organisation_id=organisation.id,
        status_since=now,
        connected_by=ticket.person_id,
        connected_at=now,
    )


def _told(connection: Connection | None) -> dict[str, str]:
    if connection is None:
        return {}
    return {
        "status": connection.status,
        "provider": connection.provider,
        "connected_by": connection.connected_by,
    }


async def _had(session: AsyncSession, ticket: Ticket) -> Organisation | None:
    """The organisation a reconnecting client has to keep; after disconnecting it is free."""
    existing = await connections.for_purpose(
        session, ticket.workspace_id, ticket.client_id, ticket.purpose
    )
    if existing is None or not holds_organisation(existing):
        return None
    return await organisations.find(session, ticket.workspace_id, existing.organisation_id)


async def _choices(session: AsyncSession, journey: Journey) -> tuple[Choice, ...]:
    ticket = journey.ticket
    found = tenants(ticket)
    return await choices_among(
        session, journey.client, found, purpose=ticket.purpose, provider=ticket.provider
    )


async def connected_organisation(tools: Tools, journey: Journey) -> Organisation:
    """What a finished ticket led to."""
    ticket = journey.ticket
    async with tools.database.read() as session:
        connection = await connections.for_purpose(
            session, ticket.workspace_id, ticket.client_id, ticket.purpose
        )
        assert connection is not None
        organisation = await organisations.find(
            session, ticket.workspace_id, connection.organisation_id
        )
    assert organisation is not None
    return organisation
