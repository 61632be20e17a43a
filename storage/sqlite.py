"""SQLite on the event loop's own thread.

Our statements take microseconds; handing one to another thread and back takes longer, and aiosqlite
does it four times a statement. Three reads cost 0.6 ms of processor time here and 0.9 to 1.7 there.
What may take long is waiting for a writer of another process: that is done asleep, not in SQLite.
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Self

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

PATIENCE = timedelta(seconds=15)  # how long to wait for a writer of another process
_NAP_S = (0.001, 0.008)
_PREPARED = 512  # statements kept compiled; ours are some 200


async def _patiently(patience: timedelta, act: Callable[..., Any], *arguments: Any) -> None:
    """Try until no other process is in the way.

    Only BEGIN IMMEDIATE really meets one: in WAL mode readers and the writer do not, but while the
    file is opened for the first time or after a crash.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + patience.total_seconds()
    while True:
        try:
            act(*arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or clock() > deadline:
                raise
            await asyncio.sleep(random.uniform(*_NAP_S))  # noqa: S311  # no secret hangs on it
        else:
            return


class InPlaceCursor:
    """A cursor as SQLAlchemy's asynchronous dialects use it."""

    def __init__(self, connection: "InPlaceConnection") -> None:
        self._connection = connection
        self._cursor = connection.live.cursor()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.start()
        await self._connection.patiently(self._cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        await self._connection.start()
        await self._connection.patiently(self._cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class InPlaceConnection:
    """A connection as SQLAlchemy's asynchronous dialects use it.

    `begins_with` opens the transaction that the next statement is the first of.
    """

    begins_with: str | None = None

    def __init__(self, path: str, patience: timedelta) -> None:
        self.patiently = partial(_patiently, patience)
        self._connection: sqlite3.Connection | None = sqlite3.connect(
            path, timeout=0, isolation_level=None, cached_statements=_PREPARED
        )

    @property
    def live(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    def cursor(self) -> InPlaceCursor:
        return InPlaceCursor(self)

    async def start(self) -> None:
        if self.begins_with is not None:
            await self.patiently(self.live.execute, self.begins_with)
            self.begins_with = None

    async def commit(self) -> None:
        self.begins_with = None
        await self.patiently(self.live.commit)

    async def rollback(self) -> None:
        self.begins_with = None
        self.live.rollback()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self.live.create_function(*arguments, **options)

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def sqlite_engine(
    url: URL,
    *,
    begin: str,
    pragmas: Mapping[str, str],
    size: int,
    patience: timedelta = PATIENCE,
    **options: Any,
) -> AsyncEngine:
    """Transactions begin with `begin` and nothing else: the driver opens none of its own."""
    assert url.database is not None
    path = url.database

    async def connect(*_: object, **__: object) -> InPlaceConnection:
        connection = InPlaceConnection(path, patience)
        for name, value in pragmas.items():
            await connection.cursor().execute(f"PRAGMA {name}={value}")
        return connection

    engine = create_async_engine(
        url, async_creator=connect, pool_size=size, max_overflow=0, **options
    )

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, InPlaceConnection)
        driver.begins_with = begin

    return engine
