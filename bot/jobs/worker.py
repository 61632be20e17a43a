"""Does the work that is rung for, ticks for everybody and clears up after workers that died."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.jobs import Job as Rung
from procrastinate.jobs import Status

from bot.jobs.distributed import AT_A_TIME, DistributedQueue
from bot.jobs.due import TICK_S, due, purge
from bot.jobs.engine import QUEUE, cause_of, manager_of
from bot.jobs.shelf import LOST, Shelf
from bot.jobs.work import AT_ONCE, CLOSING_S, LONGEST_S, Key, work_on
from bot.telemetry import log
from commands.context import Tools
from commands.registry import Job

CONNECTIONS = 6  # of the queue itself, in one worker
FIRST = 1  # ticks and sweeps go before jobs


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How often, and how long; ticks and sweeps in whole seconds that divide a minute."""

    tick_s: int = TICK_S
    sweep_s: int = 10
    poll_s: float = 0.5  # a job whose key was busy is not announced
    heartbeat_s: float = 5.0
    stalled_s: float = 30.0
    longest_s: float = LONGEST_S
    closing_s: float = CLOSING_S
    again_s: float = 0.5


class Worker:
    """Any number of them may run; each tick and each sweep is done by one."""

    def __init__(
        self,
        app: App,
        *,
        jobs: Mapping[str, Job],
        tools: Tools,
        queue: DistributedQueue,
        rhythm: Rhythm | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._app = app
        self._jobs = jobs
        self._tools = tools
        self._queue = queue
        self._rhythm = rhythm or Rhythm()
        self._at_once = at_once
        self._shelf = Shelf(app)
        self._working: asyncio.Task[None] | None = None
        for name in jobs:
            app.task(name=name, queue=QUEUE, pass_context=True)(self._perform)
        self._every(f"* * * * * */{self._rhythm.tick_s}", "dext.tick", self._tick)
        self._every(f"* * * * * */{self._rhythm.sweep_s}", "dext.sweep", self._sweep)
        self._every("0 * * * *", "dext.purge", self._purge)

    def open(self) -> None:
        self._working = asyncio.create_task(self._keep_working(), name="worker")
        log.info("worker.started", at_once=self._at_once, jobs=len(self._jobs))

    async def wait(self) -> None:
        """Until it ends, which it does only when nobody foresaw why; raises that."""
        assert self._working is not None
        await asyncio.shield(self._working)

    async def close(self) -> None:
        """Wait briefly, then stop: what was not finished is still due in its rows."""
        if self._working is None:
            return
        self._working.cancel()
        _, late = await asyncio.wait([self._working], timeout=2 * self._rhythm.closing_s)
        log.info("worker.stopped", is_clean=not late)

    def _every(self, cron: str, name: str, deed: Callable[[int], Awaitable[None]]) -> None:
        """In crons of six fields the seconds are the last."""
        declare = self._app.task(name=name, queue=QUEUE, queueing_lock=name, priority=FIRST)
        self._app.periodic(cron=cron)(declare(deed))

    async def _keep_working(self) -> None:
        rhythm = self._rhythm
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._at_once,
                    fetch_job_polling_interval=rhythm.poll_s,
                    shutdown_graceful_timeout=rhythm.closing_s,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=rhythm.heartbeat_s,
                    stalled_worker_timeout=rhythm.stalled_s,
                )
            except (ProcrastinateException, psycopg.Error, OSError) as error:
                log.error("worker.broken", error=type(error.__cause__ or error).__name__)
            else:
                log.error("worker.ended")  # procrastinate has said why
            await asyncio.sleep(rhythm.again_s)

    async def _perform(self, context: JobContext, key: str) -> None:
        """Never fails in the eyes of the engine, which would only repeat what is logged here."""
        job = self._jobs[context.job.task_name]
        error = await work_on(job, self._tools, key, longest_s=self._rhythm.longest_s)
        try:
            if error is None:
                await self._shelf.clear(job.name, key)
            else:
                await self._put_aside(job.name, key, type(error).__name__)
        except ConnectorException as silence:
            log.warning("shelf.silent", job=job.name, key=key, error=cause_of(silence))

    async def _put_aside(self, job: str, key: str, error: str) -> None:
        await self._shelf.put(job, key, error=error, now=self._tools.now())

    async def _tick(self, timestamp: int) -> None:
        """Ring for everything that is due; each job is asked apart from the others."""
        now = self._tools.now()
        for job in self._jobs.values():
            try:
                keys = await due(self._tools.database, job, now) or ()
                for some in batched([(job.name, key) for key in keys]):
                    await self._queue.ring(some, tick_at=now)
            except ConnectorException as error:
                log.error("tick.failed", job=job.name, error=cause_of(error))
            except Exception:  # a mistake in one query must not keep the others from being asked
                log.exception("tick.failed", job=job.name)

    async def _sweep(self, timestamp: int) -> None:
        """Free what workers hold that are gone; the next tick rings for what is still due."""
        manager, rhythm = manager_of(self._app), self._rhythm
        try:
            if ended := await manager.end_frozen(rhythm.stalled_s):
                log.warning("frozen.ended", connections=ended)
            stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=rhythm.stalled_s)
            overdue = await manager.overdue(rhythm.longest_s + rhythm.stalled_s)
            for rung in {each.id: each for each in (*stalled, *overdue)}.values():
                await self._note_lost(rung)
                await manager.finish_job(rung, Status.FAILED, delete_job=True)
        except ConnectorException as error:
            log.error("sweep.failed", error=cause_of(error))

    async def _note_lost(self, rung: Rung) -> None:
        """It may be what killed its worker, so it counts as a failure."""
        log.warning("job.lost", job=rung.task_name, lock=rung.lock, worker=rung.worker_id)
        if rung.task_name in self._jobs:
            await self._put_aside(rung.task_name, str(rung.task_kwargs["key"]), LOST)

    async def _purge(self, timestamp: int) -> None:
        await purge(self._tools.database, self._tools.now())


def batched(rungs: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(rungs), AT_A_TIME):
        yield rungs[start : start + AT_A_TIME]
