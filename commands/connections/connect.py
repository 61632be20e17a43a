"""Beginning an authorisation: which client, what for, which software, and then the link."""

from commands.clients.summary import PURPOSES
from commands.connections.cards import connections_button
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
from commands.connections.states import holds_organisation
from commands.connections.tickets import Wish, issue
from commands.context import Context
from commands.permissions import Permission, sees
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
from storage.queries import clients


@command(
    "connections.connect",
    usage="connect client [<client>]",
    summary="link a client to Xero or QuickBooks",
    permission=Permission.CONNECT,
    aliases=("connect [<client>]",),
)
async def connect(context: Context, *, client: Client | None = None) -> Answer:
    """Step 1 of 3: which client, and what for."""
    if client is None:
        return Form(
            title="Connect · 1 of 3",
            submits=call("connections.choose_software"),
            fields=(
                SearchField(
                    name="client",
                    label="Client",
                    source="clients_or_new",
                    initial=await _client_here(context),
                ),
                _purpose_field(tuple(Purpose), None),
            ),
        )
    async with context.tools.database.read() as session:
        prospect = await known(session, client)
    free = tuple(p for p in Purpose if _is_free(prospect.connection(p)))
    if not free:
        return _both_connected(prospect)
    return Form(
        title="Connect · 1 of 3",
        submits=call("connections.choose_software", client=client.id),
        parts=(Words(template="connections/connecting", data={"client": client.name}),),
        fields=(_purpose_field(free, free[0]),),
    )


async def _client_here(context: Context) -> Option | None:
    """The client of the channel this is asked in, which is usually the one meant."""
    if context.channel_id is None:
        return None
    async with context.tools.database.read() as session:
        found = await clients.in_channel(session, context.workspace_id, context.channel_id)
    here = [client for client in found if sees(context.actor, client.id)]
    return Option(value=here[0].id, label=here[0].name) if len(here) == 1 else None


def _is_free(connection: Connection | None) -> bool:
    return connection is None or not holds_organisation(connection)


def _purpose_field(purposes: tuple[Purpose, ...], initial: Purpose | None) -> ChoiceField:
    told = {
        Purpose.BOOKKEEPING: "Lists and publishing",
        Purpose.DATA_HEALTH: "Checks; needs bookkeeping in Xero or QuickBooks Online",
    }
    return ChoiceField(
        name="purpose",
        label="Which connection",
        options=tuple(
            Option(value=p.value, label=PURPOSES[p], description=told[p]) for p in purposes
        ),
        initial=(initial or Purpose.BOOKKEEPING).value,
    )


def _both_connected(prospect: Prospect) -> Reply:
    return say(
        "connections/both_connected",
        connections_button(prospect.client),
        client=prospect.client.name,
    )


@command("connections.choose_software", permission=Permission.CONNECT)
async def choose_software(context: Context, *, client: str, purpose: Purpose) -> Answer:
    """Step 2 of 3: which software, of what is allowed."""
    invocation = call("connections.choose_software", client=client, purpose=purpose)
    async with context.tools.database.read() as session:
        prospect = await prospect_of(session, context, client, invocation)
        await check_free(session, prospect, purpose)
    found = offered(context.tools, prospect, purpose)
    if not found.software:
        raise unsupported(context.tools, prospect, found)
    return Form(
        title="Connect · 2 of 3",
        submits=call("connections.review", client=prospect.value, purpose=purpose),
        parts=(
            Words(
                template="connections/choosing_software",
                data={
                    "client": prospect.client.name,
                    "purpose": PURPOSES[purpose],
                    "why": found.why.value,
                    "books": found.books,
                },
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


@command("connections.review", permission=Permission.CONNECT)
async def review(context: Context, *, client: str, purpose: Purpose, software: str) -> Answer:
    """Step 3 of 3: what will happen."""
    invocation = call("connections.review", client=client, purpose=purpose, software=software)
    async with context.tools.database.read() as session:
        prospect = await prospect_of(session, context, client, invocation)
    provider = allowed(context.tools, prospect, purpose, software)
    return Form(
        title="Connect · 3 of 3",
        submits=call(
            "connections.send_link", client=prospect.value, purpose=purpose, software=software
        ),
        submit_label="Send me the link",
        parts=(
            Words(
                template="connections/what_will_happen",
                data={
                    "client": prospect.client.name,
                    "software": provider.name,
                    "purpose": PURPOSES[purpose],
                    "role": provider.sign_in_role,
                    "checklist": provider.checklist,
                },
            ),
            SmallPrint(template="connections/where_the_link_goes"),
        ),
    )


@command("connections.send_link", permission=Permission.CONNECT)
async def send_link(context: Context, *, client: str, purpose: Purpose, software: str) -> Answer:
    """Make the link and send it; a new client is added now and not before."""
    invocation = call("connections.send_link", client=client, purpose=purpose, software=software)
    async with context.tools.database.begin() as session:
        prospect = await prospect_of(session, context, client, invocation)
        await check_free(session, prospect, purpose)
        provider = allowed(context.tools, prospect, purpose, software)
        named = await settle_client(session, context, prospect)
        await issue(
            session,
            context.tools,
            Wish(
                person_id=context.actor.person_id,
                client=named,
                purpose=purpose,
                provider=provider.key,
                channel_id=context.channel_id,
            ),
            existing=prospect.connection(purpose),
            now=context.now,
        )
    return link_is_on_its_way(named, provider)


def link_is_on_its_way(client: Client, provider: Provider) -> Reply:
    """Where to look next."""
    return say("connections/link_sent", client=client.name, software=provider.name)
