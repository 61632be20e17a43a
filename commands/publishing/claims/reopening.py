"""Opening a published claim again, once its document is no longer in the ledger."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.permissions import Permission
from commands.publishing.claims.finding import show_button
from commands.publishing.claims.placing import period_in
from commands.publishing.claims.sending import usable_connection
from commands.publishing.claims.showing import page_of
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import reassess
from commands.publishing.sending.republish import OVER
from commands.publishing.sending.sent import published_of
from commands.registry import command
from commands.replies import Answer, Words, say
from providers.drafts import Published
from storage.models import ClaimState, Connection, ExpenseClaim, ItemState, PublicationState
from storage.queries import claims, organisations, publications


@command("publishing.reopen_claim", permission=Permission.SEE_CLIENT)
async def reopen_claim(context: Context, *, claim: ExpenseClaim) -> Answer:
    """Its items can be corrected then, and it goes as a new document."""
    own = context.workspace_id
    async with context.tools.database.read() as session:
        sent = await publications.of_claim(session, own, claim.id, claim.generation)
        there = published_of(sent) if sent else None
        connection = await usable_connection(session, own, claim.client_id)
        batch = await publications.find_batch(session, own, sent.batch_id) if sent else None
        if claim.state is not ClaimState.PUBLISHED or there is None or batch is None:
            return await page_of(session, context, claim)
    is_same = connection is not None and connection.organisation_id == batch.organisation_id
    if connection is None or not is_same or not await _is_gone(context, connection, there):
        return say(
            "publishing/claim_still_there", show_button(claim.id),
            period=period_in(claim).name, number=there.number, can_look=is_same,
        )  # fmt: skip
    async with context.tools.database.begin() as session:
        await _open_again(session, context, claim)
        fresh = await claims.find(session, own, claim.id)
        assert fresh is not None
        return await page_of(session, context, fresh, Words(template="publishing/claim_reopened"))


async def _is_gone(context: Context, connection: Connection, there: Published) -> bool:
    async with context.tools.database.read() as session:
        organisation = await organisations.find(
            session, context.workspace_id, connection.organisation_id
        )
    assert organisation is not None
    assert connection.grant_id is not None, "it is usable"
    opened = context.tools.gateway.open(
        connection.provider, tenant_id=organisation.tenant_id, grant_id=connection.grant_id
    )
    async with opened as ledger:
        now = await ledger.look_up(there)
    return now is None or now.status in OVER


async def _open_again(session: AsyncSession, context: Context, claim: ExpenseClaim) -> None:
    """Once, whoever else does the same: another generation of the claim."""
    own = context.workspace_id
    ids = [each.item_id for each in await claims.parts(session, own, [claim.id])]
    items = await publications.items_of(session, own, ids, lock=True)
    fresh = await claims.find(session, own, claim.id, lock=True)
    assert fresh is not None
    sent = await publications.of_claim(session, own, claim.id, claim.generation)
    if fresh.generation != claim.generation or sent is None:
        return
    sent.state = PublicationState.CLEARED
    fresh.generation += 1
    fresh.state, fresh.published_at = ClaimState.OPEN, None
    record(session, context, "claim.reopened", fresh)
    await session.flush()
    for item in items:
        if item.state is ItemState.ARCHIVED:
            item.state, item.archived_at, item.due_at = ItemState.READY, None, context.now
            by = context.actor.person_id
            await note_change(session, item, "cleared", by=by, at=context.now)
            await reassess(session, context.tools, item, now=context.now)
    await session.flush()
