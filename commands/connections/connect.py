"""Beginning an authorisation: which client, what for, which software, and then the link."""

from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import client_here
from commands.clients.summary import PURPOSES
from commands.connections.cards import connections_button
from commands.connections.matching import Offer
from commands.connections.prospects import (
    Prospect,
    allowed,
    check_free,
    known,
    offered,
    prospect_of,
    settle_client,
    unsupported,
)
from commands.connections.reach import sign_ins
from commands.connections.sharing import LINK, choose_organisation, how_field
from commands.connections.states import holds_organisation
from commands.connections.tickets import issue, wish_of
from commands.context import Context
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    ChoiceField,
    Form,
    Option,
    Reply,
    SearchField,
    SmallPrint,
    Words,
    call,
    say,
)
from providers.provider import Provider
from storage.models import Client, Connection, Purpose


@command(
    "connections.connect",
    usage="connect client [<client>]",
    summary="link a client to Xero or QuickBooks Online",
    permission=Permission.CONNECT,
    aliases=("connect [<client>]",),
    changes=False,
)
async def connect(
    context: Context, *, client: Client | None = None, purpose: Purpose | None = None
) -> Answer:
    """Which client, and what for, unless that goes without saying.

    You choose the client, the software and, at the vendor, one organisation. The link to sign in
    comes to your direct messages. Xero wants a Standard or Adviser user, QuickBooks Online a
    primary or company admin.
    """
    if client is None:
        return await _first_step(context)
    async with context.tools.database.read() as session:
        prospect = await known(session, client)
    free = [p for p in Purpose if _is_free(prospect.connection(p))]
    if not free:
        return _both_connected(prospect)
    if purpose is None and len(free) > 1:
        return Form(
            title=_step(1, of=3),
            submits=call("connections.choose_software", client=client.id),
            parts=(Words(template="connections/connecting", data={"client": client.name}),),
            fields=(_purpose_field(),),
        )
    return await choose_software(context, client=client.id, purpose=purpose or free[0], steps=2)


async def _first_step(context: Context) -> Form:
    here = await client_here(context)
    return Form(
        title=_step(1, of=3),
        submits=call("connections.choose_software"),
        fields=(
            SearchField(
                name="client",
                label="Client",
                source="clients_or_new",
                initial=Option(value=here.id, label=here.name) if here else None,
            ),
            _purpose_field(),
        ),
    )


def _step(number: int, *, of: int) -> str:
    return f"Connect · {number} of {of}"


def _is_free(connection: Connection | None) -> bool:
    return connection is None or not holds_organisation(connection)


def _purpose_field() -> ChoiceField:
    told = {
        Purpose.BOOKKEEPING: "Lists and publishing",
        Purpose.DATA_HEALTH: "Checks; needs bookkeeping in Xero or QuickBooks Online",
    }
    return ChoiceField(
        name="purpose",
        label="Which connection",
        options=tuple(
            Option(value=p.value, label=PURPOSES[p], description=told[p]) for p in Purpose
        ),
        initial=Purpose.BOOKKEEPING.value,
    )


def _both_connected(prospect: Prospect) -> Reply:
    return say(
        "connections/both_connected",
        connections_button(prospect.client),
        client=prospect.client.name,
    )


@command("connections.choose_software", permission=Permission.CONNECT, changes=False)
async def choose_software(
    context: Context, *, client: str, purpose: Purpose, steps: int = 3
) -> Answer:
    """The last step but one: which software, of what is allowed; not asked where it is only one."""
    invocation = call("connections.choose_software", client=client, purpose=purpose)
    async with context.tools.database.read() as session:
        prospect = await prospect_of(session, context, client, invocation)
        await check_free(session, prospect, purpose)
    found = offered(context.tools, prospect, purpose)
    if not found.software:
        raise unsupported(context.tools, prospect, found)
    if len(found.software) == 1:
        provider = context.tools.gateway.provider(found.software[0].key)
        title = _step(steps, of=steps) if steps > 2 else "Connect"
        return await _review(context, prospect, purpose, provider, title=title)
    return Form(
        title=_step(steps - 1, of=steps),
        submits=call("connections.review", client=prospect.value, purpose=purpose, steps=steps),
        parts=(
            Words(
                template="connections/choosing_software",
                data=_offer_facts(prospect, purpose, found),
            ),
        ),
        fields=(
            ChoiceField(
                name="software",
                label="Software",
                options=tuple(Option(value=s.key, label=s.name) for s in found.software),
                initial=found.software[0].key,
            ),
        ),
    )


@command("connections.review", permission=Permission.CONNECT, changes=False)
async def review(
    context: Context, *, client: str, purpose: Purpose, software: str, steps: int = 3
) -> Answer:
    """The last step: what will happen, and with whose sign-in where one is there already."""
    invocation = call("connections.review", client=client, purpose=purpose, software=software)
    async with context.tools.database.read() as session:
        prospect = await prospect_of(session, context, client, invocation)
    provider = allowed(context.tools, prospect, purpose, software)
    return await _review(context, prospect, purpose, provider, title=_step(steps, of=steps))


async def _review(
    context: Context, prospect: Prospect, purpose: Purpose, provider: Provider, *, title: str
) -> Form:
    found = await sign_ins(context, prospect, purpose, provider)
    offer = offered(context.tools, prospect, purpose)
    return Form(
        title=title,
        submits=call(
            "connections.send_link",
            client=prospect.value,
            purpose=purpose,
            software=provider.key,
        ),
        submit_label="Continue" if found else "Send me the link",
        parts=(
            Words(
                template="connections/what_will_happen",
                data=_offer_facts(prospect, purpose, offer)
                | {
                    "is_only_one": len(offer.software) == 1,
                    "software": provider.name,
                    "role": provider.sign_in_role,
                    "checklist": provider.checklist,
                    "is_copy": purpose is Purpose.DATA_HEALTH,
                },
            ),
            SmallPrint(
                template="connections/where_the_link_goes", data={"is_offered": bool(found)}
            ),
        ),
        fields=(how_field(found, purpose, provider.name),) if found else (),
    )


def _offer_facts(prospect: Prospect, purpose: Purpose, found: Offer) -> dict[str, Any]:
    return {
        "client": prospect.client.name,
        "purpose": PURPOSES[purpose],
        "why": found.why.value,
        "books": found.books,
    }


@command("connections.send_link", permission=Permission.CONNECT)
async def send_link(
    context: Context, *, client: str, purpose: Purpose, software: str, sign_in: str = LINK
) -> Answer:
    """Make the link and send it, unless another sign-in is to be used.

    A new client is added now and not before.
    """
    invocation = call("connections.send_link", client=client, purpose=purpose, software=software)
    async with context.tools.database.begin() as session:
        prospect = await prospect_of(session, context, client, invocation)
        await check_free(session, prospect, purpose)
        provider = allowed(context.tools, prospect, purpose, software)
        if sign_in == LINK:
            prospect = await _send(session, context, prospect, purpose, provider)
    if sign_in != LINK:
        return await choose_organisation(context, prospect, purpose, provider, grant_id=sign_in)
    return link_is_on_its_way(prospect.client, provider)


async def _send(
    session: AsyncSession,
    context: Context,
    prospect: Prospect,
    purpose: Purpose,
    provider: Provider,
) -> Prospect:
    named = await settle_client(session, context, prospect)
    wish = wish_of(context, named, purpose, provider)
    existing = prospect.connection(purpose)
    await issue(session, context.tools, wish, existing=existing, now=context.now)
    return replace(prospect, client=named, is_new=False)


def link_is_on_its_way(client: Client, provider: Provider) -> Reply:
    """Where to look next."""
    return say("connections/link_sent", client=client.name, software=provider.name, is_here=False)
