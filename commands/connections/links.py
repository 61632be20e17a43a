"""Links that ended: another one, or none."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.channels import is_direct
from commands.clients.summary import software_name
from commands.connections.cards import connections_button
from commands.connections.journeys import intent_of, may_renew
from commands.connections.prospects import allowed, check_free, known
from commands.connections.tickets import Wish, end, issue, tell_ended
from commands.context import Context, Tools
from commands.errors import Conflict, NotFound, Refused
from commands.permissions import Permission
from commands.registry import command, job
from commands.replies import Answer, call, say
from storage.models import Client, Ticket, TicketState
from storage.queries import clients, tickets


@command("connections.new_link", permission=Permission.CONNECT)
async def new_link(context: Context, *, ticket: str) -> Answer:
    """Another link for what an ended one was for."""
    async with context.tools.database.begin() as session:
        old, client = await _own(session, context, ticket)
        invocation = call("connections.new_link", ticket=ticket)
        await authorise_for(session, context, Permission.CONNECT, client, invocation)
        await renew(session, context.tools, old, client, now=context.now)
    software = software_name(context.tools, old.provider)
    is_here = is_direct(context.channel_id)
    return say("connections/link_sent", client=client.name, software=software, is_here=is_here)


async def renew(
    session: AsyncSession, tools: Tools, old: Ticket, client: Client, *, now: datetime
) -> Ticket:
    """Hand out another link to the same person. Raises Refused where it leads nowhere by now."""
    if client.is_archived:
        raise Refused("clients/is_archived", client=client.name, at=client.archived_at)
    prospect = await known(session, client)
    existing = prospect.connection(old.purpose)
    if not may_renew(intent_of(old, existing), existing):
        await check_free(session, prospect, old.purpose)
    wish = Wish(
        person_id=old.person_id,
        client=client,
        purpose=old.purpose,
        provider=allowed(tools, prospect, old.purpose, old.provider).key,
        channel_id=old.channel_id,
    )
    return await issue(session, tools, wish, existing=existing, now=now)


@command("connections.cancel_link")
async def cancel_link(context: Context, *, ticket: str) -> Answer:
    """Void one's own link."""
    async with context.tools.database.begin() as session:
        found, client = await _own(session, context, ticket)
        if not await end(session, context.tools, found, client, None, now=context.now):
            raise Conflict(
                "connections/link_has_ended",
                connections_button(client),
                client=client.name,
                at=found.closed_at,
                state=found.state.value,
            )
    return say("connections/link_cancelled", client=client.name)


async def _own(session: AsyncSession, context: Context, ticket_id: str) -> tuple[Ticket, Client]:
    """One's own link; nobody is told that another's exists."""
    ticket = await tickets.find(session, context.workspace_id, ticket_id)
    if ticket is None or ticket.person_id != context.actor.person_id:
        raise NotFound(kind="link", text=ticket_id)
    client = await clients.find(session, ticket.workspace_id, ticket.client_id)
    assert client is not None
    return ticket, client


@job("connections.end_link", due=tickets.expired)
async def end_link(tools: Tools, key: str) -> None:
    """Nobody used it in time; its message says so and offers another."""
    now = tools.now()
    async with tools.database.begin() as session:
        ticket = await tickets.by_id(session, key)
        if ticket is None or ticket.expires_at > now:
            return
        used = ticket.consumed_at is not None
        ended = await tickets.close(session, key, state=TicketState.EXPIRED, now=now)
        if ended is None:
            return
        client = await clients.find(session, ended.workspace_id, ended.client_id)
        assert client is not None
        await tell_ended(session, tools, ended, client, "unfinished" if used else "late")


async def again(tools: Tools, ticket: Ticket, client: Client) -> None:
    """Send another link to the person of an old one, who asks for it on its page.

    Nothing is sent while a newer one is in the messages already. Raises Refused.
    """
    now = tools.now()
    async with tools.database.begin() as session:
        newer = await tickets.open_ones(
            session,
            ticket.workspace_id,
            client_id=ticket.client_id,
            person_id=ticket.person_id,
            purpose=ticket.purpose,
        )
        if any(each.created_at > ticket.created_at and each.expires_at > now for each in newer):
            return
        await renew(session, tools, ticket, client, now=now)
