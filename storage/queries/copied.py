"""The lists of an organisation as the copy of its books has them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from providers.records import ListKind
from storage.models import Connection, Purpose, Status, Sync, ledger
from storage.queries.statements import table_of

TABLES: Mapping[ListKind, Table] = {
    ListKind.ACCOUNTS: ledger.accounts,
    ListKind.TAX_RATES: ledger.tax_rates,
    ListKind.CONTACTS: ledger.contacts,
    ListKind.PRODUCTS: ledger.products,
    ListKind.TRACKING: ledger.tracking,
}
Place = tuple[str, str]  # source, remote id

_connection = table_of(Connection)


async def as_of(session: AsyncSession, workspace_id: str, organisation_id: str) -> datetime | None:
    """What moment the copy shows, None while it has never been complete."""
    found = select(Sync.synced_at).where(
        Sync.workspace_id == workspace_id, Sync.organisation_id == organisation_id
    )
    return await session.scalar(found)


async def has(session: AsyncSession, organisation_id: str, kind: ListKind) -> bool:
    """Whether the copy holds any of this list; some ledgers' are only copied once in use."""
    table = TABLES.get(kind)
    if table is None:
        return False
    one = select(table.c.remote_id).where(table.c.organisation_id == organisation_id)
    return await session.scalar(one.limit(1)) is not None


async def page(
    session: AsyncSession,
    organisation_id: str,
    kind: ListKind,
    *,
    after: Place | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Rows of one list that are not gone, by place, those after this one."""
    table = TABLES[kind]
    source, own = table.c.source, table.c.remote_id
    found = select(table).where(
        table.c.organisation_id == organisation_id, table.c.gone_at.is_(None)
    )
    if after is not None:
        found = found.where(
            or_(source > after[0], and_(source == after[0], own > after[1])),
        )
    return (await session.execute(found.order_by(source, own).limit(limit))).all()


async def of_source(
    session: AsyncSession, organisation_id: str, kind: ListKind, source: str
) -> frozenset[str]:
    """Remote ids of this list that come from one resource."""
    table = TABLES[kind]
    found = select(table.c.remote_id).where(
        table.c.organisation_id == organisation_id,
        table.c.source == source,
        table.c.gone_at.is_(None),
    )
    return frozenset((await session.scalars(found)).all())


async def follow(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, now: datetime
) -> Sequence[str]:
    """Make the lists due of the connections that keep this copy; their ids."""
    due = (
        update(_connection)
        .where(
            _connection.c.workspace_id == workspace_id,
            _connection.c.organisation_id == organisation_id,
            _connection.c.purpose == Purpose.DATA_HEALTH,
            _connection.c.status.in_((Status.CONNECTED, Status.ATTENTION)),
            _connection.c.grant_id.is_not(None),
        )
        .values(lists_due_at=now)
        .returning(_connection.c.id)
    )
    return (await session.scalars(due)).all()
