"""The doorbell on this event loop: at most one run of a key at a time, a few keys at once."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

from bot.telemetry import correlated, log, new_correlation_id
from commands.context import Tools
from commands.registry import Job

AT_ONCE = 8  # jobs; most of each is waiting for a vendor
LONGEST_S = 30 * 60.0  # a job that hangs must not keep its key busy for ever
CLOSING_S = 5.0

Key = tuple[str, str]


class InProcessQueue:
    """The JobQueue of commands. A ring while a key is busy makes it run once more afterwards."""

    def __init__(self, jobs: Mapping[str, Job], *, at_once: int = AT_ONCE) -> None:
        self._jobs = jobs
        self._tools: Tools | None = None
        self._slots = asyncio.Semaphore(at_once)
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._waiting: set[Key] = set()
        self._again: set[Key] = set()
        self._is_closing = False

    def open(self, tools: Tools) -> None:
        self._tools = tools

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
            began = perf_counter()
            with correlated(new_correlation_id(), job=name, key=key):
                try:
                    async with asyncio.timeout(LONGEST_S):
                        await self._jobs[name].work(self._tools, key)
                except Exception:
                    log.exception("job.failed")
                else:
                    log.info("job.finished", ms=round((perf_counter() - began) * 1000))
