"""What PostgreSQL must hold before jobs are distributed: the engine's tables, the role's limits."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier, Literal

from bot.jobs.engine import QUEUE, conninfo
from bot.jobs.shelf import SHELF, SetAside

LIMITS = {"idle_in_transaction_session_timeout": "30s", "lock_timeout": "5s"}
SEEN_WITHIN_S = 60
_LOCK = 0x64657875  # the number after the one of storage/schema.py
_STANDS = """
    SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS is_there,
           obj_description(to_regclass('procrastinate_jobs'), 'pg_class') AS version
"""
_LOAD = """
    SELECT (SELECT count(*) FROM procrastinate_workers
            WHERE last_heartbeat > now() - make_interval(secs => %(within)s)) AS workers,
           count(*) FILTER (WHERE status = 'todo' AND task_name NOT LIKE 'dext.%%') AS waiting,
           count(*) FILTER (WHERE status = 'doing' AND task_name NOT LIKE 'dext.%%') AS running
    FROM procrastinate_jobs WHERE queue_name = %(queue)s
"""
_SHELF = """
    SELECT id, task_name AS job, args->>'key' AS key, (args->>'failures')::int AS failures,
           args->>'error' AS error, (args->>'until')::timestamptz AS until
    FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status = 'todo'
    ORDER BY failures DESC, id
"""


class QueueNotReady(Exception):
    """Jobs cannot be distributed over this database yet; the message says what to run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """Which of procrastinate's migrations its tables are at, by file name; noted as a comment."""

    is_there: bool
    version: str | None

    @property
    def is_current(self) -> bool:
        return self.version == newest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What the queue is at: workers seen lately, jobs waiting and running."""

    workers: int
    waiting: int
    running: int


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def newest() -> str:
    return _migrations()[-1].stem


@asynccontextmanager
async def _connected(database_url: str) -> AsyncIterator[AsyncConnection]:
    async with await AsyncConnection.connect(conninfo(database_url)) as connection:
        yield connection


async def _tables(connection: AsyncConnection) -> Tables:
    async with connection.cursor(row_factory=class_row(Tables)) as cursor:
        await cursor.execute(_STANDS)
        found = await cursor.fetchone()
    assert found is not None
    return found


async def bring_up(database_url: str) -> bool:
    """Make or alter the engine's tables, in one transaction; whether there was anything to do.

    Raises QueueNotReady where others made them, and psycopg.Error.
    """
    async with _connected(database_url) as connection:
        await connection.execute("SET LOCAL lock_timeout = '60s'")  # the role's is for short work
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        stands = await _tables(connection)
        if stands.is_current:
            return False
        for statements in _missing(stands):
            await connection.execute(statements)
        comment = SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(Literal(newest()))
        await connection.execute(comment)
        return True


def _missing(stands: Tables) -> list[str]:
    if not stands.is_there:
        return [SchemaManager.get_schema()]
    since = stands.version
    if since is None:
        raise QueueNotReady(
            "The tables of procrastinate in this database were made by something else; give the "
            "bot a database of its own."
        )
    return [path.read_text("utf-8") for path in _migrations() if path.stem > since]


async def limit_role(database_url: str) -> tuple[str, ...]:
    """Set what is not set, for our role in this database; the names of what was.

    Raises psycopg.Error, InsufficientPrivilege among them.
    """
    async with _connected(database_url) as connection:
        unset = await _unset(connection)
        for statement in await _alterations(connection, unset):
            await connection.execute(statement)
    return unset


async def _unset(connection: AsyncConnection) -> tuple[str, ...]:
    found = []
    for name in LIMITS:
        row = await (await connection.execute(SQL("SHOW {}").format(Identifier(name)))).fetchone()
        if row is not None and row[0] == "0":
            found.append(name)
    return tuple(found)


async def _alterations(connection: AsyncConnection, names: Sequence[str]) -> list[Composed]:
    row = await (await connection.execute("SELECT current_user, current_database()")).fetchone()
    assert row is not None
    alter = SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
    role, database = Identifier(row[0]), Identifier(row[1])
    return [alter.format(role, database, Identifier(name), Literal(LIMITS[name])) for name in names]


async def tables(database_url: str) -> Tables:
    """Raises psycopg.Error."""
    async with _connected(database_url) as connection:
        return await _tables(connection)


async def missing_limits(database_url: str) -> tuple[str, ...]:
    """The statements that set what is not set. Raises psycopg.Error."""
    async with _connected(database_url) as connection:
        statements = await _alterations(connection, await _unset(connection))
        return tuple(statement.as_string(connection) for statement in statements)


async def require_queue(database_url: str) -> None:
    """Raises QueueNotReady in one line, and psycopg.Error."""
    if not (await tables(database_url)).is_current:
        raise QueueNotReady(
            "The tables of the queue are not those of this version. Run `dext-bot migrate` first."
        )
    if statements := await missing_limits(database_url):
        raise QueueNotReady(
            "The role has no time-outs, so that a frozen process could hold the others up. Run "
            f"`dext-bot migrate`, or as an administrator: {'; '.join(statements)};"
        )


async def load(database_url: str) -> Load:
    """Raises psycopg.Error."""
    async with (
        _connected(database_url) as connection,
        connection.cursor(row_factory=class_row(Load)) as cursor,
    ):
        await cursor.execute(_LOAD, {"queue": QUEUE, "within": SEEN_WITHIN_S})
        found = await cursor.fetchone()
    assert found is not None
    return found


async def set_aside(database_url: str) -> list[SetAside]:
    """Jobs that failed and have not been done since, most failures first. Raises psycopg.Error."""
    async with (
        _connected(database_url) as connection,
        connection.cursor(row_factory=class_row(SetAside)) as cursor,
    ):
        await cursor.execute(_SHELF, {"queue": SHELF})
        return await cursor.fetchall()
