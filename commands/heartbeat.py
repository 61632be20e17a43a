"""A sign of life while a run is under way, so that a dead one is soon known to be dead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

LEASE = timedelta(seconds=45)
BEAT = timedelta(seconds=15)

log = structlog.get_logger()


@asynccontextmanager
async def beating(
    extend: Callable[[], Awaitable[bool]], *, every: timedelta = BEAT
) -> AsyncIterator[None]:
    """Extend the lease within the block, until it is somebody else's.

    A database that is silent for a beat or two costs nothing; a run that has lost its lease is told
    so with its next page.
    """
    over = asyncio.Event()
    beat = asyncio.create_task(_beat(extend, over, every), name="heartbeat")
    try:
        yield
    finally:
        over.set()
        await beat


async def _beat(
    extend: Callable[[], Awaitable[bool]], over: asyncio.Event, every: timedelta
) -> None:
    while True:
        try:
            async with asyncio.timeout(every.total_seconds()):
                await over.wait()
        except TimeoutError:
            try:
                if not await extend():
                    return
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("heartbeat.missed", error=type(error).__name__)
        else:
            return
