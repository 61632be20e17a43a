"""Sessions that stay on their connections: getting both is most of what short transactions cost."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession


class Seat:
    """A connection with its session: made when first needed, and again when it has died."""

    def __init__(
        self, engine: AsyncEngine, *, is_alive: Callable[[Any], bool], options: dict[str, Any]
    ) -> None:
        self._engine = engine
        self._is_alive = is_alive
        self._options = options
        self._connection: AsyncConnection | None = None
        self._session: AsyncSession | None = None
        self._driver: Any = None

    async def session(self) -> AsyncSession:
        if self._session is not None and self._is_alive(self._driver):
            return self._session
        await self.empty()
        self._connection = await self._engine.connect()
        self._driver = (await self._connection.get_raw_connection()).driver_connection
        self._session = AsyncSession(self._connection, **self._options)
        return self._session

    def clear(self) -> None:
        """Whoever comes next finds nothing of the last one's."""
        if self._session is not None:
            self._session.info.clear()

    async def mend(self) -> None:
        """Empty it where its connection died or holds what was neither committed nor undone."""
        if self._session is not None and not self._is_alive(self._driver):
            await self.empty()

    async def empty(self) -> None:
        """Let go of the connection, whatever state it is in."""
        connection, self._connection, self._session = self._connection, None, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()


class Seats:
    """As many as connections. Whoever waits for one is served in turn: pools let who comes last go
    first."""

    def __init__(
        self,
        engine: AsyncEngine,
        count: int,
        *,
        patience_s: float,
        is_alive: Callable[[Any], bool],
        **options: Any,
    ) -> None:
        self._free = [Seat(engine, is_alive=is_alive, options=options) for _ in range(count)]
        self._places = asyncio.Semaphore(count)
        self._patience_s = patience_s

    async def take(self) -> Seat:
        """Raises TimeoutError when none became free in time."""
        if self._places.locked():
            async with asyncio.timeout(self._patience_s):
                await self._places.acquire()
        else:
            await self._places.acquire()
        return self._free.pop()

    def leave(self, seat: Seat) -> None:
        seat.clear()
        self._free.append(seat)
        self._places.release()

    async def close(self) -> None:
        """Close what nobody uses."""
        for seat in self._free:
            await seat.empty()
