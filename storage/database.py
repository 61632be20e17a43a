"""The database: short transactions on SQLite and PostgreSQL alike."""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Self, TypeVar

import msgspec
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, NullPool, Table, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from storage.seats import Seat, Seats
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
        return sqlite_engine(where, begin="BEGIN IMMEDIATE", pragmas=_DURABLE)
    return create_async_engine(where, poolclass=NullPool)


def _sqlite(where: URL, patience: timedelta) -> tuple[AsyncEngine, AsyncEngine]:
    options = _JSON | {"patience": patience}
    writing = _DURABLE | {"foreign_keys": "on"}
    reading = _DURABLE | {"query_only": "on"}
    return (
        sqlite_engine(where, begin="BEGIN IMMEDIATE", pragmas=writing, **options),
        sqlite_engine(where, begin="BEGIN", pragmas=reading, **options),
    )


def _postgres(where: URL, patience: timedelta) -> tuple[AsyncEngine, AsyncEngine]:
    """Reading is in autocommit: at READ COMMITTED every statement has its own snapshot anyway, and
    two round trips less."""
    writing = "-c timezone=UTC"
    reading = f"{writing} -c default_transaction_read_only=on"
    options = _JSON | {"poolclass": NullPool}
    return (
        create_async_engine(where, connect_args={"options": writing}, **options),
        create_async_engine(
            where,
            connect_args={"options": reading},
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            **options,
        ),
    )


def _is_alive(driver: Any) -> bool:
    """Whether the server has not closed it, without asking the server each time.

    An idle connection has nothing to read but the news that it ends.
    """
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    waiting = select.poll()
    waiting.register(driver.pgconn.socket, select.POLLIN)
    return not waiting.poll(0)


def _is_undone(driver: Any) -> bool:
    """Nobody closes a file but us; but a COMMIT that fails leaves its transaction open."""
    return not driver.in_transaction


def _heard(connection: Connection) -> None:
    """Connections tell of commits (storage/changes.py) only where somebody listens from the
    first."""


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
        event.listen(writer.sync_engine, "commit", _heard)
        seated: dict[str, Any] = {
            "patience_s": patience.total_seconds(),
            "is_alive": _is_undone if self.is_sqlite else _is_alive,
        }
        # a write waits for the server four times, a read once
        writers = 1 if self.is_sqlite else connections * 3 // 2
        self._writers = Seats(writer, writers, expire_on_commit=False, **seated)
        self._readers = Seats(
            reader, connections, expire_on_commit=False, autoflush=False, **seated
        )
        self._study = Study(writer.url)
        self._writing: set[asyncio.Task[Any] | None] = set()

    @classmethod
    def open(cls, url: str, *, connections: int = 10, patience: timedelta = PATIENCE) -> Self:
        """Connect when first needed, with at most `connections` to read and half as many again to
        write; on SQLite one writes.

        `patience` is how long to wait for a connection, or for another process that writes.
        """
        where = address(url)
        engines = _sqlite if where.drivername.startswith("sqlite") else _postgres
        writer, reader = engines(where, patience)
        return cls(writer=writer, reader=reader, connections=connections, patience=patience)

    @property
    def is_sqlite(self) -> bool:
        return self.url.drivername.startswith("sqlite")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One write transaction, committed on leaving, rolled back when an exception leaves."""
        task = asyncio.current_task()
        assert task not in self._writing, "a transaction within a transaction waits for itself"
        self._writing.add(task)
        try:
            async with self._transaction() as session:
                began = time.monotonic()
                yield session
        finally:
            self._writing.discard(task)
        if self.is_sqlite:
            await _give_way(time.monotonic() - began)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        seat = await self._writers.take()
        undoing: asyncio.Task[None] | None = None
        try:
            session = await seat.session()
            try:
                await session.connection()  # begins
                yield session
                await session.commit()
            finally:
                if session.in_transaction():
                    # in a task of its own, so that being cancelled again leaves nothing open
                    undoing = asyncio.create_task(_undo(session, seat))
                    await asyncio.shield(undoing)
                else:
                    session.sync_session.close()
        finally:
            if undoing is None or undoing.done():
                self._writers.leave(seat)
            else:
                undoing.add_done_callback(lambda _: self._writers.leave(seat))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that cannot write."""
        seat = await self._readers.take()
        try:
            session = await seat.session()
            try:
                yield session
            finally:
                if session.in_transaction():
                    # there is nothing to roll back, so nothing to wait for
                    session.sync_session.close()
        finally:
            self._readers.leave(seat)

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
        seat = await self._writers.take()
        try:
            yield
        finally:
            self._writers.leave(seat)

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

    async def close(self) -> None:
        await self._study.close()
        await self._readers.close()
        await self._writers.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


async def _give_way(written_s: float) -> None:
    """SQLite's driver never waits, so nobody else had a turn; a short one is not enough to answer
    Slack in, between one long transaction and the next."""
    await asyncio.sleep(TURN_S if written_s > LONG_S else 0)


async def _undo(session: AsyncSession, seat: Seat) -> None:
    try:
        await session.rollback()
    finally:
        await session.close()
        await seat.mend()


async def role_timeouts(database: Database) -> dict[str, str]:
    """PostgreSQL's time-outs that keep a frozen process from holding up the others: {name: value}.

    A value of "0" means that it is not set. Empty on SQLite.
    """
    if database.is_sqlite:
        return {}
    names = ("idle_in_transaction_session_timeout", "lock_timeout")
    async with database.read() as session:
        return {name: str(await session.scalar(text(f"SHOW {name}"))) for name in names}
