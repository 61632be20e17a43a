"""Connecting another client with a sign-in that is there already, without a browser."""

from collections.abc import Sequence

from commands.connections.activate import take
from commands.connections.cards import connections_button
from commands.connections.choices import Choice
from commands.connections.journeys import Stopped, deciding, journey_of
from commands.connections.prospects import (
    Prospect,
    allowed,
    check_free,
    prospect_of,
    settle_client,
)
from commands.connections.reach import SignIn, reaching
from commands.connections.tickets import adopt, wish_of
from commands.context import Context
from commands.errors import Refused
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    ChoiceField,
    Form,
    Invocation,
    Option,
    SmallPrint,
    Style,
    Words,
    call,
    say,
)
from providers.provider import Provider, Tenant
from storage.models import Client, Connection, GrantState, Purpose
from storage.queries import grants

LINK = "link"
OFFERED = 100  # Slack shows no more options


def how_field(found: Sequence[SignIn], purpose: Purpose, software: str) -> ChoiceField:
    """A sign-in that is there, or a link; the link first unless an organisation has the name.

    Data Health begins with the link: it is a consent of its own (product §4.1).
    """
    link = Option(
        value=LINK,
        label="Send me a link",
        description=f"You sign in to {software} in the browser",
    )
    there = [Option(value=s.grant.id, label=s.label, description=s.description) for s in found]
    fits = [s for s in found if s.free[0].same_name and purpose is Purpose.BOOKKEEPING]
    return ChoiceField(
        name="sign_in",
        label="How to sign in",
        options=(*there, link) if fits else (link, *there),
        initial=fits[0].grant.id if fits else LINK,
    )


async def choose_organisation(
    context: Context, prospect: Prospect, purpose: Purpose, provider: Provider, *, grant_id: str
) -> Form:
    """Which of what that sign-in reaches."""
    sign_in = await reaching(context, prospect, purpose, grant_id)
    if sign_in is None:
        raise _gone(prospect, purpose, provider)
    first = sign_in.free[0]
    is_likely = first.is_counterpart or first.same_name or len(sign_in.free) == 1
    words = {
        "client": prospect.client.name,
        "software": provider.name,
        "by": sign_in.by,
        "signed_in_at": sign_in.grant.created_at,
        "count": len(sign_in.free),
        "taken": [(c.tenant.name, c.taken_by) for c in sign_in.choices if c.taken_by is not None],
    }
    field = ChoiceField(
        name="organisation",
        label=f"Organisation in {provider.name}",
        options=tuple(_option(choice) for choice in sign_in.free[:OFFERED]),
        initial=first.tenant.tenant_id if is_likely else None,
        compact=True,
    )
    return Form(
        title="Connect · organisation",
        submits=call(
            "connections.use_sign_in",
            client=prospect.value,
            purpose=purpose,
            software=provider.key,
            grant=grant_id,
        ),
        submit_label="Connect",
        parts=(
            Words(template="connections/choosing_organisation", data=words),
            SmallPrint(template="connections/no_browser", data=words),
        ),
        fields=(field,),
    )


def _option(choice: Choice) -> Option:
    tenant = choice.tenant
    marks = (
        "the client's other connection" if choice.is_counterpart else None,
        tenant.legal_name if tenant.legal_name != tenant.name else None,
        tenant.country,
        tenant.base_currency,
    )
    return Option(
        value=tenant.tenant_id,
        label=tenant.name,
        description=" · ".join(mark for mark in marks if mark) or None,
    )


@command("connections.use_sign_in", permission=Permission.CONNECT)
async def use_sign_in(
    context: Context,
    *,
    client: str,
    purpose: Purpose,
    software: str,
    grant: str,
    organisation: str,
) -> Answer:
    """Connect at once; the vendor is asked again whether the sign-in still reaches it."""
    invocation = call(
        "connections.use_sign_in",
        client=client,
        purpose=purpose,
        software=software,
        grant=grant,
        organisation=organisation,
    )
    async with context.tools.database.read() as session:
        prospect = await prospect_of(session, context, client, invocation)
    provider = allowed(context.tools, prospect, purpose, software)
    sign_in = await reaching(context, prospect, purpose, grant)
    free = {c.tenant.tenant_id: c.tenant for c in sign_in.free} if sign_in else {}
    if sign_in is None or organisation not in free:
        raise _gone(prospect, purpose, provider)
    named, connection = await _taken(
        context, invocation, prospect, provider, tenant=free[organisation]
    )
    context.tools.jobs.submit("lists.refresh", connection.id)
    if purpose is Purpose.DATA_HEALTH:
        context.tools.jobs.submit("sync.bring", connection.organisation_id)
    return say(
        "connections/connected_with",
        connections_button(named),
        client=named.name,
        organisation=free[organisation].name,
        software=provider.name,
        by=sign_in.by,
        channel=named.channel_id,
        is_copy=purpose is Purpose.DATA_HEALTH,
    )


async def _taken(
    context: Context,
    invocation: Invocation,
    seen: Prospect,
    provider: Provider,
    *,
    tenant: Tenant,
) -> tuple[Client, Connection]:
    """Connect in one transaction, in which everything is looked at again."""
    told = invocation.arguments
    purpose, grant_id = Purpose(told["purpose"]), told["grant"]
    try:
        async with deciding(context.tools) as session:
            prospect = await prospect_of(session, context, told["client"], invocation)
            await check_free(session, prospect, purpose)
            grant = await grants.locked(session, context.workspace_id, grant_id)
            if grant is None or grant.state != GrantState.LIVE:
                raise _gone(prospect, purpose, provider)
            named = await settle_client(session, context, prospect)
            wish = wish_of(context, named, purpose, provider)
            existing = prospect.connection(purpose)
            ticket = await adopt(session, context.tools, wish, existing, grant, tenant=tenant)
            journey = await journey_of(session, context.tools, ticket)
            connection, _ = await take(session, context.tools, journey, tenant.tenant_id)
    except Stopped as stopped:
        raise _not_taken(seen, tenant, stopped) from stopped
    return named, connection


def _not_taken(prospect: Prospect, tenant: Tenant, stopped: Stopped) -> Refused:
    """Somebody was quicker."""
    return Refused(
        "connections/not_taken",
        *(() if prospect.is_new else (connections_button(prospect.client),)),
        client=prospect.client.name,
        trouble=stopped.trouble.value,
        organisation=tenant.name,
        holder=stopped.facts.get("holder"),
    )


def _gone(prospect: Prospect, purpose: Purpose, provider: Provider) -> Refused:
    """The sign-in reaches nothing for this client any more; a link still does."""
    link = call(
        "connections.send_link",
        client=prospect.value,
        purpose=purpose,
        software=provider.key,
    )
    return Refused(
        "connections/sign_in_gone",
        Button(label="Send me a link", does=link, style=Style.PRIMARY),
        client=prospect.client.name,
        software=provider.name,
    )
