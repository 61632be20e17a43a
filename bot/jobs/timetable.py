"""What ticks when: due work is asked for every other second, old rows are swept every hour."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.telemetry import log
from commands.ports import JobQueue
from commands.registry import Job
from storage.database import Database
from storage.queries import deliveries, outbox

TICK_S = 2.0
SWEEP = timedelta(hours=1)
DELIVERIES_KEPT = timedelta(days=1)  # Slack repeats within minutes, replays an outage in hours
MESSAGES_KEPT = timedelta(days=7)
STALLED_S = 30.0


class Timetable:
    """A clock only: what is due stands in the rows, whatever happens to this process."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Mapping[str, Job],
        queue: JobQueue,
        now: Callable[[], datetime],
        tick_s: float = TICK_S,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._queue = queue
        self._now = now
        self._asked_at = {name: monotonic() for name in jobs}
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every late tick
        self._clock = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for job in jobs.values():
            self._clock.add_job(self.ask, "interval", args=[job], seconds=tick_s)
        self._clock.add_job(self.sweep, "interval", seconds=SWEEP.total_seconds())

    def open(self) -> None:
        self._asked_at = {name: monotonic() for name in self._jobs}
        self._clock.start()

    def close(self) -> None:
        if self._clock.running:
            self._clock.shutdown(wait=False)

    @property
    def is_ticking(self) -> bool:
        """Every job has been asked lately, and could answer."""
        return all(monotonic() - asked_at < STALLED_S for asked_at in self._asked_at.values())

    async def ask(self, job: Job) -> None:
        """Ring for everything of this job that is due; each is asked apart from the others."""
        try:
            async with self._database.read() as session:
                keys = await job.due(session, self._now())
        except (SQLAlchemyError, OSError) as error:
            log.error("tick.failed", job=job.name, error=type(error).__name__)  # next time, then
            return
        for key in keys:
            self._queue.submit(job.name, key)
        self._asked_at[job.name] = monotonic()

    async def sweep(self) -> None:
        """Forget deliveries that cannot come again and messages that have arrived."""
        now = self._now()
        try:
            async with self._database.begin() as session:
                forgotten = await deliveries.purge(session, now - DELIVERIES_KEPT)
                cleared = await outbox.purge(session, now - MESSAGES_KEPT)
        except (SQLAlchemyError, OSError) as error:
            log.error("sweep.failed", error=type(error).__name__)
            return
        log.info("sweep.finished", deliveries=forgotten, messages=cleared)
