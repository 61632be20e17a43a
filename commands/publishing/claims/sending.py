"""Sending a claim: judged once more, written down, and on its way as one document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.publishing.claims.judging import Judged, judge, reference_of
from commands.publishing.claims.placing import belongs, comes_to
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment, assess, choices_of
from commands.publishing.readiness.surroundings import lists_of
from commands.publishing.sending.outcome import tell
from commands.publishing.sending.publish import intend, new_batch
from providers.drafts import Draft
from storage.identity import new_id
from storage.models import (
    Batch,
    ClaimPart,
    ClaimState,
    Connection,
    ExpenseClaim,
    Item,
    ItemState,
    Publication,
    Purpose,
)
from storage.queries import claims, connections, people, publications


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A claim whose rows are locked, with how each of its items is judged now."""

    claim: ExpenseClaim
    items: Mapping[str, Item]
    assessed: Mapping[str, Assessment]
    connection: Connection | None
    judged: Judged

    @property
    def can_go(self) -> bool:
        is_whole = self.judged.draft is not None and self.connection is not None
        return self.claim.state is ClaimState.OPEN and is_whole and not self.judged.blocks


async def usable_connection(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Connection | None:
    found = await connections.for_purpose(session, workspace_id, client_id, Purpose.BOOKKEEPING)
    return found if found is not None and found.is_usable else None


async def weigh(session: AsyncSession, tools: Tools, claim: ExpenseClaim) -> Weighed:
    """Judge it with its rows locked, items first: so everybody locks in one order."""
    own = claim.workspace_id
    ids = [each.item_id for each in await claims.parts(session, own, [claim.id])]
    found = await publications.items_of(session, own, ids, lock=True)
    fresh = await claims.find(session, own, claim.id, lock=True)
    assert fresh is not None
    parts = await claims.parts(session, own, [claim.id])
    items = {each.id: each for each in found}
    assessed = {each.id: await assess(session, tools, each) for each in found}
    connection = await usable_connection(session, own, claim.client_id)
    drafts, changed = [], []
    for part in parts:
        now = _as_now(fresh, part, items.get(part.item_id), assessed.get(part.item_id))
        if now is None and connection is not None:
            item = items.get(part.item_id)
            changed.append((item.supplier or item.title) if item else "an item that came just now")
        drafts.append(now or msgspec.convert(part.draft, Draft))
    owner = await people.find(session, own, claim.owner)
    judged = judge(
        fresh,
        drafts,
        await choices_of(session, own, claim.client_id),
        await lists_of(session, tools, connection) if connection else None,
        changed=changed,
        person=owner.name if owner else "",
        now=tools.now(),
    )
    return Weighed(
        claim=fresh, items=items, assessed=assessed, connection=connection, judged=judged
    )


def _as_now(
    claim: ExpenseClaim, part: ClaimPart, item: Item | None, judged: Assessment | None
) -> Draft | None:
    """What it comes to, where that is what the claim says of it."""
    expense = comes_to(item, judged) if item is not None and judged is not None else None
    if item is None or expense is None or not belongs(claim, item, part, expense):
        return None
    return expense


async def start(
    session: AsyncSession, tools: Tools, weighed: Weighed, *, by: str, is_automatic: bool = False
) -> Batch:
    """Write down that it is to be sent, once; the channel is told that it is."""
    claim, connection, now = weighed.claim, weighed.connection, tools.now()
    assert weighed.can_go
    assert connection is not None
    assert weighed.judged.draft is not None
    batch = new_batch(connection, by=by, at=now, due_at=now, is_automatic=is_automatic)
    session.add(batch)
    own = await publications.of_claim(session, claim.workspace_id, claim.id, claim.generation)
    before = await publications.find_batch(session, own.workspace_id, own.batch_id) if own else None
    if own is None:
        own = _publication(claim, batch, now=now)
        session.add(own)
    intend(own, batch, weighed.judged.draft, now=now)
    claim.state, claim.error, claim.due_at = ClaimState.PUBLISHING, {}, None
    facts = {"batch": batch.id, "automatic": is_automatic}
    await _sent(session, list(weighed.items.values()), by=by, now=now, facts=facts)
    await session.flush()
    for each in filter(None, (before, batch)):  # the earlier one has nothing of it any more
        await tell(session, tools, each, connection)
    return batch


def _publication(claim: ExpenseClaim, batch: Batch, *, now: datetime) -> Publication:
    return Publication(
        id=new_id(),
        workspace_id=claim.workspace_id,
        client_id=claim.client_id,
        claim_id=claim.id,
        generation=claim.generation,
        batch_id=batch.id,
        connection_id=batch.connection_id,
        reference=reference_of(claim),
        at=now,
    )


async def _sent(
    session: AsyncSession,
    items: Sequence[Item],
    *,
    by: str,
    now: datetime,
    facts: Mapping[str, object],
) -> None:
    for item in items:
        item.state, item.error, item.due_at = ItemState.PUBLISHING, {}, now
        await note_change(session, item, "sent", by=by, at=now, facts=facts)
