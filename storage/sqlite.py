"""SQLite on the event loop's own thread.

Our statements take microseconds; handing one to another thread and back takes longer, and a driver
with a thread does it four times a statement. What may take long is waiting for a writer of another
process: that is done asleep, not in SQLite.
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, Self

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, Pool
from sqlalchemy.util import await_only

DRIVER = "sqlite+inplace"
PATIENCE = timedelta(seconds=15)  # how long to wait for a writer of another process
_NAP_S = (0.001, 0.008)
_PREPARED = 512  # statements kept compiled; ours are some 200


class InPlaceCursor(sqlite3.Cursor):
    """Reads its rows at once, so that what happens next cannot change or end them."""

    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        super().execute(sql, parameters)
        self._rows = iter(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    async def _async_soft_close(self) -> None:
        """SQLAlchemy's asynchronous results close their cursors by this name."""
        self.close()


class InPlaceConnection(sqlite3.Connection):
    """A connection that makes such cursors."""

    def cursor(self, factory: Any = InPlaceCursor) -> Any:
        return super().cursor(factory)


class InPlace(SQLiteDialect_pysqlite):
    """Python's own driver within SQLAlchemy's asynchronous engine.

    Transactions begin with `begin` and nothing else: the driver opens none of its own.
    """

    driver = "inplace"
    supports_statement_cache = True
    is_async = True  # to the engine: calls run where they may wait
    has_terminate = True

    def __init__(  # SQLAlchemy finds out what to pass by name, and sees no keyword-only ones
        self, begin: str, pragmas: Mapping[str, str], patience: timedelta, **options: Any
    ) -> None:
        super().__init__(**options)
        self._begin = begin
        self._pragmas = pragmas
        self._patience_s = patience.total_seconds()

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return NullPool

    def on_connect(self) -> Callable[[Any], None]:
        prepare = super().on_connect()

        def connected(connection: Any) -> None:
            prepare(connection)
            for name, value in self._pragmas.items():
                self._do(connection.execute, f"PRAGMA {name}={value}")

        return connected

    def do_begin(self, dbapi_connection: Any) -> None:
        self._do(dbapi_connection.execute, self._begin)

    def do_commit(self, dbapi_connection: Any) -> None:
        self._do(dbapi_connection.commit)

    def do_terminate(self, dbapi_connection: Any) -> None:
        dbapi_connection.close()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        self._do(cursor.execute, statement, parameters)

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Any, context: Any = None
    ) -> None:
        self._do(cursor.executemany, statement, parameters)

    def _do(self, act: Callable[..., Any], *arguments: Any) -> None:
        """Only BEGIN IMMEDIATE really meets another process in the way: in WAL mode readers and
        the writer do not, but while the file is opened for the first time or after a crash."""
        try:
            act(*arguments)
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            await_only(self._again(act, *arguments))

    async def _again(self, act: Callable[..., Any], *arguments: Any) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience_s
        while True:
            await asyncio.sleep(random.uniform(*_NAP_S))  # noqa: S311  # no secret hangs on it
            try:
                act(*arguments)
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or clock() > deadline:
                    raise
            else:
                return


registry.register("sqlite.inplace", __name__, InPlace.__name__)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode == sqlite3.SQLITE_BUSY


def sqlite_engine(
    url: URL,
    *,
    begin: str,
    pragmas: Mapping[str, str],
    patience: timedelta = PATIENCE,
    **options: Any,
) -> AsyncEngine:
    """Each of its connections is prepared by `pragmas`."""
    return create_async_engine(
        url,
        begin=begin,
        pragmas=pragmas,
        patience=patience,
        connect_args={
            "factory": InPlaceConnection,
            "timeout": 0,
            "isolation_level": None,
            "cached_statements": _PREPARED,
        },
        **options,
    )
