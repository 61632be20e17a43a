"""Which practices are to be told of their morning, and what there is to tell."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Client,
    Connection,
    Digest,
    Grant,
    GrantState,
    Item,
    ItemState,
    News,
    Purpose,
    Status,
    Sync,
    WeeklyDigest,
    Workspace,
)
from storage.queries.statements import affected, insert_into, table_of


class CopyRow(NamedTuple):
    """The copy of one client's books; `trouble_since` as in Sync."""

    client: str
    provider: str
    connected_at: datetime
    synced_at: datetime | None
    error: str | None
    trouble_since: datetime | None


class LinkRow(NamedTuple):
    """A connection that has expired, or whose grant may run out soon."""

    client: str
    provider: str
    purpose: Purpose
    status: Status
    consent_ends_at: datetime | None
    refresh_expires_at: datetime | None


async def due(session: AsyncSession, now: datetime, *, limit: int = 20) -> Sequence[str]:
    """Ids of practices that have a channel of their own and a morning behind them."""
    waiting = (
        select(Workspace.id)
        .outerjoin(Digest, Digest.workspace_id == Workspace.id)
        .where(
            Workspace.practice_channel_id.is_not(None),
            Workspace.uninstalled_at.is_(None),
            or_(Digest.next_at.is_(None), Digest.next_at <= now),
        )
    )
    return (await session.scalars(waiting.order_by(Digest.next_at).limit(limit))).all()


async def mark(
    session: AsyncSession,
    workspace_id: str,
    *,
    day: date,
    next_at: datetime,
    of: type[Digest] | type[WeeklyDigest] = Digest,
) -> bool:
    """Whether this digest of this day is still to be told; it counts as told from now on.

    Of a practice seen for the first time the next one is the first to be told.
    """
    known = {"workspace_id": workspace_id, "told_on": day, "next_at": next_at}
    if await affected(session, insert_into(session, of).values(known).on_conflict_do_nothing()):
        return False
    table = table_of(of)
    own = update(table).where(table.c.workspace_id == workspace_id)
    told = own.where(table.c.told_on < day).values(told_on=day, next_at=next_at)
    if await affected(session, told):
        return True
    await session.execute(own.values(next_at=next_at))
    return False


async def copies(session: AsyncSession, workspace_id: str) -> Sequence[CopyRow]:
    """Of clients with a live Data Health connection, by name, but for those nothing is told of."""
    found = (
        select(
            Client.name, Connection.provider, Connection.connected_at, Sync.synced_at, Sync.error,
            Sync.trouble_since,
        )
        .join(Connection, Connection.client_id == Client.id)
        .join(Sync, Sync.organisation_id == Connection.organisation_id)
        .where(
            Client.workspace_id == workspace_id,
            Sync.workspace_id == workspace_id,
            Connection.purpose == Purpose.DATA_HEALTH,
            Connection.status.in_([Status.CONNECTED, Status.ATTENTION]),
            Client.archived_at.is_(None),
            Client.sync_news != News.NOTHING,
        )
        .order_by(Client.name_key, Client.id)
    )  # fmt: skip
    return [CopyRow(*row) for row in await session.execute(found)]


async def links(session: AsyncSession, workspace_id: str, *, until: datetime) -> Sequence[LinkRow]:
    """Connections that have expired, or whose grant runs out by then, by client."""
    found = (
        select(
            Client.name, Connection.provider, Connection.purpose, Connection.status,
            Grant.consent_ends_at, Grant.refresh_expires_at,
        )
        .join(Connection, Connection.client_id == Client.id)
        .join(Grant, Grant.id == Connection.grant_id)
        .where(
            Client.workspace_id == workspace_id,
            Connection.workspace_id == workspace_id,
            Client.archived_at.is_(None),
            or_(
                Connection.status == Status.EXPIRED,
                (Grant.state == GrantState.LIVE)
                & or_(Grant.consent_ends_at < until, Grant.refresh_expires_at < until),
            ),
        )
        .order_by(Client.name_key, Client.id, Connection.purpose)
    )  # fmt: skip
    return [LinkRow(*row) for row in await session.execute(found)]


class Waiting(NamedTuple):
    """Items of one client that wait for somebody: to be reviewed, or after the ledger said no, in
    some cases in words that nobody explains."""

    client: str
    to_review: int
    with_errors: int
    unexplained: int
    ready: int


async def waiting(session: AsyncSession, workspace_id: str) -> Sequence[Waiting]:
    """The clients with most first."""
    code = Item.error["code"].as_string()
    has_error = code.is_not(None)
    is_ready = Item.state.in_((ItemState.READY, ItemState.APPROVED))

    def count(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((which, 1), else_=0)), 0)

    found = (
        select(
            Client.name,
            count(Item.state == ItemState.TO_REVIEW),
            count(is_ready & has_error),
            count(is_ready & (code == "")),
            count(is_ready & ~has_error),
        )
        .join(Client, Client.id == Item.client_id)
        .where(
            Item.workspace_id == workspace_id,
            Client.archived_at.is_(None),
            Item.state.in_((ItemState.TO_REVIEW, ItemState.READY, ItemState.APPROVED)),
        )
        .group_by(Client.id, Client.name)
        .order_by(func.count().desc(), Client.name)
    )
    return [Waiting(*row) for row in await session.execute(found)]


class Asked(NamedTuple):
    """Somebody whose approval is waited for: of how many items, and who asked for it."""

    who: str
    number: int
    by: tuple[str, ...]


async def asked(session: AsyncSession, workspace_id: str) -> Sequence[Asked]:
    """Those with most first."""
    found = (
        select(Item.approval)
        .join(Client, (Client.workspace_id == Item.workspace_id) & (Client.id == Item.client_id))
        .where(
            Item.workspace_id == workspace_id,
            Item.state == ItemState.PENDING,
            Client.archived_at.is_(None),
        )
        .order_by(Item.submitted_at, Item.id)
    )
    counted: Counter[str] = Counter()
    askers: dict[str, dict[str, None]] = {}
    for approval in await session.scalars(found):
        for who in approval.get("asked", ()):
            counted[who] += 1
            askers.setdefault(who, {})[approval["by"]] = None
    return [Asked(who, number, tuple(askers[who])) for who, number in counted.most_common()]
