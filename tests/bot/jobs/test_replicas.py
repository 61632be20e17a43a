"""Two workers and two web processes on one PostgreSQL (F7, F8, F21, and F2, F3 for the queue)."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.jobs.installation import set_aside
from tests.bot.jobs.chores import Ledger

pytestmark = pytest.mark.xdist_group("queue")

REPLICA = Path(__file__).with_name("replica.py")
PATIENCE_S = 60.0  # never waited for on a healthy machine
ENGINE = (
    "procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers, procrastinate_events"
)


@contextmanager
def replica(role: str, url: str, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    with out.open("wb") as told:
        process = subprocess.Popen([sys.executable, REPLICA, role, url], stdout=told)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()


@pytest.fixture
def workers(url: str, ledger: Ledger, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers, both ready: neither does all there is before the other is up. Two web processes
    ring beside them."""
    with ExitStack() as running:
        for number in (1, 2):
            running.enter_context(replica("web", url, tmp_path / f"web{number}.out"))
        begun = [
            running.enter_context(replica("worker", url, tmp_path / f"worker{number}.out"))
            for number in (1, 2)
        ]
        until(lambda: ledger.number("SELECT count(*) FROM procrastinate_workers") == 2)
        yield begun


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def pids(ledger: Ledger) -> Counter[int]:
    return Counter(int(str(row[0])) for row in ledger.run("SELECT pid FROM attempt"))


def busy(ledger: Ledger, process: subprocess.Popen[bytes]) -> bool:
    """It has begun something that it has not finished."""
    begun = "SELECT count(*) FROM attempt a WHERE pid = %s AND NOT EXISTS"
    ended = "(SELECT 1 FROM effect e WHERE e.run_id = a.run_id)"
    return bool(ledger.run(f"{begun} {ended}", process.pid)[0][0])


async def test_every_due_key_is_done_once_and_every_tick_is_given_to_one(
    ledger: Ledger, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    for _ in range(3):
        before = ledger.done
        ledger.plan(60, named=f"round{before}-")
        until(lambda expected=before + 60: ledger.done == expected)  # type: ignore[misc]
    for process in workers:
        process.terminate()
        process.wait(20)
    ticks = [
        line
        for number in (1, 2)
        for line in (tmp_path / f"worker{number}.out").read_text().splitlines()
        if line.startswith("tick ")
    ]

    assert ledger.done_twice == 0
    assert ledger.number("SELECT count(*) FROM attempt") == 180
    assert set(pids(ledger)) <= {process.pid for process in workers}
    assert [process.returncode for process in workers] == [0, 0]
    assert ticks
    assert max(Counter(ticks).values()) == 1
    assert ledger.number("SELECT count(*) FROM procrastinate_workers") == 0


async def test_what_a_killed_worker_was_at_is_taken_up_by_another(
    ledger: Ledger, workers: list[subprocess.Popen[bytes]], url: str
) -> None:
    ledger.plan(40, seconds=0.5)
    until(lambda: busy(ledger, workers[0]))
    workers[0].kill()
    workers[0].wait()
    until(lambda: ledger.done == 40)

    assert ledger.done_twice == 0
    assert ledger.number("SELECT count(*) FROM attempt") > 40
    assert await set_aside(url) == []


async def test_a_frozen_worker_holds_nobody_up_and_does_no_harm_when_it_wakes(
    ledger: Ledger, workers: list[subprocess.Popen[bytes]]
) -> None:
    ledger.plan(30, seconds=0.5)
    until(lambda: busy(ledger, workers[0]))
    workers[0].send_signal(signal.SIGSTOP)
    until(lambda: ledger.done == 30)
    workers[0].send_signal(signal.SIGCONT)
    for number in range(20):
        expected = ledger.done + 40
        ledger.plan(40, seconds=0.25, named=f"later{number}-")
        until(lambda planned=expected: ledger.done == planned)  # type: ignore[misc]
        later = ledger.run("SELECT DISTINCT pid FROM attempt WHERE key LIKE 'later%%'")
        if {row[0] for row in later} == {process.pid for process in workers}:
            break

    assert number < 19, "it takes part again"
    assert ledger.done_twice == 0


async def test_emptying_the_tables_of_the_engine_loses_nothing(
    ledger: Ledger, workers: list[subprocess.Popen[bytes]]
) -> None:
    ledger.plan(200, seconds=0.25)
    until(lambda: ledger.done >= 20)
    ledger.run(f"TRUNCATE {ENGINE}")
    until(lambda: ledger.done == 200)

    assert ledger.done_twice == 0
    assert all(process.poll() is None for process in workers)


async def test_a_key_that_fails_and_one_that_hangs_stop_no_other(
    ledger: Ledger, workers: list[subprocess.Popen[bytes]], url: str
) -> None:
    for key, turns_out in (("bad", "badly"), ("hanging", "never")):
        ledger.run("INSERT INTO chore (key, turns_out) VALUES (%s, %s)", key, turns_out)
    ledger.plan(98)
    until(lambda: ledger.done == 98)
    wanted = {("bad", "RuntimeError"), ("hanging", "TimeoutError")}
    found: set[tuple[str, str]] = set()  # while one is tried again it is not set aside
    end = time.monotonic() + PATIENCE_S
    while found != wanted and time.monotonic() < end:
        found |= {(each.key, each.error) for each in await set_aside(url) if each.failures > 1}
        await asyncio.sleep(0.05)
    ledger.run("UPDATE chore SET turns_out = 'well'")
    until(lambda: ledger.done == 100)

    assert found == wanted
    assert ledger.done_twice == 0
