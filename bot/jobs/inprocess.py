"""The doorbell on this event loop: at most one run of a key at a time, a few keys at once."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.jobs.setbacks import pause
from bot.jobs.work import AT_ONCE, CLOSING_S, LONGEST_S, Key, work_on
from bot.telemetry import log
from commands.context import Tools
from commands.registry import Job
from storage.models import Setback
from storage.queries import setbacks


class InProcessQueue:
    """The JobQueue of commands. A ring while a key is busy makes it run once more afterwards."""

    def __init__(
        self, jobs: Mapping[str, Job], *, at_once: int = AT_ONCE, longest_s: float = LONGEST_S
    ) -> None:
        self._jobs = jobs
        self._longest_s = longest_s
        self._tools: Tools | None = None
        self._slots = asyncio.Semaphore(at_once)
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._waiting: set[Key] = set()
        self._again: set[Key] = set()
        self._setbacks: dict[Key, tuple[int, datetime]] = {}  # how many in a row, until when
        self._is_closing = False

    def open(self, tools: Tools, known: Iterable[Setback] = ()) -> None:
        """`known` are the setbacks of the process before this one."""
        self._tools = tools
        self._setbacks |= {(each.job, each.key): (each.failures, each.until) for each in known}

    def submit(self, job: str, key: str) -> None:
        rung = (job, key)
        assert job in self._jobs, f"there is no job {job}"
        if self._is_closing or rung in self._waiting:
            return
        if rung in self._running:
            self._again.add(rung)
            return
        self._waiting.add(rung)
        task = asyncio.create_task(self._run(rung), name=f"{job}:{key}")
        self._running[rung] = task
        task.add_done_callback(lambda _: self._finished(rung))

    def ring(self, job: str, keys: Sequence[str], now: datetime) -> None:
        """What a tick found due: keys whose job failed lately are left alone for a while."""
        for key in keys:
            _, until = self._setbacks.get((job, key), (0, now))
            if until <= now:
                self.submit(job, key)

    @property
    def busy(self) -> int:
        return len(self._running)

    async def close(self) -> None:
        """Wait briefly, then stop: what was not finished is still due in its rows."""
        self._is_closing = True
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=CLOSING_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _finished(self, rung: Key) -> None:
        self._running.pop(rung, None)
        self._waiting.discard(rung)
        if rung in self._again:
            self._again.discard(rung)
            self.submit(*rung)

    async def _run(self, rung: Key) -> None:
        name, key = rung
        assert self._tools is not None, "the queue is not open"
        async with self._slots:
            self._waiting.discard(rung)
            error = await work_on(self._jobs[name], self._tools, key, longest_s=self._longest_s)
        if error is None and self._setbacks.pop(rung, None) is None:
            return
        try:
            await self._note(rung, error)
        except (SQLAlchemyError, OSError) as silence:  # nobody reads of it, and ticks know it
            log.warning("setback.unnoted", job=name, key=key, error=type(silence).__name__)

    async def _note(self, rung: Key, error: Exception | None) -> None:
        """For whoever looks after this installation; and for the process that comes after us."""
        assert self._tools is not None
        if error is None:
            async with self._tools.database.begin() as session:
                await setbacks.forget(session, *rung)
            return
        failures = self._setbacks.get(rung, (0, None))[0] + 1
        until = self._tools.now() + pause(failures)
        self._setbacks[rung] = (failures, until)
        async with self._tools.database.begin() as session:
            await setbacks.note(
                session, *rung, failures=failures, error=type(error).__name__, until=until
            )
