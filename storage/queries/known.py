"""What the copy has of the records of a page: asked with every page of every sync but a first."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import AnyRecord

_AT_ONCE = 500  # ids a statement

Digests = dict[tuple[str, str], int | None]


async def digests(
    session: AsyncSession, table: Table, organisation_id: str, records: Sequence[AnyRecord]
) -> Digests:
    """{(source, remote id): digest}, None where it was thought to be gone."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    look_up = _looked_up if is_sqlite else _probed
    found: Digests = {}
    for source in {record.source for record in records}:
        ids = [record.remote_id for record in records if record.source == source]
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            rows = await look_up(session, table, (organisation_id, source), some)
            found |= {(source, r[0]): None if r[2] is not None else r[1] for r in rows}
    return found


async def _looked_up(
    session: AsyncSession, table: Table, own: tuple[str, str], ids: Sequence[str]
) -> Sequence[Any]:
    known = table.c
    these = select(known.remote_id, known.digest, known.gone_at).where(
        known.organisation_id == own[0], known.source == own[1], known.remote_id.in_(ids)
    )
    return (await session.execute(these)).all()


async def _probed(
    session: AsyncSession, table: Table, own: tuple[str, str], ids: Sequence[str]
) -> Sequence[Any]:
    """Planned afresh each time: a plan made while the table was empty would be kept."""
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    given = {"ids": ids, "own": own[0], "source": own[1]}
    cursor = await driver.execute(probe(table), given, prepare=False)
    rows: Sequence[Any] = await cursor.fetchall()
    return rows


@cache
def probe(table: Table) -> str:
    """For each id the first record from there on in the order of the primary key, if it is that.

    No other index has this order. By equality any that begins with the organisation seems as good
    to PostgreSQL, before it has counted the table or if it did so at the wrong moment, and then
    each statement reads all records of the organisation.
    """
    return (
        "SELECT found.remote_id, found.digest, found.gone_at "  # noqa: S608  # names are ours
        "FROM unnest(%(ids)s::text[]) AS wanted (id) CROSS JOIN LATERAL ("
        f"SELECT organisation_id, source, remote_id, digest, gone_at FROM {table.name} "
        "WHERE (organisation_id, source, remote_id) >= (%(own)s, %(source)s, wanted.id) "
        "ORDER BY organisation_id, source, remote_id LIMIT 1) AS found "
        "WHERE (found.organisation_id, found.source, found.remote_id) "
        "= (%(own)s, %(source)s, wanted.id)"
    )
