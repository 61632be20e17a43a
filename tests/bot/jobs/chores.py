"""A small job with rows of its own that say what is due, as real ones have them."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.registry import Job

NAME = "chores.do"
LEASE_S = 4.0
TABLES = """
    CREATE TABLE chore (
        key text PRIMARY KEY, is_due boolean NOT NULL DEFAULT true,
        run_id text, lease_until timestamptz NOT NULL DEFAULT '-infinity',
        seconds float NOT NULL DEFAULT 0, turns_out text NOT NULL DEFAULT 'well'
    );
    CREATE TABLE attempt (key text NOT NULL, run_id text NOT NULL, pid int NOT NULL);
    CREATE TABLE effect (key text NOT NULL, run_id text NOT NULL, pid int NOT NULL);
"""
CLAIM = text("""
    UPDATE chore SET run_id = :run, lease_until = now() + make_interval(secs => :lease)
    WHERE key = :key AND is_due AND lease_until < now() RETURNING seconds, turns_out
""")
HOLD = text("""
    UPDATE chore SET lease_until = now() + make_interval(secs => :lease)
    WHERE key = :key AND run_id = :run
""")
ATTEMPT = text("INSERT INTO attempt VALUES (:key, :run, :pid)")
FINISH = text("UPDATE chore SET is_due = false WHERE key = :key AND run_id = :run RETURNING key")
EFFECT = text("INSERT INTO effect VALUES (:key, :run, :pid)")
DUE = text("SELECT key FROM chore WHERE is_due AND lease_until < now() ORDER BY key")


async def due(session: AsyncSession, now: datetime) -> Sequence[str]:
    return list(await session.scalars(DUE))


async def do(tools: Tools, key: str) -> None:
    run = {"key": key, "run": uuid4().hex, "lease": LEASE_S, "pid": os.getpid()}
    async with tools.database.begin() as session:
        claimed = (await session.execute(CLAIM, run)).first()
        if claimed is None:
            return
        await session.execute(ATTEMPT, run)
    if claimed.turns_out == "badly":
        raise RuntimeError("nobody expected this")
    if claimed.turns_out == "never":
        await asyncio.Event().wait()
    for _ in range(round(claimed.seconds / 0.25)):
        await asyncio.sleep(0.25)
        async with tools.database.begin() as session:
            await session.execute(HOLD, run)
    async with tools.database.begin() as session:
        if (await session.execute(FINISH, run)).first():
            await session.execute(EFFECT, run)


CHORES = {NAME: Job(name=NAME, work=do, due=due)}


class Ledger:
    """What the rows of a database say, looked at from outside."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self._connection.close()

    def run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        cursor = self._connection.execute(statement, values)  # type: ignore[arg-type]  # our own
        return cursor.fetchall() if cursor.description else []

    def number(self, statement: str) -> int:
        return int(str(self.run(statement)[0][0]))

    def plan(self, count: int, *, seconds: float = 0, named: str = "chore") -> None:
        """So many that are due, each of which takes this long."""
        self.run(
            "INSERT INTO chore (key, seconds) SELECT %s || n, %s FROM generate_series(1, %s) n",
            named, seconds, count,
        )  # fmt: skip

    @property
    def done(self) -> int:
        return self.number("SELECT count(DISTINCT key) FROM effect")

    @property
    def done_twice(self) -> int:
        return self.number("SELECT count(*) - count(DISTINCT key) FROM effect")
