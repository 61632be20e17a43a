"""procrastinate as we run it: a short silence of the database stops no worker and loses no key."""

import asyncio
import logging
import select
from collections.abc import Iterable
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager, NotificationCallback
from psycopg import AsyncConnection, OperationalError
from psycopg.errors import ForeignKeyViolation, RaiseException
from psycopg_pool import AsyncConnectionPool

from bot.telemetry import log
from storage.database import address

QUEUE = "dext"
PATIENCE_S = 10.0  # for a connection
AGAIN_S = 1.0
_OVERDUE = """
    SELECT job.* FROM procrastinate_jobs job
    WHERE status = 'doing' AND EXISTS (
        SELECT FROM procrastinate_events event WHERE event.job_id = job.id
        AND event.type = 'started' AND event.at < now() - make_interval(secs => %(seconds)s)
    )
"""
_FROZEN = """
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user
    AND state = 'active' AND wait_event = 'ClientRead' AND query LIKE 'COPY %% FROM STDIN'
    AND xact_start < now() - make_interval(secs => %(seconds)s)
"""
_COME_BACK = """
    INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (%(id)s)
    ON CONFLICT DO NOTHING
"""


def conninfo(database_url: str) -> str:
    """The address as libpq reads it."""
    where = address(database_url).set(drivername="postgresql")
    return where.render_as_string(hide_password=False)


def engine(database_url: str, *, connections: int) -> App:
    """The application of procrastinate, to be opened by its `open_async`."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it tells of every fetch
    connector = PsycopgConnector(
        conninfo=conninfo(database_url),
        min_size=1,
        max_size=connections,
        timeout=PATIENCE_S,
        configure=_one_statement_at_a_time,
        pool_factory=_pool,
    )
    app = App(connector=connector)
    app.job_manager = PatientManager(connector)
    return app


def manager_of(app: App) -> "PatientManager":
    assert isinstance(app.job_manager, PatientManager), "made by engine()"
    return app.job_manager


async def _one_statement_at_a_time(connection: AsyncConnection) -> None:
    """Each is a transaction of its own anyway: two round trips less, and a process that is frozen
    between two of them holds nothing."""
    await connection.set_autocommit(True)


def _pool(**options: Any) -> AsyncConnectionPool:
    return AsyncConnectionPool(**options | {"check": _refuse_dead})


async def _refuse_dead(connection: AsyncConnection) -> None:
    """Without asking the server: an idle connection has nothing to read but that it ends."""
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    if waiting.poll(0):
        await connection.close()  # the pool would hand it out again
        raise OperationalError("the server has closed it")


class PatientManager(JobManager):
    """Waits out what passes by itself.

    Unaltered, one failed statement ends a worker, and a job whose end could not be written down
    keeps its key busy as long as that worker lives.
    """

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        try:
            return await super().fetch_job(queues, worker_id)
        except ConnectorException as error:
            _note("fetch", error)
            if isinstance(error.__cause__, ForeignKeyViolation):  # somebody took us for dead
                await self._come_back(worker_id)
            return None

    async def overdue(self, seconds: float) -> list[Job]:
        """Jobs that run longer than any may: their fetch was lost on its way to the worker."""
        rows = await self.connector.execute_query_all_async(query=_OVERDUE, seconds=seconds)
        return [Job.from_row(row) for row in rows]

    async def end_frozen(self, seconds: float) -> int:
        """Cut off processes that stopped while they sent rows, for what they hold is waited for.

        The role's time-outs do not reach these: to the server they are not idle.
        """
        rows = await self.connector.execute_query_all_async(query=_FROZEN, seconds=seconds)
        return len(rows)

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        log.info("worker.ready", worker=worker_id)
        return worker_id

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001  # the signature is procrastinate's
        while True:
            try:
                return await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):  # swept meanwhile
                    log.warning("job.overtaken", job=job.task_name, lock=job.lock)
                    return None
                _note("finish", error)
            await asyncio.sleep(AGAIN_S)

    async def update_heartbeat(self, worker_id: int) -> None:
        try:
            await super().update_heartbeat(worker_id)
        except ConnectorException as error:
            _note("heartbeat", error)

    async def defer_periodic_job(
        self, job: Job, periodic_id: str, defer_timestamp: int
    ) -> int | None:
        try:
            return await super().defer_periodic_job(job, periodic_id, defer_timestamp)
        except ConnectorException as error:
            _note("tick", error)
            return None

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        while True:
            try:
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            except ConnectorException as error:
                _note("listen", error)
            await asyncio.sleep(AGAIN_S)

    async def _come_back(self, worker_id: int) -> None:
        try:
            await self.connector.execute_query_async(query=_COME_BACK, id=worker_id)
        except ConnectorException as error:
            _note("registration", error)


def cause_of(error: ConnectorException) -> str:
    """What the database said, in a word fit for the log."""
    return type(error.__cause__ or error).__name__


def _note(what: str, error: ConnectorException) -> None:
    log.warning("queue.silent", operation=what, error=cause_of(error))
