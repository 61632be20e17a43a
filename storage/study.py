"""Long questions to the database, asked from a thread so that nobody else waits for the answer."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, ExitStack
from functools import cache
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

Studied = TypeVar("Studied")
Unwritten = AbstractAsyncContextManager[
    None
]  # while it is held nobody writes to an SQLite database

_WORK_MEMORY = "64MB"  # to sort and group the books of one organisation without touching the disk
_SETTINGS = (
    "-c timezone=UTC -c default_transaction_read_only=on "
    f"-c work_mem={_WORK_MEMORY} -c jit=off"
)  # fmt: skip
_own = threading.local()  # `url`: which database the thread asks


class Study:
    """Several threads at one and the same snapshot; one study at a time."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(thread_name_prefix="study")
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    async def run(
        self, works: Sequence[Callable[[Connection], Studied]], unwritten: Unwritten
    ) -> list[Studied]:
        """What each of them makes of it. `unwritten` is held while the snapshot is taken."""
        task = asyncio.create_task(self._in_turn(works, unwritten))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Let what is under way end; nothing new begins."""
        self._is_closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # is told to whoever waits, if anybody still does

    async def _in_turn(
        self, works: Sequence[Callable[[Connection], Studied]], unwritten: Unwritten
    ) -> list[Studied]:
        loop = asyncio.get_running_loop()
        async with self._turn:
            if self._is_closed:
                raise asyncio.CancelledError
            async with unwritten:
                snapshots = await loop.run_in_executor(self._threads, self._open, len(works))
            try:
                found = await asyncio.gather(
                    *(
                        loop.run_in_executor(self._threads, work, snapshot)
                        for work, snapshot in zip(works, snapshots, strict=True)
                    ),
                    return_exceptions=True,  # none is left behind with a connection that is closed
                )
            finally:
                await loop.run_in_executor(self._threads, _close, snapshots)
        return [_told(each) for each in found]

    def _open(self, count: int) -> list[Connection]:
        _own.url = self._url
        is_sqlite = self._url.drivername.startswith("sqlite")
        engine = _sqlite() if is_sqlite else _postgres()
        with ExitStack() as opened:
            snapshots = [opened.enter_context(engine.connect()) for _ in range(count)]
            (_begin_unwritten if is_sqlite else _begin_together)(snapshots)
            opened.pop_all()
        return snapshots


def _begin_unwritten(snapshots: Sequence[Connection]) -> None:
    for connection in snapshots:
        connection.exec_driver_sql("SELECT 1 FROM sqlite_schema")  # it begins with what it reads


def _begin_together(snapshots: Sequence[Connection]) -> None:
    first, *others = snapshots
    name = first.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    for connection in others:
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")


def _close(snapshots: Sequence[Connection]) -> None:
    for connection in snapshots:
        connection.close()


def _told(found: Studied | BaseException) -> Studied:
    if isinstance(found, BaseException):
        raise found
    return found


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
    driver = sqlite3.connect(
        _own.url.database,
        isolation_level=None,  # begins nothing by itself
        check_same_thread=False,  # one thread opens what others use, one after the other
    )
    driver.execute("PRAGMA query_only = on")
    return driver


def _open_postgres() -> Any:
    positional, named = _postgres().dialect.create_connect_args(_own.url)
    return psycopg.connect(*positional, **named, options=_SETTINGS)


def _snapshot(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
