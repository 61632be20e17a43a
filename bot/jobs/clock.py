"""What time it is for all processes that share the jobs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.telemetry import log
from storage.database import Database

AGAIN_S = 60.0
ROUND_TRIP = timedelta(seconds=1)  # one that took longer says too little


class SharedClock:
    """PostgreSQL's clock, asked every minute; in between the machine's own goes on from there.

    Leases and due times of one process mean the same to every other, however wrong the clock of its
    machine is.
    """

    def __init__(self, database: Database, *, machine: Callable[[], datetime]) -> None:
        self._database = database
        self._machine = machine
        self._ahead = timedelta()
        self._asking: asyncio.Task[None] | None = None

    def __call__(self) -> datetime:
        return self._machine() + self._ahead

    async def open(self) -> None:
        await self.ask()
        self._asking = asyncio.create_task(self._keep_asking(), name="clock")

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def ask(self) -> None:
        """Raises SQLAlchemyError where nobody tells."""
        async with self._database.read() as session:
            asked_at = self._machine()
            told = await session.scalar(select(func.clock_timestamp()))
            took = self._machine() - asked_at
        assert told is not None
        if took > ROUND_TRIP:
            return
        ahead = told - (asked_at + took / 2)
        if abs(ahead - self._ahead) > ROUND_TRIP:
            log.warning("clock.corrected", seconds=round(ahead.total_seconds(), 3))
        self._ahead = ahead

    async def _keep_asking(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            try:
                await self.ask()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("clock.unasked", error=type(error).__name__)
