"""How fresh the copies of a practice are: the exceptions one by one, the others counted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Client, Connection, Purpose, Status, Sync

UNFORESEEN = ("stuck", "unreadable")


class Copy(NamedTuple):
    """One client's copy in a line."""

    client_id: str
    client_name: str
    provider: str
    status: Status
    reason: str | None
    synced_at: datetime | None
    due_at: datetime | None
    lease_until: datetime | None
    error: str | None


class Fresh(NamedTuple):
    """How many copies are as they should be, and the oldest of them."""

    copies: int
    oldest: datetime | None


class Read(NamedTuple):
    """How many bookkeeping connections there are, and how many of them need somebody."""

    connections: int
    troubled: int


class Stuck(NamedTuple):
    """A copy that fails in a way nobody foresaw, so that somebody who runs the app should look."""

    organisation_id: str
    client_name: str
    attempts: int
    due_at: datetime | None


async def stuck(session: AsyncSession) -> Sequence[Stuck]:
    """Of all practices, most failures first."""
    found = (
        select(Sync.organisation_id, func.min(Client.name), Sync.attempts, Sync.due_at)
        .join(Connection, Connection.organisation_id == Sync.organisation_id)
        .join(Client, Client.id == Connection.client_id)
        .where(Sync.error.in_(UNFORESEEN), Connection.purpose == Purpose.DATA_HEALTH)
        .group_by(Sync.organisation_id, Sync.attempts, Sync.due_at)
        .order_by(Sync.attempts.desc(), Sync.organisation_id)
    )
    return [Stuck(*row) for row in await session.execute(found)]


async def exceptions(
    session: AsyncSession,
    workspace_id: str,
    *,
    only: Collection[str] | None,
    stale_before: datetime,
    now: datetime,
    offset: int,
    limit: int,
) -> Sequence[Copy]:
    """What has expired, failed, is old or is running: in this order, the stalest first.

    `only` these clients.
    """
    found = (
        _copies(
            workspace_id,
            only,
            Client.id, Client.name, Connection.provider, Connection.status,
            Connection.status_reason, Sync.synced_at, Sync.due_at, Sync.lease_until, Sync.error,
        )
        .where(~_is_fresh(stale_before, now))
        .order_by(
            case(
                (Connection.status == Status.EXPIRED, 0),
                (Sync.error.is_not(None), 1),
                (_is_running(now), 3),
                else_=2,
            ),
            Sync.synced_at,
            Client.name_key,
        )
    )  # fmt: skip
    return [Copy(*row) for row in await session.execute(found.offset(offset).limit(limit))]


async def fresh(
    session: AsyncSession,
    workspace_id: str,
    *,
    only: Collection[str] | None,
    stale_before: datetime,
    now: datetime,
) -> Fresh:
    """All the others."""
    counted = _copies(workspace_id, only, func.count(), func.min(Sync.synced_at))
    row = (await session.execute(counted.where(_is_fresh(stale_before, now)))).one()
    return Fresh(*row)


async def lists(session: AsyncSession, workspace_id: str, *, only: Collection[str] | None) -> Read:
    """Of bookkeeping connections, which have lists and no copy."""
    is_troubled = Connection.status.in_((Status.ATTENTION, Status.EXPIRED))
    counted = _connections(
        workspace_id,
        only,
        Purpose.BOOKKEEPING,
        func.count(),
        func.coalesce(func.sum(case((is_troubled, 1), else_=0)), 0),
    )
    return Read(*(await session.execute(counted)).one())


def _copies(workspace_id: str, only: Collection[str] | None, *columns: Any) -> Select[Any]:
    joined = _connections(workspace_id, only, Purpose.DATA_HEALTH, *columns)
    return joined.join(
        Sync,
        and_(
            Sync.organisation_id == Connection.organisation_id,
            Sync.workspace_id == Connection.workspace_id,
        ),
    )


def _connections(
    workspace_id: str, only: Collection[str] | None, purpose: Purpose, *columns: Any
) -> Select[Any]:
    found = (
        select(*columns)
        .select_from(Client)
        .join(Connection, Connection.client_id == Client.id)
        .where(
            Client.workspace_id == workspace_id,
            Connection.workspace_id == workspace_id,
            Connection.purpose == purpose,
            Connection.status != Status.DISCONNECTED,
            Client.archived_at.is_(None),
        )
    )
    return found if only is None else found.where(Client.id.in_(only))


def _is_fresh(stale_before: datetime, now: datetime) -> ColumnElement[bool]:
    return and_(
        Connection.status != Status.EXPIRED,
        Sync.error.is_(None),
        Sync.synced_at.is_not(None),
        Sync.synced_at >= stale_before,
        ~_is_running(now),
    )


def _is_running(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(or_(Sync.lease_until > now), False).is_(True)
