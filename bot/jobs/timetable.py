"""What ticks when: due work is asked for every other second, old rows are swept every hour."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.due import TICK_S, due, purge
from commands.registry import Job
from storage.database import Database

SWEEP = timedelta(hours=1)
STALLED_S = 30.0


class Bell(Protocol):
    """What is rung for the keys that are due."""

    def ring(self, job: str, keys: Sequence[str], now: datetime) -> None: ...


class Timetable:
    """A clock only: what is due stands in the rows, whatever happens to this process."""

    def __init__(
        self,
        *,
        database: Database,
        jobs: Mapping[str, Job],
        queue: Bell,
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
        now = self._now()
        keys = await due(self._database, job, now)
        if keys is None:
            return
        self._queue.ring(job.name, keys, now)
        self._asked_at[job.name] = monotonic()

    async def sweep(self) -> None:
        await purge(self._database, self._now())
