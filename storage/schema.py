"""Bringing a database to the schema of this version, and telling whether it is there."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database, migrating_engine

_LOCK = 0x64657874  # "dext" in ASCII: a number nobody else is likely to lock


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """Where a database stands: `current` is None before the first migration."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        return self.current == self.head


def configuration() -> Config:
    """What alembic needs, without a file: the migrations travel with the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def migrate(database_url: str) -> Revision:
    """Apply what is missing, in one transaction; processes that start together take turns.

    Answers where the database stood before.
    """
    engine = migrating_engine(database_url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def revision(database: Database) -> Revision:
    """Compare the database with this version, changing nothing."""
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(_stands)


def _stands(connection: Connection) -> Revision:
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return Revision(
        current=MigrationContext.configure(connection).get_current_revision(), head=head
    )


def _upgrade(connection: Connection) -> Revision:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))  # the role's is for short work
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = _stands(connection)
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before
