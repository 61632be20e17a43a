"""Long questions to the database, asked from a thread so that nobody else waits for the answer."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

Studied = TypeVar("Studied")

_WORK_MEMORY = "64MB"  # to sort and group the books of one organisation without touching the disk
_SETTINGS = (
    "-c timezone=UTC -c default_transaction_read_only=on "
    f"-c work_mem={_WORK_MEMORY} -c jit=off"
)  # fmt: skip
_own = threading.local()  # `url`: which database the thread asks


class Study:
    """One thread, one snapshot at a time."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="study")

    async def run(self, work: Callable[[Connection], Studied]) -> Studied:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._worked, work)

    async def close(self) -> None:
        """Let what is under way end; nothing new begins."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _worked(self, work: Callable[[Connection], Studied]) -> Studied:
        _own.url = self._url
        is_sqlite = self._url.drivername.startswith("sqlite")
        with (_sqlite() if is_sqlite else _postgres()).connect() as connection:
            return work(connection)


@cache
def _sqlite() -> Engine:
    """One for the process: the questions are put into SQL once, whatever database they go to."""
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=_open_sqlite,
        poolclass=NullPool,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "begin", _snapshot)
    return engine


@cache
def _postgres() -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        creator=_open_postgres,
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        json_deserializer=msgspec.json.decode,
    )


def _open_sqlite() -> Any:
    driver = sqlite3.connect(_own.url.database, isolation_level=None)  # begins nothing by itself
    driver.execute("PRAGMA query_only = on")
    return driver


def _open_postgres() -> Any:
    positional, named = _postgres().dialect.create_connect_args(_own.url)
    return psycopg.connect(*positional, **named, options=_SETTINGS)


def _snapshot(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
