"""A ring is answered once, a few at a time, and one bad job spoils nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.doctor import failing
from bot.jobs.inprocess import InProcessQueue
from bot.jobs.setbacks import LIMIT, pause
from commands.context import Tools
from commands.registry import Job
from storage.database import Database
from storage.queries import setbacks

NOW = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)


async def nothing_due(session: AsyncSession, now: datetime) -> Sequence[str]:
    return ()


class Work:
    """Notes what ran; each run waits until it is let go."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.running = 0
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self, tools: Tools, key: str) -> None:
        self.ran.append(key)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.go.wait()
            if key == "bad":
                raise RuntimeError("nobody expected this")
        finally:
            self.running -= 1


@pytest.fixture
async def work() -> Work:
    return Work()


@pytest.fixture
def tools(database: Database) -> Tools:
    """All that jobs here and the queue itself use of them."""
    return cast("Tools", SimpleNamespace(now=lambda: NOW, database=database))


@pytest.fixture
async def queue(work: Work, tools: Tools) -> AsyncIterator[InProcessQueue]:
    made = InProcessQueue({"lists": Job(name="lists", work=work, due=nothing_due)}, at_once=2)
    made.open(tools)
    yield made
    await made.close()


async def settled(queue: InProcessQueue) -> None:
    async with asyncio.timeout(5):
        while queue.busy:  # noqa: ASYNC110  # what it does last is forget the key
            await asyncio.sleep(0)


async def test_waiting_rings_of_one_key_are_one(work: Work, queue: InProcessQueue) -> None:
    work.go.set()
    for _ in range(5):
        queue.submit("lists", "a")
    await settled(queue)

    assert work.ran == ["a"]


async def test_a_ring_while_it_runs_makes_it_run_once_more(
    work: Work, queue: InProcessQueue
) -> None:
    queue.submit("lists", "a")
    await asyncio.sleep(0)
    assert work.ran == ["a"]
    for _ in range(5):
        queue.submit("lists", "a")
    work.go.set()
    await settled(queue)

    assert work.ran == ["a", "a"]
    assert work.most == 1


async def test_no_more_run_at_once_than_there_are_slots(work: Work, queue: InProcessQueue) -> None:
    for key in "abcde":
        queue.submit("lists", key)
    for _ in range(10):
        await asyncio.sleep(0)
    work.go.set()
    await settled(queue)

    assert sorted(work.ran) == list("abcde")
    assert work.most == 2


async def test_one_failing_key_stops_no_other(work: Work, queue: InProcessQueue) -> None:
    work.go.set()
    for key in ("bad", "a", "b"):
        queue.submit("lists", key)
    await settled(queue)

    assert sorted(work.ran) == ["a", "b", "bad"]


async def test_ticks_leave_alone_what_failed_lately_and_people_do_not(
    work: Work, queue: InProcessQueue
) -> None:
    work.go.set()
    for at in (NOW, NOW, NOW + timedelta(seconds=2), NOW + timedelta(seconds=4)):
        queue.ring("lists", ["bad"], at)
        await settled(queue)
    assert work.ran == ["bad"] * 2
    queue.submit("lists", "bad")
    await settled(queue)

    assert work.ran == ["bad"] * 3


async def test_what_keeps_failing_is_known_to_the_next_process_until_it_is_done(
    work: Work, queue: InProcessQueue, tools: Tools
) -> None:
    work.go.set()
    for _ in range(LIMIT):
        queue.submit("lists", "bad")
        await settled(queue)
    shown = [finding async for finding in failing(tools.database)]
    async with tools.database.read() as session:
        [noted] = await setbacks.every(session)
    after = InProcessQueue({"lists": Job(name="lists", work=fine, due=nothing_due)})
    after.open(tools, [noted])
    after.ring("lists", ["bad"], NOW)
    left_alone = after.busy == 0
    after.submit("lists", "bad")
    await settled(after)
    over = [finding async for finding in failing(tools.database)]

    assert (noted.failures, noted.until) == (LIMIT, NOW + pause(LIMIT))
    assert [finding.what for finding in shown] == [
        "queue: lists for bad failed 5 times in a row (RuntimeError) and is set aside until "
        "03 June, 11:00 UTC"
    ]
    assert left_alone
    assert over == []


async def fine(tools: Tools, key: str) -> None:
    """Done."""


async def test_a_job_that_hangs_is_cancelled(work: Work, tools: Tools) -> None:
    jobs = {"lists": Job(name="lists", work=work, due=nothing_due)}
    queue = InProcessQueue(jobs, at_once=1, longest_s=0.01)
    queue.open(tools)
    queue.submit("lists", "endless")
    await settled(queue)

    assert work.running == 0
    await queue.close()


async def test_closing_takes_no_more_rings(work: Work, queue: InProcessQueue) -> None:
    work.go.set()
    await queue.close()
    queue.submit("lists", "a")

    assert queue.busy == 0


async def test_a_job_nobody_declared_is_a_mistake(queue: InProcessQueue) -> None:
    with pytest.raises(AssertionError):
        queue.submit("forged", "a")


def test_the_queue_is_what_commands_expect() -> None:
    from commands.ports import JobQueue

    queue: JobQueue = InProcessQueue(cast("Any", {}))

    assert queue is not None
