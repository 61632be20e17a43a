"""What every tick and every hour is for, whichever clock strikes: asking the rows, and purging."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.telemetry import log
from commands.registry import Job
from storage.database import Database
from storage.queries import allowances, deliveries, outbox, setbacks

TICK_S = 2
DELIVERIES_KEPT = timedelta(days=1)  # Slack repeats within minutes, replays an outage in hours
MESSAGES_KEPT = timedelta(days=7)
SETBACKS_KEPT = timedelta(days=1)  # what is still due is tried again every hour
ALLOWANCES_KEPT = timedelta(days=32)  # a month's allowance can be spent on its first day


async def due(database: Database, job: Job, now: datetime) -> Sequence[str] | None:
    """The keys this job is due for; None where the database does not answer."""
    try:
        async with database.read() as session:
            return await job.due(session, now)
    except (SQLAlchemyError, OSError) as error:
        log.error("tick.failed", job=job.name, error=type(error).__name__)  # next time, then
        return None


async def purge(database: Database, now: datetime) -> None:
    """Forget what cannot matter any more: old deliveries, messages that have arrived, allowances
    that nobody calls on, setbacks of what is not due any more."""
    try:
        async with database.begin() as session:
            forgotten = await deliveries.purge(session, now - DELIVERIES_KEPT)
            cleared = await outbox.purge(session, now - MESSAGES_KEPT)
            await allowances.purge(session, now - ALLOWANCES_KEPT)
            await setbacks.purge(session, now - SETBACKS_KEPT)
    except (SQLAlchemyError, OSError) as error:
        log.error("sweep.failed", error=type(error).__name__)
        return
    log.info("sweep.finished", deliveries=forgotten, messages=cleared)
