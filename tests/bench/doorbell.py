"""10,000 no-op jobs with per-key locks: through our queue, and through procrastinate left bare.

Two workers each, on one PostgreSQL with fsync on; both take turns, and the figure is the median.
"""

import asyncio
import logging
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from types import SimpleNamespace
from typing import cast

import procrastinate
import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from bot import telemetry
from bot.jobs.distributed import CONNECTIONS, DistributedQueue
from bot.jobs.engine import conninfo, engine
from bot.jobs.installation import bring_up
from bot.jobs.work import AT_ONCE
from bot.jobs.worker import CONNECTIONS as WORKER_CONNECTIONS
from bot.jobs.worker import Rhythm, Worker
from commands.context import Tools
from commands.registry import Job
from storage.database import Database

JOBS = 10_000
WORKERS = 2
ROUNDS = 3
MOST = 1.5  # times the engine's own time
NAME = "bench.nothing"
AT_A_TIME = 1000
PATIENCE_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: seconds to ring for all jobs and to do them."""

    ours_s: float
    bare_s: float
    jobs: int

    @property
    def ratio(self) -> float:
        return self.ours_s / self.bare_s

    @property
    def is_reached(self) -> bool:
        return self.ratio <= MOST

    def __str__(self) -> str:
        verdict = "reached" if self.is_reached else f"missed: {self.ratio:.2f} > {MOST}"
        return (
            f"| queue, {WORKERS} workers | {self.jobs:,} no-op jobs with per-key locks "
            f"| {self.jobs / self.ours_s:.0f}/s | bare engine {self.jobs / self.bare_s:.0f}/s "
            f"| {self.ratio:.2f} × its time | {MOST} | {verdict} |"
        )


async def nothing(tools: Tools, key: str) -> None:
    return


async def nothing_due(session: AsyncSession, now: datetime) -> Sequence[str]:
    return ()


OURS = {NAME: Job(name=NAME, work=nothing, due=nothing_due)}


async def work_ours(url: str) -> None:
    telemetry.configure(as_json=True)  # the lines it logs are part of what it costs
    app = engine(url, connections=WORKER_CONNECTIONS)
    async with Database.open(url) as database, app.open_async():
        tools = cast("Tools", SimpleNamespace(database=database, now=lambda: datetime.now(UTC)))
        queue = DistributedQueue(app, OURS)
        worker = Worker(app, jobs=OURS, tools=tools, queue=queue)
        worker.open()
        await worker.wait()


def bare(url: str) -> procrastinate.App:
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # it warns of this file
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(url), min_size=1, max_size=WORKER_CONNECTIONS
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=NAME)
    async def nothing(key: str) -> None:
        return

    return app


async def work_bare(url: str) -> None:
    app = bare(url)
    async with app.open_async():
        await app.run_worker_async(
            concurrency=AT_ONCE,
            delete_jobs="always",
            fetch_job_polling_interval=Rhythm().poll_s,
        )


async def ring_ours(url: str, keys: Sequence[str]) -> None:
    app = engine(url, connections=CONNECTIONS)
    async with app.open_async():
        queue = DistributedQueue(app, OURS)
        queue.open()
        for key in keys:
            queue.submit(NAME, key)
        await queue.close()  # when all have left


async def ring_bare(url: str, keys: Sequence[str]) -> None:
    app = bare(url)
    async with app.open_async():
        for start in range(0, len(keys), AT_A_TIME):
            some = keys[start : start + AT_A_TIME]
            jobs = [app.tasks[NAME].configure(lock=key).job.evolve(task_kwargs={"key": key})
                    for key in some]  # fmt: skip
            await app.job_manager.batch_defer_jobs_async(jobs)


@contextmanager
def workers(url: str, kind: str) -> Iterator[None]:
    arguments = [sys.executable, "-m", "tests.bench.doorbell", kind, url]
    started = [subprocess.Popen(arguments, stderr=subprocess.DEVNULL) for _ in range(WORKERS)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


async def until(url: str, question: str) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True) as connection,
    ):
        while True:
            row = await (await connection.execute(question)).fetchone()
            if row is not None and row[0]:
                return
            await asyncio.sleep(0.05)


async def run(
    url: str, kind: str, ring: Callable[[str, Sequence[str]], Awaitable[None]], jobs: int
) -> float:
    async with await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True) as connection:
        await connection.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    began = perf_counter()
    await ring(url, [f"{kind}-{number}" for number in range(jobs)])
    rung_s = perf_counter() - began
    async with await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True) as connection:
        await connection.execute("ANALYZE procrastinate_jobs")  # else by luck, during the run
    with workers(url, kind):
        await until(url, "SELECT count(*) > 0 FROM procrastinate_workers")
        began = perf_counter()
        await until(url, f"SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = '{NAME}'")
        seconds = rung_s + perf_counter() - began
    print(f"{kind}: {jobs:,} jobs in {seconds:.1f} s", flush=True)
    return seconds


async def measure(url: str, *, jobs: int = JOBS, rounds: int = ROUNDS) -> Row:
    """On this database, whose engine's tables are made where they are missing."""
    await bring_up(url)
    ours, floor = [], []
    for _ in range(rounds):
        floor.append(await run(url, "bare", ring_bare, jobs))
        ours.append(await run(url, "ours", ring_ours, jobs))
    return Row(ours_s=statistics.median(ours), bare_s=statistics.median(floor), jobs=jobs)


async def main() -> int:
    from tests.bench.databases import postgres

    with postgres() as url:
        row = await measure(url)
    print(row)
    return 0 if row.is_reached else 1


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run({"ours": work_ours, "bare": work_bare}[sys.argv[1]](sys.argv[2]))
    else:
        sys.exit(asyncio.run(main()))
