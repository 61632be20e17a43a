"""Real syncs of made-up ledgers: processes die, freeze or mistake the time (F1, F2, F3, F23)."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.jobs.due import TICK_S
from commands.heartbeat import LEASE
from storage.database import Database
from tests.bot.jobs.bookkeeper import BRISK
from tests.bot.jobs.ledgers import Ledgers, until

pytestmark = [pytest.mark.xdist_group("queue"), pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[3]
MANY = 300
BRISK_S = BRISK.total_seconds()
PROMISED_S = 90.0  # from a worker's end until everything it was at is done by another
STARTED_S = 30.0  # until a process is up and has done what is left, beside other tests
STALLED_S = 45.0 * BRISK / LEASE + 10  # nobody waits so long because somebody else is frozen


@contextmanager
def process(
    role: str, url: str, name: str, *, pace: str = "brisk", wrong_s: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    module = "tests.bot.jobs.bookkeeper"
    command = [sys.executable, "-m", module, role, url, pace, str(wrong_s)]
    known = {**os.environ, "PGAPPNAME": name}  # what PostgreSQL calls its connections
    running = subprocess.Popen(command, cwd=ROOT, env=known, stdout=subprocess.DEVNULL)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGCONT)
        running.terminate()
        try:
            running.wait(20)
        finally:
            running.kill()


@pytest.fixture
async def ledgers(url: str) -> AsyncIterator[Ledgers]:
    """On PostgreSQL, ready for the queue."""
    async with Database.open(url) as database:
        opened = Ledgers(database)
        await opened.open()
        yield opened


@asynccontextmanager
async def workers(
    ledgers: Ledgers, url: str, *, pace: str = "brisk"
) -> AsyncIterator[list[subprocess.Popen[bytes]]]:
    with ExitStack() as running:
        begun = [
            running.enter_context(process("worker", url, name, pace=pace))
            for name in ("one", "another")
        ]
        await until(lambda: both_ready(ledgers), 60)
        yield begun


async def both_ready(ledgers: Ledgers) -> bool:
    """Before there is anything to do, or one might have done it before the other is up."""
    return await ledgers.workers() == 2


async def stored(ledgers: Ledgers, who: str | None = None) -> int:
    return len(await ledgers.rows(f"who = '{who}'" if who else "true"))


async def test_a_bot_killed_in_the_middle_goes_on_where_it_was(sqlite_url: str) -> None:
    async with Database.open(sqlite_url) as database:
        ledgers = Ledgers(database)
        await ledgers.open()
        await ledgers.plan(MANY)
        moment = Random().randint(100, 2 * MANY)
        with process("embedded", sqlite_url, "first") as running:
            await until(lambda: reached(ledgers, moment), 120)
            running.kill()
            running.wait()
        cut = await ledgers.done()
        with process("embedded", sqlite_url, "second"):
            took_s = await until(lambda: all_done(ledgers), 2 * PROMISED_S)

        assert cut < MANY, f"it was over before page {moment}"
        assert await ledgers.is_faultless(), f"cut at page {moment}"
        assert took_s <= BRISK_S + STARTED_S


async def test_what_a_killed_worker_was_at_is_done_by_the_other_soon(
    ledgers: Ledgers, url: str
) -> None:
    """By the lease and the rhythm that people get; the other tests wait less."""
    moment = Random().randint(50, MANY)
    async with workers(ledgers, url, pace="real") as running:
        await ledgers.plan(MANY)
        await until(lambda: reached(ledgers, moment, "one"), 120)
        running[0].kill()
        took_s = await until(lambda: all_done(ledgers), 2 * PROMISED_S)

    assert await ledgers.is_faultless(), f"cut at page {moment}"
    assert took_s <= PROMISED_S
    assert len({row.who for row in await ledgers.rows()}) == 2


async def test_a_frozen_worker_stalls_nobody_and_writes_nothing_when_it_wakes(
    ledgers: Ledgers, url: str
) -> None:
    async with workers(ledgers, url) as running:
        await ledgers.plan(100)
        await until(lambda: reached(ledgers, 20, "one"), 120)
        running[0].send_signal(signal.SIGSTOP)
        waits = []
        while not waits or await ledgers.done() < ledgers.count:
            before = set(await ledgers.plan(1))
            waits.append(await until(lambda new=before: all_synced(ledgers, new), 2 * PROMISED_S))  # type: ignore[misc]
        frozen = await stored(ledgers, "one")
        running[0].send_signal(signal.SIGCONT)
        while await stored(ledgers, "one") == frozen:  # it takes part again
            expected = await ledgers.plan(8)
            await until(lambda new=set(expected): all_synced(ledgers, new), PROMISED_S)  # type: ignore[misc]

    assert await ledgers.is_faultless()
    assert max(waits) <= STALLED_S


@pytest.mark.parametrize("wrong_s", [600, -600])
async def test_a_worker_whose_clock_is_wrong_syncs_nothing_early_or_twice(
    ledgers: Ledgers, url: str, wrong_s: int
) -> None:
    with (
        process("worker", url, "right"),
        process("worker", url, "wrong", wrong_s=wrong_s),
    ):
        await until(lambda: both_ready(ledgers), 60)
        early = await ledgers.plan(20, later=timedelta(seconds=abs(wrong_s) / 2))
        await ledgers.plan(100)
        await until(lambda: enough(ledgers, 100), 120)
        await asyncio.sleep(3 * TICK_S)  # for whoever thinks that the others are due
        rows = await ledgers.rows()

    assert await ledgers.is_faultless()
    assert {row.who for row in rows} == {"right", "wrong"}
    assert not {row.organisation_id for row in rows} & set(early)


async def enough(ledgers: Ledgers, count: int) -> bool:
    return await ledgers.done() >= count


async def reached(ledgers: Ledgers, pages: int, who: str | None = None) -> bool:
    return await stored(ledgers, who) >= pages


async def all_done(ledgers: Ledgers) -> bool:
    return await ledgers.done() == ledgers.count


async def all_synced(ledgers: Ledgers, ids: set[str]) -> bool:
    return ids <= {row.organisation_id for row in await ledgers.rows("read = 8")}
