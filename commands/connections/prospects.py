"""The client somebody wants to connect, and what may be connected for it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for, refusal
from commands.clients.channels import adopt
from commands.clients.clients import create
from commands.clients.finding import NEW
from commands.clients.names import name_key
from commands.clients.standing import Standing, standing
from commands.connections.cards import connections_button, purpose_in_brackets
from commands.connections.matching import Offer, Software, offer
from commands.connections.states import holds_organisation
from commands.context import Context, Tools
from commands.errors import Invalid, NotFound, Refused
from commands.permissions import Permission, may
from commands.replies import Button, Invocation, Style, call
from providers.provider import Feature, Provider
from storage.identity import new_id
from storage.models import Client, Connection, Organisation, Purpose
from storage.queries import clients, connections, organisations


@dataclass(frozen=True, kw_only=True, slots=True)
class Prospect:
    """The client to be connected; not in the database while it `is_new`."""

    client: Client
    both: tuple[Connection, ...]
    is_new: bool = False

    def connection(self, purpose: Purpose) -> Connection | None:
        return next((c for c in self.both if c.purpose == purpose), None)

    def counterpart(self, purpose: Purpose) -> str | None:
        """The software of the other connection while that is not disconnected."""
        others = (c for c in self.both if c.purpose != purpose and holds_organisation(c))
        return next((c.provider for c in others), None)

    @property
    def value(self) -> str:
        """How forms carry it from step to step."""
        return f"{NEW}{self.client.name}" if self.is_new else self.client.id


def supported(tools: Tools) -> tuple[Software, ...]:
    """What is configured, as the rules see it."""
    return tuple(
        Software(
            key=provider.key,
            name=provider.name,
            data_health=Feature.DATA_HEALTH in provider.capabilities.features,
        )
        for provider in tools.gateway.software()
        if Feature.BOOKKEEPING in provider.capabilities.features
    )


def offered(tools: Tools, prospect: Prospect, purpose: Purpose) -> Offer:
    """The software to choose from."""
    return offer(
        purpose,
        supported(tools),
        counterpart=prospect.counterpart(purpose),
        books_in=prospect.client.books_in,
    )


def allowed(tools: Tools, prospect: Prospect, purpose: Purpose, software: str) -> Provider:
    """The chosen software. Raises Refused where the rules have another opinion by now."""
    found = offered(tools, prospect, purpose)
    if software not in {s.key for s in found.software}:
        raise unsupported(tools, prospect, found)
    return tools.gateway.provider(software)


def unsupported(tools: Tools, prospect: Prospect, found: Offer) -> Refused:
    """Why nothing can be chosen, naming what could be."""
    names = [s.name for s in supported(tools) if s.data_health]
    return Refused(
        "connections/unsupported",
        *(() if prospect.is_new else (_connections_of(prospect.client),)),
        client=prospect.client.name,
        why=found.why.value,
        books=found.books,
        supported=names,
    )


def _connections_of(client: Client) -> Button:
    return Button(
        label=f"Connections of {client.name}"[:30],
        does=call("connections.show", client=client.id),
    )


async def known(session: AsyncSession, client: Client) -> Prospect:
    """A client we have, with both its connections."""
    found = await connections.of_client(session, client.workspace_id, client.id)
    return Prospect(client=client, both=tuple(found))


async def prospect_of(
    session: AsyncSession, context: Context, text: str, invocation: Invocation
) -> Prospect:
    """The client a form names: by id, or by the name of one to be added."""
    if not text.startswith(NEW):
        client = await clients.find(session, context.workspace_id, text)
        if client is None or client.is_archived:
            raise NotFound(kind="client", text=text)
        await authorise_for(session, context, Permission.CONNECT, client, invocation)
        return await known(session, client)
    name = " ".join(text.removeprefix(NEW).split())
    if not name:
        raise Invalid({"client": "Type the name of the client to add, then choose it."})
    same = await clients.named(session, context.workspace_id, name_key(name))
    if same and not same[0].is_archived:
        await authorise_for(session, context, Permission.CONNECT, same[0], invocation)
        return await known(session, same[0])
    if not may(context.actor, Permission.MANAGE_CLIENTS):
        raise await refusal(session, context, Permission.MANAGE_CLIENTS, invocation)
    return Prospect(client=_new_client(context, name), both=(), is_new=True)


def _new_client(context: Context, name: str) -> Client:
    return Client(
        id=new_id(),
        workspace_id=context.workspace_id,
        name=name,
        name_key=name_key(name),
        created_at=context.now,
        created_by=context.actor.person_id,
    )


async def settle_client(session: AsyncSession, context: Context, prospect: Prospect) -> Client:
    """Add a new client; the channel this was asked in becomes its channel unless it has one."""
    if prospect.is_new:
        return await create(session, context, prospect.client.name)
    await adopt(session, context, prospect.client)
    return prospect.client


async def check_free(session: AsyncSession, prospect: Prospect, purpose: Purpose) -> None:
    """Refuse to connect what is connected, or what is about to be erased."""
    existing = prospect.connection(purpose)
    if existing is None:
        return
    now = standing(existing)
    organisation = await organisations.find(
        session, existing.workspace_id, existing.organisation_id
    )
    assert organisation is not None
    if now is Standing.ERASING:
        raise about_to_be_erased(prospect.client, existing, organisation)
    if holds_organisation(existing):
        raise Refused(
            "connections/connected_already",
            Button(
                label="Reconnect",
                style=Style.PRIMARY,
                does=call("connections.reconnect", connection=existing.id),
            ),
            connections_button(prospect.client),
            client=prospect.client.name,
            purpose=purpose_in_brackets(purpose),
            organisation=organisation.name,
            standing=now.value,
        )


def about_to_be_erased(
    client: Client, connection: Connection, organisation: Organisation
) -> Refused:
    """Nothing is connected over data that somebody wants gone."""
    return Refused(
        "connections/erasing_first",
        Button(label="Undo", does=call("connections.undo_delete", connection=connection.id)),
        connections_button(client),
        client=client.name,
        organisation=organisation.name,
        at=connection.erase_at,
    )
