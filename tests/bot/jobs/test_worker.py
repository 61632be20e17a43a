"""A worker in this process: what it clears up, and what it lives through."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest

from bot.jobs.distributed import DistributedQueue
from bot.jobs.engine import engine
from bot.jobs.installation import set_aside
from bot.jobs.shelf import LOST
from bot.jobs.worker import Rhythm, Worker
from commands.context import Tools
from storage.database import Database
from tests.bot.jobs.chores import CHORES, NAME, Ledger

pytestmark = pytest.mark.xdist_group("queue")

RHYTHM = Rhythm(tick_s=1, sweep_s=1, poll_s=0.1, heartbeat_s=0.5, stalled_s=2, closing_s=0.5)


@asynccontextmanager
async def at_work(url: str) -> AsyncIterator[Worker]:
    app = engine(url, connections=3)
    async with Database.open(url) as database, app.open_async():
        tools = cast("Tools", SimpleNamespace(database=database, now=lambda: datetime.now(UTC)))
        queue = DistributedQueue(app, CHORES)
        queue.open()
        worker = Worker(app, jobs=CHORES, tools=tools, queue=queue, rhythm=RHYTHM)
        worker.open()
        try:
            yield worker
        finally:
            await worker.close()
            await queue.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110  # it is a row in a database
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("heartbeat", "began"), [("-infinity", "now"), ("infinity", "-infinity")])
async def test_a_job_whose_worker_is_gone_or_forgot_it_frees_its_key_and_counts_as_a_failure(
    url: str, ledger: Ledger, heartbeat: str, began: str
) -> None:
    ledger.run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", heartbeat)
    ledger.run(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, worker_id) "
        "SELECT 'dext', %s, %s, %s, id FROM procrastinate_workers",
        NAME, f"{NAME}:a", '{"key": "a"}',
    )  # fmt: skip
    ledger.run("UPDATE procrastinate_jobs SET status = 'doing'")
    ledger.run("UPDATE procrastinate_events SET at = %s WHERE type = 'started'", began)
    lost = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND lock IS NOT NULL"
    async with at_work(url):
        await until(lambda: ledger.number(lost) == 0)
        (noted,) = await set_aside(url)
        ledger.run("INSERT INTO chore (key) VALUES ('a')")
        await until(lambda: ledger.done == 1)

    assert (noted.job, noted.key, noted.failures, noted.error) == (NAME, "a", 1, LOST)
    assert await set_aside(url) == []


async def test_who_freezes_while_sending_rows_holds_nobody_up(url: str, ledger: Ledger) -> None:
    ledger.plan(1)
    async with (
        await psycopg.AsyncConnection.connect(url) as frozen,
        frozen.cursor() as cursor,
    ):
        await frozen.execute("UPDATE chore SET seconds = 0")
        await frozen.execute("CREATE TEMP TABLE staged_pages (n int)")
        with suppress(psycopg.OperationalError):
            async with cursor.copy('COPY staged_pages ("n") FROM STDIN') as rows:
                await rows.write_row((1,))
                async with at_work(url):
                    await until(lambda: ledger.done == 1)

        assert frozen.broken


async def test_it_outlives_connections_that_are_cut(url: str, ledger: Ledger) -> None:
    ledger.plan(20, seconds=0.25)
    async with at_work(url):
        await until(lambda: ledger.done >= 4)
        ledger.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        ledger.plan(20, named="later")
        await until(lambda: ledger.done == 40)

    assert ledger.done_twice == 0
    assert ledger.number("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0


async def test_it_begins_again_when_the_engine_gives_up(url: str, ledger: Ledger) -> None:
    ledger.run("ALTER TABLE procrastinate_workers RENAME TO elsewhere")
    ledger.plan(3)
    async with at_work(url):
        await asyncio.sleep(0.2)
        ledger.run("ALTER TABLE elsewhere RENAME TO procrastinate_workers")
        await until(lambda: ledger.done == 3)

    assert ledger.done_twice == 0


async def test_it_closes_soon_and_leaves_due_what_it_was_at(url: str, ledger: Ledger) -> None:
    ledger.run("INSERT INTO chore (key, turns_out) VALUES ('endless', 'never')")
    async with at_work(url) as worker:
        await until(lambda: ledger.number("SELECT count(*) FROM attempt") == 1)
        async with asyncio.timeout(10):
            await worker.close()

    assert ledger.number("SELECT count(*) FROM chore WHERE is_due") == 1
    assert ledger.number("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0
    assert ledger.number("SELECT count(*) FROM procrastinate_workers") == 0
