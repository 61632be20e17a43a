"""One run at a time imports the lists of a connection, and nothing of a run that lost its turn."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage.database import Database
from storage.models import Connection
from storage.queries import connections, imports
from tests.builders import NOW, a_connected_client, a_workspace, save

LEASE = timedelta(seconds=45)


@pytest.fixture
async def connection(database: Database) -> Connection:
    client, organisation, grant, connection = a_connected_client()
    connection.lists_due_at = NOW
    await save(database, a_workspace(), client, organisation, grant, connection)
    return connection


async def claim(
    database: Database, connection: Connection, run_id: str, at: datetime = NOW
) -> Connection | None:
    async with database.begin() as session:
        return await imports.claim(session, connection.id, run_id=run_id, now=at, until=at + LEASE)


async def holds(database: Database, connection: Connection, run_id: str) -> bool:
    async with database.begin() as session:
        return await imports.hold(session, connection.id, run_id, until=NOW + LEASE)


async def test_of_runs_that_start_together_one_gets_the_lists(
    database: Database, connection: Connection
) -> None:
    found = await asyncio.gather(*(claim(database, connection, f"run-{n}") for n in range(8)))

    assert len([one for one in found if one is not None]) == 1


async def test_what_is_claimed_is_not_due_until_the_lease_ends(
    database: Database, connection: Connection
) -> None:
    async with database.read() as session:
        before = await imports.due(session, NOW)
    await claim(database, connection, "run-1")
    async with database.read() as session:
        during = await imports.due(session, NOW)
        after = await imports.due(session, NOW + LEASE + timedelta(seconds=1))

    assert (before, during, after) == ([connection.id], [], [connection.id])


async def test_a_run_that_lost_its_lease_is_fenced_off(
    database: Database, connection: Connection
) -> None:
    await claim(database, connection, "frozen")
    await claim(database, connection, "healthy", NOW + 2 * LEASE)

    async with database.begin() as session:
        finished = await imports.finish(
            session, connection.id, "frozen", now=NOW, next_at=NOW + timedelta(days=2)
        )

    assert not finished
    assert not await holds(database, connection, "frozen")
    assert await holds(database, connection, "healthy")


async def test_a_run_stops_when_somebody_disconnects(
    database: Database, connection: Connection
) -> None:
    await claim(database, connection, "run-1")
    async with database.begin() as session:
        found = await connections.find(session, connection.workspace_id, connection.id, lock=True)
        assert found is not None
        found.disconnect(by="U01ANA", now=NOW)

    assert not await holds(database, connection, "run-1")


async def test_whoever_disconnects_waits_for_the_page_being_stored(
    database: Database, connection: Connection
) -> None:
    await claim(database, connection, "run-1")
    order = []

    async def disconnect() -> None:
        async with database.begin() as session:
            found = await connections.find(
                session, connection.workspace_id, connection.id, lock=True
            )
            assert found is not None
            order.append("disconnected")

    async with database.begin() as session:
        assert await imports.hold(session, connection.id, "run-1", until=NOW + LEASE)
        disconnecting = asyncio.create_task(disconnect())
        await asyncio.sleep(0.1)
        order.append("stored")
    await disconnecting

    assert order == ["stored", "disconnected"]


async def test_finishing_and_failing_say_what_comes_next(
    database: Database, connection: Connection
) -> None:
    tomorrow = NOW + timedelta(days=1)
    await claim(database, connection, "run-1")
    async with database.begin() as session:
        assert await imports.fail(
            session, connection.id, "run-1", error="try_again", next_at=NOW + LEASE
        )
    await claim(database, connection, "run-2", NOW + LEASE)
    async with database.begin() as session:
        failed = await connections.find(session, connection.workspace_id, connection.id)
        assert failed is not None
        assert (failed.lists_attempts, failed.lists_error) == (1, "try_again")
        assert await imports.finish(
            session, connection.id, "run-2", now=NOW + LEASE, next_at=tomorrow
        )

    async with database.read() as session:
        done = await connections.find(session, connection.workspace_id, connection.id)
    assert done is not None
    assert (done.lists_attempts, done.lists_error, done.lists_due_at) == (0, None, tomorrow)
    assert done.version == 1, "an import does not make anybody's form stale"


async def test_asking_makes_the_lists_of_a_usable_connection_due(
    database: Database, connection: Connection
) -> None:
    later = NOW + timedelta(hours=1)
    key = (connection.workspace_id, connection.id)
    async with database.begin() as session:
        asked = await imports.ask(session, *key, by="U01ANA", now=later)
        found = await connections.find(session, *key)
        assert found is not None
        assert (asked, found.lists_due_at, found.lists_asked_by) == (True, later, "U01ANA")
        found.expire(reason="refresh_refused", now=later)
        await session.flush()

        assert not await imports.ask(session, *key, by="U01ANA", now=later)
