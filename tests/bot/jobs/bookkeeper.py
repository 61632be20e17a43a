"""One of several processes that sync made-up ledgers: run as `-m tests.bot.jobs.bookkeeper`."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot import telemetry
from bot.jobs.clock import SharedClock
from bot.jobs.distributed import DistributedQueue
from bot.jobs.engine import engine
from bot.jobs.inprocess import InProcessQueue
from bot.jobs.timetable import Timetable
from bot.jobs.worker import Rhythm, Worker
from commands import registry
from commands.context import Tools
from commands.heartbeat import LEASE
from commands.sync.sync import bring
from providers.books import BooksPage, Document, DocumentKind, DocumentStatus, Stream, Walk
from storage.database import Database
from storage.queries import syncs

JOB = "sync.bring"
INVOICES = Stream(name="Invoices", title="invoices and bills")
PAGES, EACH = 4, 2  # pages of a ledger, records of a page
PAGE_S = 0.05
BRISK = timedelta(seconds=6)  # a lease in place of the real one, and a rhythm to match
BRISK_RHYTHM = Rhythm(sweep_s=2, heartbeat_s=1, stalled_s=4)


async def nothing(*_: object) -> tuple[str, ...]:
    return ()


def jobs() -> dict[str, registry.Job]:
    """The sync, and what it rings for."""
    rung = ("lists.refresh", "health.recalculate")
    idle = {name: registry.Job(name=name, work=cast("Any", nothing), due=nothing) for name in rung}
    return {JOB: registry.Job(name=JOB, work=bring, due=syncs.due), **idle}


def utc_now() -> datetime:
    return datetime.now(UTC)


def a_page(number: int) -> BooksPage:
    records = [
        Document(
            source="Invoices",
            remote_id=f"invoice-{number}-{each}",
            kind=DocumentKind.INVOICE,
            status=DocumentStatus.OPEN,
        )
        for each in range(EACH)
    ]
    return BooksPage(
        stream="Invoices",
        records=records,
        checkpoint={"page": number},
        is_whole=True,
        is_last=number == PAGES,
        watermark=utc_now() if number == PAGES else None,
        total=PAGES * EACH,
    )


class MadeUp:
    """A LedgerGateway as far as a sync goes: every ledger has the same few pages."""

    def provider(self, key: str) -> Any:
        capabilities = SimpleNamespace(streams=(INVOICES,))
        return SimpleNamespace(key=key, name="Xero", capabilities=capabilities)

    def software(self) -> tuple[Any, ...]:
        return (self.provider("xero"),)

    async def calls_left(self, key: str, *, tenant_id: str) -> int | None:
        return None

    @asynccontextmanager
    async def open(self, key: str, **_: object) -> AsyncIterator["MadeUp"]:
        yield self

    async def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        for walk in walks:
            for number in range((walk.resume or {}).get("page", 0) + 1, PAGES + 1):
                await asyncio.sleep(PAGE_S)
                yield a_page(number)


class Silent:
    """A Notifier that says nothing."""

    async def post(self, *_: object, **__: object) -> None: ...

    async def revise(self, *_: object, **__: object) -> bool:
        return False


def tools_of(
    database: Database, queue: object, now: Callable[[], datetime], *, lease: timedelta
) -> Tools:
    given: dict[str, Any] = dict.fromkeys(("vault", "links", "files"))
    given |= {"jobs": queue, "gateway": MadeUp(), "notify": Silent()}
    return Tools(database=database, now=now, sync_lease=lease, **given)


async def embedded(database: Database, stop: asyncio.Event, lease: timedelta) -> None:
    queue = InProcessQueue(jobs())
    queue.open(tools_of(database, queue, utc_now, lease=lease))
    timetable = Timetable(database=database, jobs=jobs(), queue=queue, now=utc_now)
    timetable.open()
    await stop.wait()
    timetable.close()
    await queue.close()


async def worker(
    database: Database, stop: asyncio.Event, url: str, *, wrong: timedelta, lease: timedelta
) -> None:
    app = engine(url, connections=6)
    clock = SharedClock(database, machine=lambda: utc_now() + wrong)
    await clock.open()
    async with app.open_async():
        queue = DistributedQueue(app, jobs())
        queue.open()
        tools = tools_of(database, queue, clock, lease=lease)
        rhythm = BRISK_RHYTHM if lease == BRISK else None
        working = Worker(app, jobs=jobs(), tools=tools, queue=queue, rhythm=rhythm)
        working.open()
        await stop.wait()
        await working.close()
        await queue.close()
    await clock.close()


async def main(role: str, url: str, pace: str, wrong_s: str = "0") -> None:
    """`pace`: real or brisk. `wrong_s`: how far ahead the clock of its machine is."""
    lease = BRISK if pace == "brisk" else LEASE
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    telemetry.configure(as_json=True, level=logging.WARNING)
    async with Database.open(url) as database:
        if role == "embedded":
            await embedded(database, stop, lease)
        else:
            wrong = timedelta(seconds=float(wrong_s))
            await worker(database, stop, url, wrong=wrong, lease=lease)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
