"""Lists come in a page at a time and are found again."""

from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.models import Connection, ListEntry
from storage.queries import lists
from storage.queries.lists import KnownEntry
from tests.builders import NOW, a_connected_client, a_workspace, save

LATER = NOW + timedelta(days=2)


@pytest.fixture
async def connection(database: Database) -> Connection:
    client, organisation, grant, connection = a_connected_client()
    await save(database, a_workspace(), client, organisation, grant, connection)
    return connection


def an_entry(remote_id: str, name: str = "", **over: Any) -> ListEntry:
    known = {
        "workspace_id": "",
        "connection_id": "",
        "kind": "accounts",
        "remote_id": remote_id,
        "record": "account",
        "name": name or f"Account {remote_id}",
        "digest": "0",
        "run_id": "run-1",
        "first_seen_at": NOW,
    }
    return ListEntry(**(known | over))


async def store(database: Database, connection: Connection, *entries: ListEntry) -> None:
    async with database.begin() as session:
        await lists.save(session, connection.workspace_id, connection.id, entries)


async def found(
    database: Database, connection: Connection, text: str = "", **wanted: Any
) -> list[str]:
    key = (connection.workspace_id, connection.id, "accounts")
    async with database.read() as session:
        entries = await lists.search(session, *key, text, **wanted)
        wanted.pop("limit", None)
        wanted.pop("offset", None)
        counted = await lists.count(session, *key, text, **wanted)
    assert counted >= len(entries)
    return [entry.name for entry in entries]


async def test_a_page_larger_than_a_statement_is_stored_whole(
    database: Database, connection: Connection
) -> None:
    await store(database, connection, *(an_entry(str(number)) for number in range(1_001)))

    async with database.read() as session:
        known = await lists.known(session, connection.workspace_id, connection.id, "accounts")
        counts = await lists.counts(session, connection.workspace_id, connection.id)

    assert len(known) == 1_001
    assert known["7"] == KnownEntry("Account 7", "0", active=True, removed=False)
    assert counts == {("accounts", "account"): 1_001}


async def test_a_second_reading_overwrites_all_but_the_first_sight(
    database: Database, connection: Connection
) -> None:
    await store(database, connection, an_entry("1", "Sales", removed_at=NOW))
    renamed = an_entry("1", "Turnover", code="200", digest="1", first_seen_at=LATER, run_id="run-2")
    await store(database, connection, renamed)

    async with database.read() as session:
        (entry,) = await lists.search(session, connection.workspace_id, connection.id, "accounts")

    assert (entry.name, entry.code, entry.digest, entry.run_id) == (
        "Turnover",
        "200",
        "1",
        "run-2",
    )
    assert (entry.first_seen_at, entry.removed_at) == (NOW, None)


async def test_what_a_complete_run_did_not_meet_is_removed_once(
    database: Database, connection: Connection
) -> None:
    await store(database, connection, an_entry("1", "Sales"), an_entry("2", "Gone"))
    key = (connection.workspace_id, connection.id, "accounts")
    async with database.begin() as session:
        await lists.mark_seen(session, *key, ["1"], run_id="run-2")
        first = await lists.remove_unseen(session, *key, run_id="run-2", now=LATER)
        second = await lists.remove_unseen(session, *key, run_id="run-2", now=LATER)
        known = await lists.known(session, *key)

    assert (first, second) == ({"2": "Gone"}, {})
    assert [known["1"].removed, known["2"].removed] == [False, True]


async def test_searching_knows_names_codes_and_no_case(
    database: Database, connection: Connection
) -> None:
    await store(
        database,
        connection,
        an_entry("1", "Über-travel", code="493"),
        an_entry("2", "Travel"),
        an_entry("3", "Sales 100% exempt", code="200"),
        an_entry("4", "Archived travel", active=False),
        an_entry("5", "Removed travel", removed_at=NOW),
    )

    assert await found(database, connection, "TRAVEL") == ["Travel", "Über-travel"]
    assert await found(database, connection, "ÜBER") == ["Über-travel"]
    assert await found(database, connection, "200") == ["Sales 100% exempt"]
    assert await found(database, connection, "100%") == ["Sales 100% exempt"]
    assert await found(database, connection, "_") == []
    assert len(await found(database, connection, "travel", inactive=True)) == 4
    assert await found(database, connection, limit=1, offset=1) == ["Travel"]


async def test_entries_can_be_limited_to_a_true_detail(
    database: Database, connection: Connection
) -> None:
    await store(
        database,
        connection,
        an_entry("1", "Supplier", details={"is_supplier": True}),
        an_entry("2", "Customer", details={"is_supplier": False}),
        an_entry("3", "Neither", details={}),
    )

    assert await found(database, connection, having="is_supplier") == ["Supplier"]


async def test_a_list_can_be_put_in_an_order_of_our_own(
    database: Database, connection: Connection
) -> None:
    await store(
        database,
        connection,
        an_entry("1", "Sales", code="200"),
        an_entry("2", "Bank", code="90"),
        an_entry("3", "Old", code="10", active=False),
    )
    key = (connection.workspace_id, connection.id, "accounts")

    async with database.read() as session:
        places = await lists.places(session, *key)
        everything = await lists.places(session, *key, inactive=True)
        asked = await lists.some(session, *key, ["2", "none", "1"])

    assert {(place.code, place.name) for place in places} == {("200", "Sales"), ("90", "Bank")}
    assert len(everything) == 3
    assert [entry.name for entry in asked] == ["Bank", "Sales"]


async def test_tax_rates_are_named_by_code_and_by_id(
    database: Database, connection: Connection
) -> None:
    await store(
        database,
        connection,
        an_entry("7", "20% (VAT on Income)", kind="tax", code="OUTPUT2"),
        an_entry("8", "Exempt", kind="tax", active=False),
        an_entry("9", "An account"),
    )

    async with database.read() as session:
        named = await lists.tax_names(session, connection.workspace_id, connection.id, "tax")

    assert named == {"7": "20% (VAT on Income)", "OUTPUT2": "20% (VAT on Income)", "8": "Exempt"}


async def test_entries_are_erased_with_their_connection_only(
    database: Database, connection: Connection
) -> None:
    other = a_connected_client(name="Bright Bakery")
    await save(database, *other)
    await store(database, connection, an_entry("1"), an_entry("2"))
    await store(database, other[3], an_entry("1"))

    async with database.begin() as session:
        erased = await lists.erase(session, connection.workspace_id, connection.id)
        left = await lists.known(session, other[3].workspace_id, other[3].id, "accounts")

    assert (erased, list(left)) == (2, ["1"])
