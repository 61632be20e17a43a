"""Long questions to the database, asked from a thread so that nobody else waits for the answer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

Studied = TypeVar("Studied")

_WORK_MEMORY = "64MB"  # to sort and group the books of one organisation without touching the disk


class Study:
    """One thread, one snapshot at a time."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="study")

    async def run(self, work: Callable[[Connection], Studied]) -> Studied:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._worked, work)

    async def close(self) -> None:
        """Let what is under way end; nothing new begins."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        if self._engine is not None:
            self._engine.dispose()

    def _worked(self, work: Callable[[Connection], Studied]) -> Studied:
        self._engine = self._engine or _opened(self._url)
        with self._engine.connect() as connection:
            return work(connection)


def _opened(url: URL) -> Engine:
    decoding: dict[str, Any] = {"json_deserializer": msgspec.json.decode}
    if url.drivername.startswith("sqlite"):
        engine = create_engine(
            url.set(drivername="sqlite+pysqlite"), poolclass=NullPool, **decoding
        )
        event.listen(engine, "connect", _read_only)
        event.listen(engine, "begin", _snapshot)
        return engine
    options = (
        f"-c timezone=UTC -c default_transaction_read_only=on -c work_mem={_WORK_MEMORY} -c jit=off"
    )
    return create_engine(
        url,
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        connect_args={"options": options},
        **decoding,
    )


def _read_only(driver: Any, record: object) -> None:
    driver.isolation_level = None  # the driver begins nothing by itself
    driver.execute("PRAGMA query_only = on")


def _snapshot(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
