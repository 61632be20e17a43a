"""SQLite under several processes (F24)."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from storage.database import Database
from storage.queries import clients
from tests.builders import a_client, a_workspace, save
from tests.storage.replicas import replicas

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

PROCESSES, TASKS, TIMES = 3, 4, 60


async def test_no_update_of_three_processes_is_lost_and_none_meets_a_lock(
    database: Database, database_url: str
) -> None:
    counter = a_client(name="0")
    await save(database, a_workspace(), counter)

    committed = await replicas(
        PROCESSES, "rename", database_url, counter.workspace_id, counter.id, TASKS, TIMES
    )

    async with database.read() as session:
        found = await clients.find(session, counter.workspace_id, counter.id)
    assert committed == [TASKS * TIMES] * PROCESSES
    assert found is not None
    assert int(found.name) == PROCESSES * TASKS * TIMES


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    client = a_client()
    await save(database, a_workspace(), client)

    async with database.begin() as writing:
        writing.add(a_client(name="Not committed yet"))
        await writing.flush()
        async with database.read() as reading:
            seen = await clients.names(reading, client.workspace_id)

    assert [one.name for one in seen] == [client.name]


async def test_waiting_for_another_process_ends(database: Database, database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async with Database.open(database_url, patience=timedelta(milliseconds=50)) as hasty:
        with pytest.raises(OperationalError, match="database is locked"):
            await save(hasty, a_workspace())

    other.execute("ROLLBACK")
    other.close()
    await save(database, a_workspace())
