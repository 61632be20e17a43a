"""Links to sign in with: handed out in direct messages, ended, and told about there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import connections_button, purpose_in_brackets
from commands.connections.journeys import UNKNOWN, Fact, connection_of, intent_of, kept
from commands.context import Context, Tools
from commands.replies import Button, Buttons, Reply, Style, Words, call
from providers.provider import Provider, Tenant
from storage.identity import digest, new_id, new_secret
from storage.models import Client, Connection, Grant, Purpose, Ticket, TicketState
from storage.queries import tickets

LIFE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants a link for. `channel_id` is where it was asked."""

    person_id: str
    client: Client
    purpose: Purpose
    provider: str
    channel_id: str | None = None


def wish_of(context: Context, client: Client, purpose: Purpose, provider: Provider) -> Wish:
    """Of whoever asks."""
    return Wish(
        person_id=context.actor.person_id,
        client=client,
        purpose=purpose,
        provider=provider.key,
        channel_id=context.channel_id,
    )


async def issue(
    session: AsyncSession, tools: Tools, wish: Wish, *, existing: Connection | None, now: datetime
) -> Ticket:
    """Make a link and send it to the person; an older one for the same thing ends.

    `existing` is the connection as it stands: the link is void once that changes.
    """
    secret = new_secret()
    ticket = _ticket(wish, existing, secret=secret, now=now)
    await _supersede(session, tools, ticket, wish.client)
    session.add(ticket)
    intent = intent_of(ticket, existing)
    data = _heading(tools, ticket, wish.client) | {
        "intent": intent,
        "organisation": await kept(session, intent, existing),
        "until": ticket.expires_at,
    }
    await _tell(session, tools, ticket, _invitation(tools, ticket, data, secret))
    return ticket


async def adopt(
    session: AsyncSession,
    tools: Tools,
    wish: Wish,
    existing: Connection | None,
    grant: Grant,
    *,
    tenant: Tenant,
) -> Ticket:
    """A ticket for a sign-in that is there already: nobody gets a link, the choice is made."""
    now = tools.now()
    ticket = _ticket(wish, existing, secret=new_secret(), now=now)
    ticket.state, ticket.consumed_at = TicketState.CHOOSING, now
    ticket.grant_id, ticket.tenants = grant.id, [asdict(tenant)]
    await _supersede(session, tools, ticket, wish.client)
    session.add(ticket)
    await session.flush()
    return ticket


def _ticket(wish: Wish, existing: Connection | None, *, secret: str, now: datetime) -> Ticket:
    return Ticket(
        id=new_id(),
        workspace_id=wish.client.workspace_id,
        person_id=wish.person_id,
        client_id=wish.client.id,
        purpose=wish.purpose,
        provider=wish.provider,
        created_at=now,
        expires_at=now + LIFE,
        link_digest=digest(secret),
        connection_version=existing.version if existing else None,
        channel_id=wish.channel_id,
    )


async def _supersede(session: AsyncSession, tools: Tools, ticket: Ticket, client: Client) -> None:
    older = await tickets.open_ones(
        session,
        ticket.workspace_id,
        client_id=ticket.client_id,
        person_id=ticket.person_id,
        purpose=ticket.purpose,
    )
    for each in older:
        await end(session, tools, each, client, "superseded", now=ticket.created_at)


async def end(
    session: AsyncSession,
    tools: Tools,
    ticket: Ticket,
    client: Client,
    code: str | None,
    *,
    now: datetime,
) -> bool:
    """Void a link that led nowhere, by somebody's wish; False when it had ended already."""
    ended = await tickets.close(
        session, ticket.id, state=TicketState.CANCELLED, now=now, failure=code
    )
    if ended is not None:
        await tell_ended(session, tools, ended, client, code or "cancelled")
    return ended is not None


def _heading(tools: Tools, ticket: Ticket, client: Client) -> dict[str, Any]:
    return {
        "client": client.name,
        "software": software_name(tools, ticket.provider),
        "purpose": purpose_in_brackets(ticket.purpose),
    }


def _invitation(tools: Tools, ticket: Ticket, data: dict[str, Any], secret: str) -> Reply:
    sign_in = Button(
        label=f"Sign in to {data['software']}"[:30],
        url=tools.links.start(secret),
        style=Style.PRIMARY,
    )
    words = Words(template="connections/ticket", data=data)
    return Reply(parts=(words, Buttons(items=(sign_in, _cancel(ticket)))))


def _cancel(ticket: Ticket) -> Button:
    return Button(label="Cancel", does=call("connections.cancel_link", ticket=ticket.id))


def _another(ticket: Ticket, style: Style = Style.PLAIN) -> Button:
    return Button(
        label="New link", style=style, does=call("connections.new_link", ticket=ticket.id)
    )


async def tell_choosing(
    session: AsyncSession,
    tools: Tools,
    ticket: Ticket,
    client: Client,
    *,
    taken: Fact = (),
) -> None:
    """The direct message loses its link: the organisation is chosen in the browser.

    `taken` is what was refused there, as in `Stopped.facts`.
    """
    data = _heading(tools, ticket, client) | {
        "intent": intent_of(ticket, await connection_of(session, ticket)),
        "until": ticket.expires_at,
        "taken": taken,
    }
    words = Words(template="connections/ticket_choosing", data=data)
    buttons = Buttons(items=(_another(ticket), _cancel(ticket)))
    await _tell(session, tools, ticket, Reply(parts=(words, buttons)))


async def tell_ended(
    session: AsyncSession,
    tools: Tools,
    ticket: Ticket,
    client: Client,
    code: str,
    *,
    facts: Mapping[str, Fact] = UNKNOWN,
) -> None:
    """The direct message loses its link and says how it ended; `code` names the words."""
    data = {
        **UNKNOWN,
        **facts,
        **_heading(tools, ticket, client),
        "intent": intent_of(ticket, await connection_of(session, ticket)),
        "code": code,
        "closed_at": ticket.closed_at,
        "until": ticket.expires_at,
    }
    words = Words(template="connections/ticket_ended", data=data)
    await _tell(session, tools, ticket, Reply(parts=(words, *_next(ticket, client, code, data))))


def _next(
    ticket: Ticket, client: Client, code: str, facts: Mapping[str, Any]
) -> tuple[Buttons, ...]:
    if code == "superseded":
        return ()
    overview = connections_button(client)
    if code == "changed" and not facts["may_renew"]:
        return (Buttons(items=(overview,)),)
    return (Buttons(items=(_another(ticket, Style.PRIMARY), overview)),)


async def tell_finished(
    session: AsyncSession, tools: Tools, ticket: Ticket, client: Client, organisation: str
) -> None:
    """The direct message loses its link and says what it led to."""
    data = {
        "client": client.name,
        "organisation": organisation,
        "software": software_name(tools, ticket.provider),
        "at": ticket.closed_at,
    }
    reply = Reply(
        parts=(
            Words(template="connections/ticket_finished", data=data),
            Buttons(items=(connections_button(client),)),
        )
    )
    await _tell(session, tools, ticket, reply)


async def _tell(session: AsyncSession, tools: Tools, ticket: Ticket, reply: Reply) -> None:
    await tools.notify.post(
        session,
        workspace_id=ticket.workspace_id,
        to=ticket.person_id,
        reply=reply,
        card=f"ticket:{ticket.id}",
    )
