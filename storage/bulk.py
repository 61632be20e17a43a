"""Many rows at once, at the speed of the database: executemany on SQLite, COPY on PostgreSQL.

The rows go to the driver as tuples, within the session's transaction: to build a dictionary for
each would take longer than SQLite takes to store it. Converting value by value, as SQLAlchemy does,
would take nearly as long, so that columns are converted whole, into what its types make of them.
A column in which no row has anything is not sent: most kinds of documents lack a third of them.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import repeat
from operator import is_not
from typing import Any, NamedTuple

import msgspec
from psycopg.errors import UniqueViolation
from sqlalchemy import JSON, Boolean, Connection, Date, Dialect, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.types import Scaled, UtcDateTime

_AT_ONCE = 250  # rows a statement on SQLite, which runs on the event loop's thread

Column = Sequence[Any]
Convert = Callable[[Column], Column]


class Way(NamedTuple):
    """How rows of one table are written: SQL, and how to convert each column that is sent."""

    upsert: str
    stage: str
    copy: str
    add: str
    convert: tuple[tuple[int, Convert], ...]

    def converted(self, columns: Sequence[Column]) -> list[tuple[Any, ...]]:
        """The rows for the driver, of all columns of the table."""
        sent = [conversion(columns[place]) for place, conversion in self.convert]
        return list(zip(*sent, strict=True))


async def upsert(
    session: AsyncSession,
    table: Table,
    rows: Sequence[tuple[Any, ...]],
    *,
    are_new: bool = False,
) -> None:
    """Insert or overwrite by primary key: values in the order of the columns, no key twice.

    Where they are thought to be new it is quicker, and right if they are not.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    columns = list(zip(*rows, strict=True))
    way = way_of(table, dialect, said(columns))
    written = way.converted(columns)
    await asyncio.sleep(0)  # others have been waiting for the thread
    if dialect == "sqlite":
        await _execute_many(session, way, written)
    else:
        await _copy(session, way, written, are_new=are_new)


async def _execute_many(session: AsyncSession, way: Way, rows: list[tuple[Any, ...]]) -> None:
    connection = await session.connection()
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        await connection.run_sync(Connection.exec_driver_sql, way.upsert, some)
        await asyncio.sleep(0)


async def _copy(
    session: AsyncSession, way: Way, rows: list[tuple[Any, ...]], *, are_new: bool
) -> None:
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.cursor() as cursor:
        if are_new and await _added(cursor, way, rows):
            return
        await cursor.execute(way.stage)
        await _send(cursor, way.copy, rows)
        await cursor.execute(way.upsert)


async def _added(cursor: Any, way: Way, rows: list[tuple[Any, ...]]) -> bool:
    """Copy them straight in; False, and nothing is done, when one of them is there already."""
    await cursor.execute("SAVEPOINT added")
    try:
        await _send(cursor, way.add, rows)
    except UniqueViolation:
        await cursor.execute("ROLLBACK TO SAVEPOINT added")
        return False
    await cursor.execute("RELEASE SAVEPOINT added")
    return True


async def _send(cursor: Any, statement: str, rows: list[tuple[Any, ...]]) -> None:
    async with cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


def said(columns: Sequence[Column]) -> tuple[int, ...]:
    """The places of the columns in which some row has a value."""
    return tuple(
        place for place, column in enumerate(columns) if any(map(is_not, column, repeat(None)))
    )


@lru_cache(maxsize=512)
def way_of(table: Table, name: str, places: tuple[int, ...]) -> Way:
    """The way of rows that have values at these places only, in the database of this name."""
    spoken: Callable[[], Dialect] = sqlite.dialect if name == "sqlite" else postgresql.dialect
    dialect, every = spoken(), list(table.columns)
    convert = tuple((place, _conversion(every[place].type, dialect)) for place in places)
    quoted = ", ".join(f'"{every[place].name}"' for place in places)
    staged = f"staged_{table.name}"
    source = (
        f"VALUES ({', '.join('?' * len(places))})"
        if name == "sqlite"
        else f"SELECT {quoted} FROM {staged}"  # noqa: S608  # names are ours
    )
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    fresh = ", ".join(
        f'"{column.name}" = excluded."{column.name}"'
        for column in table.columns
        if not column.primary_key
    )
    return Way(
        upsert=(
            f"INSERT INTO {table.name} ({quoted}) {source} "
            f"ON CONFLICT ({keys}) DO UPDATE SET {fresh}"
        ),
        stage=(
            f"CREATE TEMP TABLE IF NOT EXISTS {staged} (LIKE {table.name}) ON COMMIT DELETE ROWS;"
            f"TRUNCATE {staged}"
        ),
        copy=f"COPY {staged} ({quoted}) FROM STDIN",
        add=f"COPY {table.name} ({quoted}) FROM STDIN",
        convert=convert,
    )


def _conversion(kind: Any, dialect: Dialect) -> Convert:
    """What a column of this type needs before its driver takes it."""
    if isinstance(kind, Scaled):
        return kind.column
    if isinstance(kind, JSON):
        return _json
    if isinstance(kind, String):
        return _words if kind.length else _as_it_is
    if dialect.name == "sqlite" and type(kind) in _ON_SQLITE:
        return _ON_SQLITE[type(kind)]
    single = kind.dialect_impl(dialect).bind_processor(dialect)
    return _each(single) if single else _as_it_is


def _as_it_is(column: Column) -> Column:
    return column


def _json(column: Column) -> Column:
    return ["[]" if value == () else msgspec.json.encode(value).decode() for value in column]


def _words(column: Column) -> Column:
    """Short ones are enumerations, over which drivers take a good while."""
    return list(map(str.__str__, column))


def _instants(column: Column) -> Column:
    return [None if at is None else _instant(at) for at in column]


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise TypeError("an instant needs its time zone")
    text: str = msgspec.to_builtins(at.astimezone(UTC))  # isoformat takes five times as long
    text = text[:-1].replace("T", " ")
    return text if at.microsecond else f"{text}.000000"


def _flags(column: Column) -> Column:
    """The driver stores a truth after asking it in vain how it wants to be stored."""
    return [None if flag is None else int(flag) for flag in column]


def _days(column: Column) -> Column:
    return list(map(_day, column))


@lru_cache(maxsize=8_192)  # a year has few days, a page many rows
def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _each(single: Callable[[Any], Any]) -> Convert:
    return lambda column: [None if value is None else single(value) for value in column]


_ON_SQLITE: dict[type[Any], Convert] = {
    UtcDateTime: _instants,
    Date: _days,
    Boolean: _flags,
}
