"""What stands in the database of an office, read and changed behind the bot's back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sandbox.driver import awaited
from storage.database import Database
from storage.models import Client, Connection, Detachment, Entity, ListEntry, Purpose

PATIENCE_S = 30
LONG_AGO = timedelta(hours=1)
LEASES = [
    column
    for table in Entity.metadata.sorted_tables
    for column in table.columns
    if column.name.endswith("lease_until")
]


class Rows:
    """The database, whether the bot is at work on it or dead."""

    database_url: str

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Behind the bot's back."""
        async with Database.open(self.database_url) as database, database.begin() as session:
            yield session

    async def connection(self, client: str, purpose: Purpose = Purpose.BOOKKEEPING) -> Connection:
        """As it stands in the database."""
        async with Database.open(self.database_url) as database, database.read() as session:
            found = await session.scalar(
                select(Connection)
                .join(Client, Client.id == Connection.client_id)
                .where(Client.name == client, Connection.purpose == purpose)
            )
        assert found is not None
        return found

    async def entries(self, connection: Connection, kind: str | None = None) -> int:
        """How many list entries of it are stored."""
        found = select(func.count()).where(ListEntry.connection_id == connection.id)
        if kind is not None:
            found = found.where(ListEntry.kind == kind)
        async with Database.open(self.database_url) as database, database.read() as session:
            return await session.scalar(found) or 0

    async def reading(self, client: str, kind: str, purpose: Purpose = Purpose.BOOKKEEPING) -> None:
        """Wait until an import has stored entries of this list."""
        connection = await self.connection(client, purpose)

        async def look() -> bool | None:
            return await self.entries(connection, kind) > 0 or None

        await awaited(look, lambda: f"no {kind} of {client} were stored", PATIENCE_S)

    async def leases_run_out(self) -> None:
        """What a killed bot had in its hands is free again, as it would be in two minutes."""
        past = datetime.now(UTC) - LONG_AGO
        async with self.writing() as session:
            for lease in LEASES:
                held = update(lease.table).where(lease.is_not(None))
                await session.execute(held.values({lease.name: past}))
            untold = update(Detachment).where(Detachment.done_at.is_(None))
            await session.execute(untold.values(due_at=past))
