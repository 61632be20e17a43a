"""A ring becomes one waiting job for each key, or a line in the log and nothing worse."""

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate import App
from procrastinate.jobs import Job

from bot.jobs.distributed import AT_A_TIME, DistributedQueue, lock_of
from bot.jobs.shelf import Shelf
from commands.ports import JobQueue
from tests.bot.jobs.chores import NAME, Ledger

pytestmark = pytest.mark.xdist_group("queue")

NOW = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)


def a_queue(app: App) -> DistributedQueue:
    queue = DistributedQueue(app, {NAME})
    queue.open()
    return queue


def waiting(ledger: Ledger) -> list[str]:
    rows = ledger.run("SELECT lock FROM procrastinate_jobs WHERE queue_name = 'dext' ORDER BY lock")
    return [str(row[0]) for row in rows]


async def test_waiting_rings_of_one_key_are_one(app: App, ledger: Ledger) -> None:
    for _ in range(2):
        queue = a_queue(app)
        for key in ("a", "b", "a"):
            queue.submit(NAME, key)
        await queue.close()

    assert waiting(ledger) == [f"{NAME}:a", f"{NAME}:b"]


async def test_a_ring_while_it_runs_waits_for_a_run_of_its_own(app: App, ledger: Ledger) -> None:
    queue = a_queue(app)
    assert await queue.ring([(NAME, "a")]) == 1
    ledger.run("UPDATE procrastinate_jobs SET status = 'doing'")
    assert await queue.ring([(NAME, "a")]) == 1
    assert await queue.ring([(NAME, "a")]) == 0
    await queue.close()

    assert waiting(ledger) == [f"{NAME}:a"] * 2


async def test_more_rings_than_fit_in_one_statement_all_leave(app: App, ledger: Ledger) -> None:
    queue = a_queue(app)
    for number in range(AT_A_TIME + 1):
        queue.submit(NAME, str(number))
    assert queue.busy == AT_A_TIME + 1
    await queue.close()

    assert len(waiting(ledger)) == AT_A_TIME + 1
    assert queue.busy == 0


async def test_rings_of_another_process_at_the_same_moment_spoil_none_of_ours(
    app: App, ledger: Ledger
) -> None:
    queue = a_queue(app)
    await queue.ring([(NAME, "c")])
    jobs = [
        Job(queue="dext", task_name=NAME, lock=lock, queueing_lock=lock, task_kwargs={})
        for lock in (lock_of((NAME, key)) for key in "abcde")
    ]  # as if it had been looked for before the other rang

    assert await queue._defer(jobs) == 4
    assert waiting(ledger) == [f"{NAME}:{key}" for key in "abcde"]
    await queue.close()


async def test_a_ring_that_cannot_be_written_down_is_told_and_does_not_stop_the_next(
    app: App, ledger: Ledger
) -> None:
    queue = a_queue(app)
    ledger.run("ALTER TABLE procrastinate_jobs RENAME TO elsewhere")
    queue.submit(NAME, "a")
    await queue.close()
    assert not queue.is_heard
    ledger.run("ALTER TABLE elsewhere RENAME TO procrastinate_jobs")
    again = a_queue(app)
    again.submit(NAME, "a")
    await again.close()

    assert again.is_heard
    assert waiting(ledger) == [f"{NAME}:a"]


async def test_ticks_leave_alone_what_failed_lately_and_people_do_not(
    app: App, ledger: Ledger
) -> None:
    queue, shelf = a_queue(app), Shelf(app)
    await shelf.put(NAME, "a", error="RuntimeError", now=NOW)
    (noted,) = (await shelf.all()).values()

    assert await queue.ring([(NAME, "a"), (NAME, "b")], tick_at=NOW) == 1
    assert waiting(ledger) == [f"{NAME}:b"]
    assert await queue.ring([(NAME, "a")], tick_at=noted.until) == 1
    ledger.run("DELETE FROM procrastinate_jobs WHERE queue_name = 'dext'")
    assert await queue.ring([(NAME, "a")]) == 1
    await queue.close()


async def test_failures_in_a_row_make_pauses_longer_and_one_success_forgets_them(app: App) -> None:
    shelf = Shelf(app)
    pauses = []
    for _ in range(6):
        await shelf.put(NAME, "a", error="RuntimeError", now=NOW)
        (noted,) = (await shelf.all()).values()
        pauses.append((noted.until - NOW, noted.needs_attention))
    forgotten = await shelf.clear(NAME, "a")

    assert pauses == sorted(pauses)
    assert pauses[0] == (timedelta(seconds=2), False)
    assert pauses[-1] == (timedelta(hours=1), True)
    assert forgotten == 6
    assert await shelf.all() == {}


async def test_a_job_nobody_declared_is_a_mistake(app: App) -> None:
    queue = a_queue(app)
    with pytest.raises(AssertionError):
        queue.submit("forged", "a")
    await queue.close()


def test_the_queue_is_what_commands_expect(app: App) -> None:
    queue: JobQueue = DistributedQueue(app, ())

    assert queue is not None
