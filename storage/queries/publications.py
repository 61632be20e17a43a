"""Items on their way to a ledger: what is being sent, under a lease with a fence."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Batch,
    ClaimPart,
    Connection,
    ExpenseClaim,
    Item,
    ItemChange,
    Publication,
    PublicationState,
    Status,
    StepState,
)
from storage.queries.statements import affected, table_of

UNDER_WAY = (PublicationState.SENDING, PublicationState.WAITING)
GOING = (*UNDER_WAY, PublicationState.PUBLISHED)
_batch = table_of(Batch)


def _is_not_paused() -> ColumnElement[bool]:
    """What is lost waits for somebody to reconnect; what was disconnected waits for nobody."""
    is_reachable = and_(
        Connection.status.in_((Status.CONNECTED, Status.ATTENTION)),
        Connection.grant_id.is_not(None),
    )
    return exists().where(
        Connection.workspace_id == _batch.c.workspace_id,
        Connection.id == _batch.c.connection_id,
        or_(is_reachable, Connection.status == Status.DISCONNECTED),
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_batch.c.lease_until.is_(None), _batch.c.lease_until < now)


async def due(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Batches, of all workspaces, that something is to be sent of, longest due first."""
    waiting = select(_batch.c.id).where(_batch.c.due_at <= now, _free(now), _is_not_paused())
    return (await session.scalars(waiting.order_by(_batch.c.due_at).limit(limit))).all()


async def refusals(session: AsyncSession, *, since: datetime) -> Sequence[list[dict[str, str]]]:
    """Of all workspaces, the problems of what stands refused since then: [{code, text, field}]."""
    found = select(Publication.problems).where(
        Publication.state == PublicationState.REFUSED, Publication.ended_at >= since
    )
    return (await session.scalars(found)).all()


async def claim(
    session: AsyncSession, batch_id: str, *, run_id: str, now: datetime, until: datetime
) -> Batch | None:
    """Take the lease; None when nothing is due or somebody else has it."""
    taken = (
        update(_batch)
        .where(_batch.c.id == batch_id, _batch.c.due_at <= now, _free(now), _is_not_paused())
        .values(run_id=run_id, lease_until=until)
    )
    return await _of_id(session, batch_id) if await affected(session, taken) else None


async def hold(
    session: AsyncSession, batch_id: str, run_id: str, *, until: datetime
) -> Batch | None:
    """The batch while the run still has it; first in each transaction of it."""
    held = (
        update(_batch)
        .where(_batch.c.id == batch_id, _batch.c.run_id == run_id)
        .values(lease_until=until)
    )
    return await _of_id(session, batch_id) if await affected(session, held) else None


async def _of_id(session: AsyncSession, batch_id: str) -> Batch | None:
    found = select(Batch).where(Batch.id == batch_id)
    return await session.scalar(found, execution_options={"populate_existing": True})


async def of_batch(
    session: AsyncSession, workspace_id: str, batch_id: str
) -> Sequence[Publication]:
    """All of a batch, in the order in which they were asked for."""
    found = select(Publication).where(
        Publication.workspace_id == workspace_id, Publication.batch_id == batch_id
    )
    return (await session.scalars(found.order_by(Publication.at, Publication.id))).all()


async def of_item(
    session: AsyncSession, workspace_id: str, item_id: str, generation: int
) -> Publication | None:
    """The one there is for this generation of an item: its own, unless it went, or is going, with
    the expense claim it is on."""
    own = await session.scalar(
        select(Publication).where(
            Publication.workspace_id == workspace_id,
            Publication.item_id == item_id,
            Publication.generation == generation,
        )
    )
    if own is not None and own.state in GOING:
        return own
    claimed = (
        select(Publication)
        .join(ExpenseClaim, ExpenseClaim.id == Publication.claim_id)
        .join(ClaimPart, ClaimPart.claim_id == ExpenseClaim.id)
        .where(
            Publication.workspace_id == workspace_id,
            Publication.generation == ExpenseClaim.generation,
            Publication.state.in_(GOING),
            ClaimPart.item_id == item_id,
        )
    )
    return await session.scalar(claimed) or own


async def of_claim(
    session: AsyncSession, workspace_id: str, claim_id: str, generation: int
) -> Publication | None:
    """The one there is for this generation of an expense claim."""
    return await session.scalar(
        select(Publication).where(
            Publication.workspace_id == workspace_id,
            Publication.claim_id == claim_id,
            Publication.generation == generation,
        )
    )


async def ids_in(session: AsyncSession, workspace_id: str, publication_id: str) -> Sequence[str]:
    """Of the items that are in a document: one, or all of an expense claim."""
    sent = and_(Publication.workspace_id == workspace_id, Publication.id == publication_id)
    claimed = select(ClaimPart.item_id).join(
        Publication, Publication.claim_id == ClaimPart.claim_id
    )
    own = select(Publication.item_id).where(sent, Publication.item_id.is_not(None))
    found = await session.scalars(own.union(claimed.where(sent)))
    return [each for each in found if each is not None]


async def find_batch(session: AsyncSession, workspace_id: str, batch_id: str) -> Batch | None:
    return await session.scalar(
        select(Batch).where(Batch.workspace_id == workspace_id, Batch.id == batch_id)
    )


async def items_of(
    session: AsyncSession, workspace_id: str, item_ids: Sequence[str], *, lock: bool = False
) -> Sequence[Item]:
    """These items, the longest there first; with `lock` held until the commit."""
    found = (
        select(Item)
        .where(Item.workspace_id == workspace_id, Item.id.in_(item_ids))
        .order_by(Item.submitted_at, Item.id)
    )
    return (await session.scalars(found.with_for_update() if lock else found)).all()


def has_steps(publication: Publication) -> bool:
    """Whether something is still to be done about a document that is there."""
    return StepState.DUE in {publication.payment, publication.files}


def is_there(publication: Publication) -> bool:
    """Whether the ledger has it, or may have it."""
    return publication.state == PublicationState.PUBLISHED


async def gathering(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    connection_id: str,
    *,
    now: datetime,
) -> Batch | None:
    """The automatic batch of which nothing has been sent yet, and which still waits for more."""
    return await session.scalar(
        select(Batch)
        .where(
            Batch.workspace_id == workspace_id,
            Batch.client_id == client_id,
            Batch.connection_id == connection_id,
            Batch.is_automatic.is_(True),
            Batch.due_at > now,
            Batch.run_id.is_(None),
            Batch.tries == 0,
        )
        .with_for_update()
        .limit(1)
    )


async def last_change(
    session: AsyncSession, workspace_id: str, item_id: str, what: str
) -> ItemChange | None:
    """The latest of its kind."""
    found = select(ItemChange).where(
        ItemChange.workspace_id == workspace_id,
        ItemChange.item_id == item_id,
        ItemChange.what == what,
    )
    return await session.scalar(found.order_by(ItemChange.at.desc()).limit(1))
