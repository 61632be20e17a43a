"""Messages on their way to Slack, in order for each recipient."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Card, Outgoing
from storage.queries.statements import affected, insert_into, table_of

_table = table_of(Outgoing)
_WAITING = and_(_table.c.sent_at.is_(None), _table.c.failed_at.is_(None))
_HEADS = (  # the next message of each recipient
    select(func.min(_table.c.id))
    .where(_WAITING)
    .group_by(_table.c.workspace_id, _table.c.recipient)
)


async def append(
    session: AsyncSession,
    workspace_id: str,
    recipient: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    card: str | None = None,
) -> int:
    """Send with this transaction; the id of the row.

    A state of the same card that still waits is overwritten where it stands: the message would
    have been edited at once.
    """
    if card is not None:
        waiting = (
            update(_table)
            .where(
                _table.c.workspace_id == workspace_id,
                _table.c.recipient == recipient,
                _table.c.card == card,
                _WAITING,
                _free(now),
            )
            .values(payload=payload, error=None)
            .returning(_table.c.id)
        )
        superseded: Sequence[int] = (await session.scalars(waiting)).all()
        if superseded:
            return max(superseded)
    row = {
        "workspace_id": workspace_id,
        "recipient": recipient,
        "payload": payload,
        "card": card,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    insert = insert_into(session, Outgoing).values(row).returning(_table.c.id)
    inserted: int = (await session.scalars(insert)).one()
    return inserted


async def claim(
    session: AsyncSession, *, now: datetime, until: datetime, limit: int = 20
) -> Sequence[Outgoing]:
    """The next message of each recipient that is due, of all workspaces, oldest first.

    Counts an attempt and leases the row until `until`; nothing else goes to its recipient before
    it is `sent`, put off or given up.
    """
    due = (
        select(_table.c.id)
        .where(_table.c.id.in_(_HEADS), _table.c.due_at <= now, _free(now))
        .order_by(_table.c.id)
        .limit(limit)
    )
    claimed = (
        update(Outgoing)
        .where(Outgoing.id.in_(due), _WAITING, _free(now))
        .values(lease_until=until, attempts=Outgoing.attempts + 1)
        .returning(Outgoing)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    found = (await session.scalars(claimed, execution_options=options)).all()
    return sorted(found, key=lambda outgoing: outgoing.id)


async def sent(
    session: AsyncSession, outgoing: Outgoing, *, channel_id: str, ts: str, now: datetime
) -> None:
    """It stands in Slack; a card is remembered where it stands."""
    await session.execute(
        update(_table)
        .where(_table.c.id == outgoing.id)
        .values(sent_at=now, lease_until=None, error=None)
    )
    if outgoing.card is None:
        return
    key = {
        "workspace_id": outgoing.workspace_id,
        "recipient": outgoing.recipient,
        "card": outgoing.card,
    }
    place = {"channel_id": channel_id, "ts": ts, "posted_at": now}
    await session.execute(
        insert_into(session, Card)
        .values(key | place)
        .on_conflict_do_update(index_elements=list(key), set_=place)
    )


async def put_off(
    session: AsyncSession, outgoing: Outgoing, *, due_at: datetime, error: str, attempts: int
) -> None:
    """Try again at `due_at`; `attempts` is what counts against it from now on."""
    await session.execute(
        update(_table)
        .where(_table.c.id == outgoing.id, _table.c.lease_until == outgoing.lease_until)
        .values(due_at=due_at, error=error, attempts=attempts, lease_until=None)
    )


async def give_up(session: AsyncSession, outgoing: Outgoing, *, error: str, now: datetime) -> None:
    """It will never arrive; what follows it to the same recipient may go."""
    await session.execute(
        update(_table)
        .where(_table.c.id == outgoing.id, _table.c.lease_until == outgoing.lease_until)
        .values(failed_at=now, error=error, lease_until=None)
    )


async def find_card(
    session: AsyncSession, workspace_id: str, recipient: str, card: str
) -> Card | None:
    """Where the message of this card stands, if it was sent."""
    return await session.get(Card, (workspace_id, recipient, card))


async def recipients(session: AsyncSession, workspace_id: str, card: str) -> Sequence[str]:
    """To whom this card was sent, or is on its way."""
    standing = select(Card.recipient).where(Card.workspace_id == workspace_id, Card.card == card)
    coming = select(_table.c.recipient).where(
        _table.c.workspace_id == workspace_id, _table.c.card == card, _WAITING
    )
    return sorted((await session.scalars(standing.union(coming))).all())


async def forget_card(session: AsyncSession, workspace_id: str, recipient: str, card: str) -> None:
    """Somebody deleted the message: the next state of the card is a new one."""
    await session.execute(
        delete(table_of(Card)).where(
            Card.workspace_id == workspace_id, Card.recipient == recipient, Card.card == card
        )
    )


async def next_due(session: AsyncSession) -> datetime | None:
    """When the earliest message wants to go that waits neither for another nor for its answer."""
    lease = _table.c.lease_until
    at = case((lease > _table.c.due_at, lease), else_=_table.c.due_at)
    due: datetime | None = await session.scalar(select(func.min(at)).where(_table.c.id.in_(_HEADS)))
    return due


async def waiting(session: AsyncSession) -> int:
    """How many have not been sent yet."""
    return await session.scalar(select(func.count()).select_from(_table).where(_WAITING)) or 0


async def purge(session: AsyncSession, before: datetime) -> int:
    """Delete what was sent or given up before then."""
    over = or_(_table.c.sent_at < before, _table.c.failed_at < before)
    return await affected(session, delete(_table).where(over))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_table.c.lease_until.is_(None), _table.c.lease_until < now)


async def hurry(session: AsyncSession, workspace_id: str, recipient: str, *, now: datetime) -> int:
    """What was put off for this recipient may go now; how many wait."""
    waiting = and_(_table.c.workspace_id == workspace_id, _table.c.recipient == recipient, _WAITING)
    return await affected(session, update(_table).where(waiting).values(due_at=now))


async def unsent(session: AsyncSession) -> Sequence[Outgoing]:
    """Everything that waits, oldest first."""
    return (await session.scalars(select(Outgoing).where(_WAITING).order_by(Outgoing.id))).all()
