"""Transactions on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import column, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from storage.database import Database, address, role_timeouts
from storage.models import Client, Connection, Organisation, Role, Workspace
from tests.builders import (
    a_client,
    a_connected_client,
    a_person,
    a_workspace,
    an_organisation,
    save,
)


async def test_what_was_written_is_read_back_equal_in_type_and_zone(database: Database) -> None:
    client, organisation, grant, connection = a_connected_client()
    await save(database, connection, grant, organisation, client, a_workspace())

    async with database.read() as session:
        found = await session.get_one(Connection, connection.id)

    assert found.status is connection.status
    assert found.connected_at == connection.connected_at
    assert found.connected_at.utcoffset() is not None
    assert found.version == 1


async def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.begin() as session:
            session.add(a_workspace())
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.read() as session:
        assert await session.get(Workspace, a_workspace().id) is None


async def test_whoever_writes_on_and_on_leaves_others_their_turn(database: Database) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    for number in range(5):
        await save(database, a_workspace(id=f"T{number}"))
    waiting.cancel()

    assert turns >= 5


async def test_a_commit_that_fails_leaves_nothing_open(database: Database) -> None:
    async def fail() -> None:
        async with database.begin() as session:
            await session.execute(text("PRAGMA defer_foreign_keys = on"))
            session.add(a_person(workspace_id="T0NOBODY"))

    if database.is_sqlite:  # where keys can be checked by COMMIT itself
        with pytest.raises(IntegrityError):
            await fail()
    await save(database, a_workspace())

    async with database.read() as session:
        assert await session.get(Workspace, a_workspace().id) is not None


async def test_vacuuming_shows_the_planner_what_is_there(database: Database) -> None:
    table = Workspace.__table__
    await save(database, a_workspace())
    await database.vacuum([table])
    counted = text("SELECT reltuples FROM pg_class WHERE relname = :name")

    if database.is_sqlite:
        return  # plans without
    async with database.read() as session:
        assert await session.scalar(counted, {"name": table.name}) == 1


async def test_a_reading_session_cannot_write(database: Database) -> None:
    async with database.read() as session:
        session.add(a_workspace())

        with pytest.raises(DBAPIError, match=r"read-?only"):
            await session.flush()


async def test_a_transaction_within_a_transaction_is_a_mistake_and_not_a_standstill(
    database: Database,
) -> None:
    async with database.begin():
        with pytest.raises(AssertionError):
            await save(database, a_workspace())


async def test_rows_of_one_transaction_are_written_in_any_order(database: Database) -> None:
    client, organisation, grant, connection = a_connected_client()

    await save(database, connection, organisation, grant, client, a_workspace())
    with pytest.raises(IntegrityError):
        await save(database, a_client(workspace_id="T0NOWHERE"))


async def test_words_are_stored_and_not_names_of_constants(database: Database) -> None:
    await save(database, a_workspace(), a_person(role=Role.PRACTICE_ADMIN))

    async with database.read() as session:
        stored = await session.scalar(text("SELECT role FROM people"))

    assert stored == "practice_admin"


async def test_two_people_with_the_same_picture_cannot_both_change_it(database: Database) -> None:
    client = a_client()
    await save(database, a_workspace(), client)
    async with database.read() as session:
        shown = await session.get_one(Client, client.id)
    async with database.begin() as session:
        (await session.get_one(Client, client.id)).name = "Acme Limited"

    async def rename_too() -> None:
        async with database.begin() as session:
            session.add(shown)
            shown.name = "Acme plc"

    with pytest.raises(StaleDataError):
        await rename_too()


async def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = datetime(2026, 6, 3, 10, 0)

    with pytest.raises(StatementError, match="time zone"):
        await save(database, a_workspace(created_at=naive))


async def test_instants_of_other_zones_come_back_as_the_same_instant(database: Database) -> None:
    auckland = datetime(2026, 6, 3, 22, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    await save(database, a_workspace(created_at=auckland))

    async with database.read() as session:
        found = await session.get_one(Workspace, a_workspace().id)

    assert found.created_at == auckland
    assert found.created_at.utcoffset() == timedelta(0)


async def test_json_columns_take_instants_and_decimals(database: Database) -> None:
    details = {"at": datetime(2026, 6, 3, tzinfo=UTC), "rate": Decimal("17.5"), "role": Role.NONE}
    await save(database, a_workspace(), an_organisation(details=details))

    async with database.read() as session:
        found = (await session.scalars(select(Organisation))).one()

    assert found.details == {"at": "2026-06-03T00:00:00Z", "rate": "17.5", "role": "none"}


async def test_an_address_we_cannot_serve_is_refused() -> None:
    for url in ("mysql://localhost/dext", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match=r"(?i)sqlite"):
            address(url)


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
async def test_connections_the_server_closed_are_replaced_unnoticed(database: Database) -> None:
    await save(database, a_workspace())
    async with database.read() as session:
        assert await session.scalar(select(Workspace.id)) is not None

    async with database.begin() as session:
        mine = func.pg_backend_pid()
        others = text("datname = current_database()")
        closing = select(func.pg_terminate_backend(column("pid"))).select_from(
            text("pg_stat_activity")
        )
        await session.execute(closing.where(others, column("pid") != mine))

    async with database.read() as session:
        assert await session.scalar(select(Workspace.id)) is not None


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
async def test_the_time_outs_of_the_role_are_told(database: Database) -> None:
    told = await role_timeouts(database)

    assert told == {"idle_in_transaction_session_timeout": "0", "lock_timeout": "0"}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_sqlite_has_no_time_outs_to_tell(database: Database) -> None:
    assert await role_timeouts(database) == {}
