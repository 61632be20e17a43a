"""One run of one job for one key: never longer than the limit, and never without a word."""

import asyncio
from time import perf_counter

from bot.telemetry import correlated, log, new_correlation_id
from commands.context import Tools
from commands.registry import Job

AT_ONCE = 8  # jobs in one process; most of each is waiting for a vendor
LONGEST_S = 30 * 60.0  # a job that hangs must not keep its key busy for ever
CLOSING_S = 5.0

Key = tuple[str, str]  # the name of a job, and what it is done for


async def work_on(
    job: Job, tools: Tools, key: str, *, longest_s: float = LONGEST_S
) -> Exception | None:
    """What went wrong, if anything did; its row decides what comes of it."""
    began = perf_counter()
    with correlated(new_correlation_id(), job=job.name, key=key):
        try:
            async with asyncio.timeout(longest_s):
                await job.work(tools, key)
        except asyncio.CancelledError:
            log.info("job.interrupted")
            raise
        except Exception as error:
            log.exception("job.failed")
            return error
        log.info("job.finished", ms=round((perf_counter() - began) * 1000))
        return None
