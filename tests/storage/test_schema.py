"""Migrations lead to the models, once, whoever starts together."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from storage.database import Database
from storage.models import Entity, Workspace
from storage.schema import migrate, revision
from tests.builders import a_workspace, save


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Entity.metadata))


async def test_the_migrations_lead_to_the_models(database: Database) -> None:
    async with database.read() as session:
        found = await (await session.connection()).run_sync(differences)

    assert found == []


async def test_a_database_without_a_schema_says_so(unmigrated_url: str) -> None:
    async with Database.open(unmigrated_url) as database:
        before = await revision(database)
        await migrate(unmigrated_url)
        after = await revision(database)

    assert before.current is None
    assert not before.is_current
    assert after.is_current
    assert after.current == before.head


async def test_migrating_again_changes_nothing(database: Database, database_url: str) -> None:
    await save(database, a_workspace())

    await migrate(database_url)

    async with database.read() as session:
        assert await session.get(Workspace, a_workspace().id) is not None


async def test_processes_that_migrate_together_take_turns(unmigrated_url: str) -> None:
    await asyncio.gather(*(migrate(unmigrated_url) for _ in range(4)))

    async with Database.open(unmigrated_url) as database:
        assert (await revision(database)).is_current
