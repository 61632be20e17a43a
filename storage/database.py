"""The database: short transactions on SQLite and PostgreSQL alike."""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from storage.sqlite import DRIVER, PATIENCE, sqlite_engine
from storage.study import Study

Studied = TypeVar("Studied")

LONG_S, TURN_S = 0.010, 0.002

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "sqlite": DRIVER,
}


def address(url: str) -> URL:
    """The address with the driver we use; plain `postgresql://` and `sqlite://` are understood."""
    parsed = make_url(url)
    drivername = _DRIVERS.get(parsed.drivername, parsed.drivername)
    if drivername not in _DRIVERS.values():
        raise ValueError(f"{parsed.drivername} is neither sqlite nor postgresql")
    if drivername.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise ValueError("an SQLite database needs a file")
    return parsed.set(drivername=drivername)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# JSON columns also take instants, decimals and enumerations.
_JSON: dict[str, Any] = {"json_serializer": _json, "json_deserializer": msgspec.json.decode}
_DURABLE = {"journal_mode": "wal", "synchronous": "normal"}


def migrating_engine(url: str) -> AsyncEngine:
    """An engine for changing the schema; SQLite checks no foreign keys while tables are rebuilt."""
    where = address(url)
    if where.drivername.startswith("sqlite"):
        return sqlite_engine(where, begin="BEGIN IMMEDIATE", pragmas=_DURABLE, size=1)
    return create_async_engine(where, pool_size=1, max_overflow=0)


def _sqlite(where: URL, connections: int, patience: timedelta) -> tuple[AsyncEngine, AsyncEngine]:
    options = _JSON | {"patience": patience}
    writing = _DURABLE | {"foreign_keys": "on"}
    reading = _DURABLE | {"query_only": "on"}
    return (
        sqlite_engine(where, begin="BEGIN IMMEDIATE", pragmas=writing, size=1, **options),
        sqlite_engine(where, begin="BEGIN", pragmas=reading, size=connections, **options),
    )


def _postgres(where: URL, connections: int, patience: timedelta) -> tuple[AsyncEngine, AsyncEngine]:
    """Reading is in autocommit: at READ COMMITTED every statement has its own snapshot anyway, and
    two round trips less."""
    pool = {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": patience.total_seconds(),
        **_JSON,
    }
    writing = "-c timezone=UTC"
    reading = f"{writing} -c default_transaction_read_only=on"
    engines = (
        create_async_engine(where, connect_args={"options": writing}, **pool),
        create_async_engine(
            where,
            connect_args={"options": reading},
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            **pool,
        ),
    )
    for engine in engines:
        event.listen(engine.sync_engine, "checkout", _refuse_dead)
    return engines


def _refuse_dead(connection: Any, record: object, proxy: object) -> None:
    """Replace connections the server has closed, without asking the server each time.

    An idle connection has nothing to read but the news that it ends.
    """
    waiting = select.poll()
    waiting.register(connection.driver_connection.pgconn.socket, select.POLLIN)
    if waiting.poll(0):
        raise InvalidatePoolError


class Database:
    """Sessions of one transaction each.

    A session never crosses an `await` on anything but the database. Objects stay readable after
    the commit; nothing is loaded behind an attribute. On SQLite one transaction writes at a time.
    """

    def __init__(
        self, *, writer: AsyncEngine, reader: AsyncEngine, connections: int, patience: timedelta
    ) -> None:
        self.url = writer.url
        self._writer = writer
        self._reader = reader
        self._patience_s = patience.total_seconds()
        # the engines' own queues let who comes last go first
        self._writing_seats = asyncio.Semaphore(1 if self.is_sqlite else connections)
        self._reading_seats = asyncio.Semaphore(connections)
        self._write = async_sessionmaker(writer, expire_on_commit=False)
        self._read = async_sessionmaker(reader, expire_on_commit=False, autoflush=False)
        self._study = Study(writer.url)
        self._writing: set[asyncio.Task[Any] | None] = set()

    @classmethod
    def open(cls, url: str, *, connections: int = 10, patience: timedelta = PATIENCE) -> Self:
        """Connect when first needed, with at most `connections` to write and as many to read.

        `patience` is how long to wait for a connection, or for another process that writes.
        """
        where = address(url)
        engines = _sqlite if where.drivername.startswith("sqlite") else _postgres
        writer, reader = engines(where, connections, patience)
        return cls(writer=writer, reader=reader, connections=connections, patience=patience)

    @property
    def is_sqlite(self) -> bool:
        return self.url.drivername.startswith("sqlite")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One write transaction, committed on leaving, rolled back when an exception leaves."""
        task = asyncio.current_task()
        assert task not in self._writing, "a transaction within a transaction waits for itself"
        await self._sit_down(self._writing_seats)
        self._writing.add(task)
        began = time.monotonic()
        try:
            async with self._transaction() as session:
                yield session
        finally:
            self._writing.discard(task)
            self._writing_seats.release()
        if self.is_sqlite:
            await _give_way(time.monotonic() - began)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        session = self._write()
        session.sync_session.begin()
        try:
            yield session
            await session.commit()
        finally:
            if session.in_transaction():
                # in a task of its own, so that being cancelled again leaves nothing open
                await asyncio.shield(_undo(session))
            else:
                session.sync_session.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write."""
        await self._sit_down(self._reading_seats)
        session = self._read()
        try:
            yield session
        finally:
            try:
                # there is nothing to roll back, so nothing to wait for
                session.sync_session.close()
            finally:
                self._reading_seats.release()

    async def study(self, *works: Callable[[Connection], Studied]) -> list[Studied]:
        """What each makes of one and the same snapshot, in threads of their own: for questions that
        take long.

        One study at a time, so that the memory of several never adds up. `works` cannot write, and
        go on to their end when whoever waits for them is cancelled.
        """
        assert asyncio.current_task() not in self._writing, "a study waits until nobody writes"
        return await self._study.run(works, self._unwritten())

    @asynccontextmanager
    async def _unwritten(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        await self._sit_down(self._writing_seats)
        try:
            yield
        finally:
            self._writing_seats.release()

    async def vacuum(self, tables: Sequence[Table]) -> None:
        """Let PostgreSQL see at once what much storing has brought, as it would by itself after a
        while: until then it plans blindly and reads rows where an index would do. Nothing on
        SQLite, which plans without."""
        if self.is_sqlite:
            return
        names = ", ".join(table.name for table in tables)
        async with self._writer.connect() as connection:
            freely = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await freely.execute(text(f"VACUUM (ANALYZE, SKIP_LOCKED) {names}"))

    async def _sit_down(self, seats: asyncio.Semaphore) -> None:
        if seats.locked():
            async with asyncio.timeout(self._patience_s):
                await seats.acquire()
        else:
            await seats.acquire()

    async def close(self) -> None:
        await self._study.close()
        await self._reader.dispose()
        await self._writer.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


async def _give_way(written_s: float) -> None:
    """SQLite's driver never waits, so nobody else had a turn; a short one is not enough to answer
    Slack in, between one long transaction and the next."""
    await asyncio.sleep(TURN_S if written_s > LONG_S else 0)


async def _undo(session: AsyncSession) -> None:
    try:
        # closing alone would leave open on the connection what a failed COMMIT has left open
        await session.rollback()
    finally:
        await session.close()


async def role_timeouts(database: Database) -> dict[str, str]:
    """PostgreSQL's time-outs that keep a frozen process from holding up the others: {name: value}.

    A value of "0" means that it is not set. Empty on SQLite.
    """
    if database.is_sqlite:
        return {}
    names = ("idle_in_transaction_session_timeout", "lock_timeout")
    async with database.read() as session:
        return {name: str(await session.scalar(text(f"SHOW {name}"))) for name in names}
