"""Many ledgers that are due, and a database that writes down by itself who stored what of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, text

from storage.database import Database
from storage.models import Purpose, Sync
from storage.queries import syncs
from tests.bot.jobs.bookkeeper import PAGES
from tests.builders import (
    WORKSPACE,
    a_client,
    a_connection,
    a_grant,
    a_workspace,
    an_organisation,
    save,
)

STORED = "CREATE TABLE stored (n {serial}, organisation_id text, read int, run_id text, who text)"
NOTE = (
    "INSERT INTO stored (organisation_id, read, run_id, who)"
    " SELECT NEW.organisation_id, NEW.read, run_id, {who} FROM syncs"
    " WHERE organisation_id = NEW.organisation_id;"
)
SQLITE = (
    STORED.format(serial="INTEGER PRIMARY KEY"),
    f"CREATE TRIGGER first_pages AFTER INSERT ON sync_streams BEGIN {NOTE.format(who='NULL')} END",
    f"CREATE TRIGGER pages AFTER UPDATE ON sync_streams BEGIN {NOTE.format(who='NULL')} END",
)
POSTGRES = (
    STORED.format(serial="bigserial PRIMARY KEY"),
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    + NOTE.format(who="current_setting('application_name')")
    + " RETURN NEW; END $$",
    "CREATE TRIGGER pages AFTER INSERT OR UPDATE ON sync_streams"
    " FOR EACH ROW EXECUTE FUNCTION note()",
)


class Ledgers:
    """Looked at from outside, through a database of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.grant = a_grant()
        self.count = 0

    async def open(self) -> None:
        async with self.database.begin() as session:
            for statement in SQLITE if self.database.is_sqlite else POSTGRES:
                await session.execute(text(statement))
        await save(self.database, a_workspace(), self.grant)

    async def plan(self, count: int, *, later: timedelta = timedelta()) -> list[str]:
        """So many more that are due now or later; their ids."""
        rows: list[Any] = []
        ids: list[str] = []
        for number in range(self.count, self.count + count):
            client = a_client(name=f"Client {number}")
            organisation = an_organisation()
            health = {"purpose": Purpose.DATA_HEALTH}
            connection = a_connection(client, organisation, self.grant, **health)
            rows += [client, organisation, connection]
            ids.append(organisation.id)
        await save(self.database, *rows)
        async with self.database.begin() as session:
            for own in ids:
                await syncs.schedule(session, WORKSPACE, own, now=datetime.now(UTC) + later)
        self.count += count
        return ids

    async def workers(self) -> int:
        """How many are ready."""
        async with self.database.read() as session:
            ready = text("SELECT count(*) FROM procrastinate_workers")
            return await session.scalar(ready) or 0

    async def done(self) -> int:
        async with self.database.read() as session:
            synced = select(func.count()).where(Sync.synced_at.is_not(None))
            return await session.scalar(synced) or 0

    async def rows(self, which: str = "true") -> Sequence[Any]:
        """(organisation, records so far, run, who), in the order in which they were stored."""
        asked = f"SELECT organisation_id, read, run_id, who FROM stored WHERE {which} ORDER BY n"
        async with self.database.read() as session:
            return (await session.execute(text(asked))).all()

    async def is_faultless(self) -> bool:
        """Every page was stored once, in order, and one run had ended before the next began."""
        rows = sorted(await self.rows(), key=lambda row: row.organisation_id)
        for _, pages in groupby(rows, key=lambda row: row.organisation_id):
            told = list(pages)
            runs = [run for run, _ in groupby(row.run_id for row in told)]
            reads = [row.read for row in told]
            if len(runs) != len(set(runs)) or reads != sorted(set(reads)) or len(reads) != PAGES:
                return False
        return True


async def until(is_so: Callable[[], Awaitable[bool]], within_s: float) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not await is_so():
        assert time.monotonic() - began < within_s, f"it did not come to pass in {within_s} s"
        await asyncio.sleep(0.1)
    return time.monotonic() - began
