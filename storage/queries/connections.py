"""Connections: what is connected, to what, for whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Client, Connection, Organisation, Purpose, Status


class Row(NamedTuple):
    """A connection with what it ties together."""

    connection: Connection
    client: Client
    organisation: Organisation


async def find(
    session: AsyncSession, workspace_id: str, connection_id: str, *, lock: bool = False
) -> Connection | None:
    """`lock` makes others wait who want to change it too; ask for it before deciding a change."""
    found = _here(workspace_id).where(Connection.id == connection_id)
    return await session.scalar(found.with_for_update() if lock else found)


async def find_row(session: AsyncSession, workspace_id: str, connection_id: str) -> Row | None:
    """The same with its client and organisation."""
    found = await session.execute(_rows(workspace_id).where(Connection.id == connection_id))
    row = found.one_or_none()
    return row and Row(*row)


async def of_client(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Sequence[Connection]:
    """At most one for each purpose, bookkeeping first."""
    found = _here(workspace_id).where(Connection.client_id == client_id)
    return (await session.scalars(found.order_by(Connection.purpose))).all()


async def for_purpose(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    purpose: Purpose,
    *,
    lock: bool = False,
) -> Connection | None:
    """The client's connection of this kind, whatever its status."""
    found = _here(workspace_id).where(
        Connection.client_id == client_id, Connection.purpose == purpose
    )
    return await session.scalar(found.with_for_update() if lock else found)


async def counterpart(
    session: AsyncSession, workspace_id: str, connection: Connection
) -> Connection | None:
    """The client's other connection, unless that is disconnected."""
    found = _here(workspace_id).where(
        Connection.client_id == connection.client_id,
        Connection.purpose != connection.purpose,
        Connection.status != Status.DISCONNECTED,
    )
    return await session.scalar(found)


async def rows(
    session: AsyncSession,
    workspace_id: str,
    *,
    client_ids: Collection[str] | None = None,
    offset: int = 0,
    limit: int = 100,
) -> Sequence[Row]:
    """Connections of clients that are not archived, by client and purpose."""
    found = _rows(workspace_id).where(Client.archived_at.is_(None))
    if client_ids is not None:
        found = found.where(Connection.client_id.in_(list(client_ids)))
    order = (Client.name_key, Client.id, Connection.purpose)
    paged = await session.execute(found.order_by(*order).offset(offset).limit(limit))
    return [Row(*row) for row in paged]


async def troubled(
    session: AsyncSession,
    workspace_id: str,
    *,
    client_ids: Collection[str] | None = None,
    limit: int = 100,
) -> Sequence[Row]:
    """Those somebody should look at: expired ones first, then about to be erased, then the rest.

    Within each the longest first; clients that are archived are left out.
    """
    found = _rows(workspace_id).where(
        Client.archived_at.is_(None),
        or_(
            Connection.status.in_([Status.EXPIRED, Status.ATTENTION]),
            Connection.erase_at.is_not(None),
        ),
    )
    if client_ids is not None:
        found = found.where(Connection.client_id.in_(list(client_ids)))
    worst_first = case(
        (Connection.status == Status.EXPIRED, 0), (Connection.erase_at.is_not(None), 1), else_=2
    )
    order = (worst_first, Connection.status_since, Connection.id)
    return [Row(*row) for row in await session.execute(found.order_by(*order).limit(limit))]


async def by_status(session: AsyncSession, workspace_id: str) -> Mapping[Status, int]:
    """{status: how many}, archived clients left out."""
    counted = (
        select(Connection.status, func.count())
        .join(Client, Client.id == Connection.client_id)
        .where(Connection.workspace_id == workspace_id, Client.archived_at.is_(None))
        .group_by(Connection.status)
    )
    return dict((await session.execute(counted)).all())


async def claimed_by(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    purpose: Purpose | None = None,
    *,
    besides: str | None = None,
) -> Sequence[Client]:
    """Clients connected to this organisation, for one purpose or any, but for `besides`."""
    claims = (
        select(Client)
        .join(Connection, Connection.client_id == Client.id)
        .where(
            Client.workspace_id == workspace_id,
            Connection.workspace_id == workspace_id,
            Connection.organisation_id == organisation_id,
            Connection.status != Status.DISCONNECTED,
        )
    )
    if purpose is not None:
        claims = claims.where(Connection.purpose == purpose)
    if besides is not None:
        claims = claims.where(Client.id != besides)
    return (await session.scalars(claims.distinct().order_by(Client.name_key))).all()


async def claims(
    session: AsyncSession, workspace_id: str, provider: str, tenant_ids: Collection[str]
) -> Mapping[str, Sequence[Client]]:
    """{tenant id: clients connected to it}, for a list to choose an organisation from."""
    found = (
        select(Organisation.tenant_id, Client)
        .join(Connection, Connection.organisation_id == Organisation.id)
        .join(Client, Client.id == Connection.client_id)
        .where(
            Organisation.workspace_id == workspace_id,
            Organisation.provider == provider,
            Organisation.tenant_id.in_(list(tenant_ids)),
            Connection.workspace_id == workspace_id,
            Connection.status != Status.DISCONNECTED,
        )
        .order_by(Client.name_key)
    )
    by_tenant: dict[str, list[Client]] = {}
    for tenant_id, client in await session.execute(found):
        clients = by_tenant.setdefault(tenant_id, [])
        if client not in clients:
            clients.append(client)
    return by_tenant


async def using_grant(
    session: AsyncSession, workspace_id: str, grant_id: str, *, lock: bool = False
) -> Sequence[Connection]:
    """Those whose vendor calls go through this grant."""
    found = _here(workspace_id).where(Connection.grant_id == grant_id).order_by(Connection.id)
    return (await session.scalars(found.with_for_update() if lock else found)).all()


async def due_erasures(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Ids, of all workspaces, whose time for second thoughts is over."""
    due = select(Connection.id).where(Connection.erase_at <= now)
    return (await session.scalars(due.order_by(Connection.erase_at).limit(limit))).all()


async def by_id(
    session: AsyncSession, connection_id: str, *, lock: bool = False
) -> Connection | None:
    """For jobs, which know the workspace only from the row; never for what a person named."""
    found = select(Connection).where(Connection.id == connection_id)
    return await session.scalar(found.with_for_update() if lock else found)


def _here(workspace_id: str) -> Select[Connection]:
    return select(Connection).where(Connection.workspace_id == workspace_id)


def _rows(workspace_id: str) -> Select[Connection, Client, Organisation]:
    return (
        select(Connection, Client, Organisation)
        .join(Client, Client.id == Connection.client_id)
        .join(Organisation, Organisation.id == Connection.organisation_id)
        .where(Connection.workspace_id == workspace_id)
    )


async def using_tenant(
    session: AsyncSession, workspace_id: str, provider: str, tenant_id: str
) -> Sequence[Connection]:
    """Those that still need this organisation at its vendor, whichever client's."""
    found = (
        _here(workspace_id)
        .join(Organisation, Organisation.id == Connection.organisation_id)
        .where(
            Organisation.provider == provider,
            Organisation.tenant_id == tenant_id,
            Connection.grant_id.is_not(None),
            Connection.status.in_([Status.CONNECTED, Status.ATTENTION]),
        )
    )
    return (await session.scalars(found)).all()


async def of_organisation(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Sequence[Connection]:
    """Every connection that is or was with this organisation."""
    found = _here(workspace_id).where(Connection.organisation_id == organisation_id)
    return (await session.scalars(found.order_by(Connection.id))).all()


async def syncing(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Sequence[Connection]:
    """Live Data Health connections with this organisation, the longest connected first."""
    found = _here(workspace_id).where(
        Connection.organisation_id == organisation_id,
        Connection.purpose == Purpose.DATA_HEALTH,
        Connection.status.in_([Status.CONNECTED, Status.ATTENTION]),
        Connection.grant_id.is_not(None),
    )
    return (await session.scalars(found.order_by(Connection.connected_at))).all()
