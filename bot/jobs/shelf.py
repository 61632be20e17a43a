"""Jobs that are set aside because they failed, in a queue of their own beside the waiting ones.

Nobody works on that queue. Losing it only makes a bad key count from one again.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bot.jobs.setbacks import LIMIT, pause
from bot.jobs.work import Key

SHELF = "dext set aside"
LOST = "its worker was lost"
_CLEAR = """
    DELETE FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %(label)s
    RETURNING args->>'failures' AS failures
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """A key whose job failed so often in a row; ticks pass it by until then."""

    id: int
    job: str
    key: str
    failures: int
    error: str
    until: datetime

    @property
    def needs_attention(self) -> bool:
        return self.failures >= LIMIT


class Shelf:
    """Failures in a row of each key, told to every process."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def all(self) -> dict[Key, SetAside]:
        found = await self._app.job_manager.list_jobs_async(queue=SHELF, status="todo")
        return {(each.job, each.key): each for each in map(_set_aside, found)}

    async def put(self, job: str, key: str, *, error: str, now: datetime) -> None:
        """One more failure. To be called while the job keeps its key busy."""
        failures = await self.clear(job, key) + 1
        until = now + pause(failures)
        record = self._app.configure_task(job, queue=SHELF, queueing_lock=_label(job, key))
        with suppress(AlreadyEnqueued):  # the sweep and a worker that woke up may both note it
            await record.defer_async(
                key=key, failures=failures, error=error, until=until.isoformat()
            )

    async def clear(self, job: str, key: str) -> int:
        """Take it off; how many failures were noted."""
        rows = await self._app.connector.execute_query_all_async(
            query=_CLEAR, label=_label(job, key)
        )
        return max((int(row["failures"]) for row in rows), default=0)


def _set_aside(job: Job) -> SetAside:
    assert job.id is not None
    noted = job.task_kwargs
    return SetAside(
        id=job.id,
        job=job.task_name,
        key=str(noted["key"]),
        failures=int(str(noted["failures"])),
        error=str(noted["error"]),
        until=datetime.fromisoformat(str(noted["until"])),
    )


def _label(job: str, key: str) -> str:
    return f"set aside {job}:{key}"
