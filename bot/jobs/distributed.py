"""The doorbell on PostgreSQL: rung here, answered by whichever worker is free."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from procrastinate.types import JSONDict

from bot.jobs.engine import QUEUE, cause_of
from bot.jobs.shelf import Shelf
from bot.jobs.work import CLOSING_S, Key
from bot.telemetry import log

CONNECTIONS = 3  # of the queue itself, where it is only rung
AT_A_TIME = 1000  # rings in one statement
_WAITING = """
    SELECT queueing_lock FROM procrastinate_jobs
    WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)
"""


def lock_of(rung: Key) -> str:
    """Never two of them running, never two waiting."""
    return ":".join(rung)


class DistributedQueue:
    """The JobQueue of commands. Rings leave in the background, many in one statement.

    A ring that cannot be written down is dropped with a line in the log: its row is still due, and
    the next tick rings again.
    """

    def __init__(self, app: App, jobs: Collection[str]) -> None:
        self._app = app
        self._shelf = Shelf(app)
        self._jobs = jobs
        self._rung: dict[Key, None] = {}
        self._bell = asyncio.Event()
        self._is_closing = False
        self._ringing: asyncio.Task[None] | None = None
        self.is_heard = True

    def open(self) -> None:
        self._ringing = asyncio.create_task(self._keep_ringing(), name="doorbell")

    def submit(self, job: str, key: str) -> None:
        assert job in self._jobs, f"there is no job {job}"
        self._rung[job, key] = None
        self._bell.set()

    @property
    def busy(self) -> int:
        """Rings that have not left yet; what workers are busy with is not known here."""
        return len(self._rung)

    async def close(self) -> None:
        """Let what was rung leave, but not for ever."""
        if self._ringing is None:
            return
        self._is_closing = True
        self._bell.set()
        _, late = await asyncio.wait([self._ringing], timeout=CLOSING_S)
        for task in late:
            log.error("ring.lost", count=len(self._rung))
            task.cancel()
        await asyncio.gather(self._ringing, return_exceptions=True)

    async def ring(self, rungs: Sequence[Key], *, tick_at: datetime | None = None) -> int:
        """How many were new; the others wait already. Raises ConnectorException.

        A tick leaves alone what is set aside; anybody else wants it tried now.
        """
        waiting = await self._waiting(rungs)
        set_aside = await self._shelf.all() if tick_at else {}
        fresh = []
        for rung in rungs:
            failed = set_aside.get(rung)
            is_left_alone = failed and tick_at and failed.until > tick_at
            if not is_left_alone and lock_of(rung) not in waiting:
                fresh.append(_job(rung))
        return await self._defer(fresh)

    async def _keep_ringing(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._rung:
                batch = list(islice(self._rung, AT_A_TIME))
                for rung in batch:  # what is rung from here on wants a run of its own
                    del self._rung[rung]
                await self._ring(batch)
            if self._is_closing:
                return

    async def _ring(self, batch: Sequence[Key]) -> None:
        try:
            await self.ring(batch)
        except ConnectorException as error:
            self.is_heard = False
            log.error("ring.failed", count=len(batch), error=cause_of(error))
        else:
            self.is_heard = True

    async def _waiting(self, rungs: Sequence[Key]) -> set[str]:
        locks = [lock_of(rung) for rung in rungs]
        rows = await self._app.connector.execute_query_all_async(query=_WAITING, locks=locks)
        return {row["queueing_lock"] for row in rows}

    async def _defer(self, jobs: list[Job]) -> int:
        if not jobs:
            return 0
        try:
            return len(await self._app.job_manager.batch_defer_jobs_async(jobs))
        except AlreadyEnqueued:
            if len(jobs) == 1:
                return 0
        # rung by another process at the same moment; smaller parts hold fewer of those
        middle = len(jobs) // 2
        return await self._defer(jobs[:middle]) + await self._defer(jobs[middle:])


def _job(rung: Key) -> Job:
    name, key = rung
    lock = lock_of(rung)
    kept: JSONDict = {"key": key}
    return Job(queue=QUEUE, task_name=name, lock=lock, queueing_lock=lock, task_kwargs=kept)
