"""Publishing a claim, and putting it together again from its items as they are now."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.permissions import Permission
from commands.publishing.claims.finding import list_button, show_button, standings
from commands.publishing.claims.placing import belongs, comes_to, follow_claim, period_in
from commands.publishing.claims.sending import Weighed, start, usable_connection, weigh
from commands.publishing.claims.showing import page_of
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import reassess
from commands.publishing.sending.publish import is_told_here
from commands.publishing.sending.sent import kept
from commands.registry import command
from commands.replies import NOTHING, Answer, Button, Buttons, Reply, Style, Words, call, say
from storage.models import ClaimState, Client, ExpenseClaim
from storage.queries import claims, clients, publications


@command("publishing.publish_claim", permission=Permission.PUBLISH)
async def publish_claim(context: Context, *, claim: ExpenseClaim) -> Answer:
    """Send everything on it as one document."""
    async with context.tools.database.begin() as session:
        weighed = await weigh(session, context.tools, claim)
        if not weighed.can_go:
            return await _held(session, context, weighed)
        batch = await start(session, context.tools, weighed, by=context.actor.person_id)
        record(session, context, "claim.published", weighed.claim)
        client = await _client(session, context, claim)
        (own,) = await standings(session, context, client, [weighed.claim])
    context.tools.jobs.submit("publishing.send", batch.id)
    if is_told_here(context, client):
        return NOTHING
    return say(
        "publishing/claim_asked", list_button(client.id), place=client.channel_id, **own.facts
    )


async def _client(session: AsyncSession, context: Context, claim: ExpenseClaim) -> Client:
    client = await clients.find(session, context.workspace_id, claim.client_id)
    assert client is not None
    return client


async def _held(session: AsyncSession, context: Context, weighed: Weighed) -> Reply:
    """Why it does not go, with what mends it."""
    claim, judged = weighed.claim, weighed.judged
    client = await _client(session, context, claim)
    (own,) = await standings(session, context, client, [claim])
    blocks = [{"kind": each.kind.value, **each.facts} for each in judged.blocks]
    data = own.facts | {"blocks": blocks if claim.state is ClaimState.OPEN else []}
    buttons = [show_button(claim.id), list_button(client.id)]
    if judged.needs_refresh and claim.state is ClaimState.OPEN:
        does = call("publishing.refresh_claim", claim=claim.id)
        buttons.insert(0, Button(label="Refresh", does=does, style=Style.PRIMARY))
    words = Words(template="publishing/claim_held", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))


@command("publishing.refresh_claim", permission=Permission.SEE_CLIENT)
async def refresh_claim(context: Context, *, claim: ExpenseClaim) -> Answer:
    """What changed is taken as it is now; what cannot go is taken off until it can."""
    async with context.tools.database.begin() as session:
        own = context.workspace_id
        ids = [each.item_id for each in await claims.parts(session, own, [claim.id])]
        await publications.items_of(session, own, ids, lock=True)
        fresh = await claims.find(session, own, claim.id, lock=True)
        assert fresh is not None
        if fresh.state is not ClaimState.OPEN:
            return await page_of(session, context, fresh)
        if await usable_connection(session, own, claim.client_id) is None:
            return await page_of(session, context, fresh)
        taken, off = await _put_together(session, context, fresh)
        record(session, context, "claim.refreshed", fresh)
        await session.flush()
        data = {"taken": taken, "off": off}
        above = Words(template="publishing/claim_refreshed", data=data)
        return await page_of(session, context, fresh, above)


async def _put_together(
    session: AsyncSession, context: Context, claim: ExpenseClaim
) -> tuple[list[str], list[str]]:
    """Names of the items that it says something else of now, and of those that are off it."""
    own, tools, now = context.workspace_id, context.tools, context.now
    parts = {each.item_id: each for each in await claims.parts(session, own, [claim.id])}
    taken, off = [], []
    for item in await publications.items_of(session, own, list(parts)):
        part = parts[item.id]
        judged = await reassess(session, tools, item, now=now)
        expense = comes_to(item, judged)
        is_theirs = expense is not None and (item.owner, expense.currency) == (
            claim.owner,
            claim.currency,
        )
        if expense is not None and is_theirs:
            if not belongs(claim, item, part, expense):
                taken.append(item.supplier or item.title)
            part.draft, part.is_changed = kept(expense), False
            continue
        off.append(item.supplier or item.title)
        session.expunge(part)
        await claims.take_off(session, own, [item.id])
        told = {"other": period_in(claim).name}
        await note_change(
            session, item, "taken off a claim", by=context.actor.person_id, at=now, facts=told
        )
        await follow_claim(session, item, judged, now=now)  # it may be on somebody else's
    return taken, off
