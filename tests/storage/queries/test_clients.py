"""Clients are found by what people type."""

import pytest

from storage.database import Database
from storage.models import Client
from storage.queries import clients
from tests.builders import NOW, WORKSPACE, a_client, a_workspace, save


def named(name: str, **over: object) -> Client:
    return a_client(name=name, name_key=name.casefold(), **over)


@pytest.fixture(autouse=True)
async def workspace(database: Database) -> None:
    await save(database, a_workspace())


async def found(database: Database, text: str, **wanted: object) -> list[str]:
    async with database.read() as session:
        return [c.name for c in await clients.search(session, WORKSPACE, text, **wanted)]


async def test_the_best_match_comes_first(database: Database) -> None:
    names = ["Black Acorn", "Acorn Dental", "Seacorner", "Acorn", "Bright Bakery"]
    await save(database, *map(named, names))

    assert await found(database, "acorn") == ["Acorn", "Acorn Dental", "Black Acorn", "Seacorner"]
    assert await found(database, "") == sorted(names)
    assert await found(database, "a%") == []


async def test_ten_thousand_clients_are_searched_and_counted(database: Database) -> None:
    await save(database, *(named(f"Client {number:05}") for number in range(10_000)))

    async with database.read() as session:
        counted = await clients.count(session, WORKSPACE, "client 099")
        everything = await clients.names(session, WORKSPACE)

    assert await found(database, "09999") == ["Client 09999"]
    assert len(await found(database, "client")) == 100
    assert (counted, len(everything)) == (100, 10_000)


async def test_archived_clients_are_found_when_asked_for(database: Database) -> None:
    await save(database, named("Acme"), named("Acme Old", archived_at=NOW))

    assert await found(database, "acme") == ["Acme"]
    assert await found(database, "acme", archived=True) == ["Acme Old"]
    assert await found(database, "acme", archived=None) == ["Acme", "Acme Old"]


async def test_only_the_clients_somebody_may_see_are_found(database: Database) -> None:
    acme, bakery = named("Acme"), named("Bright Bakery")
    await save(database, acme, bakery)

    assert await found(database, "", only={acme.id}) == ["Acme"]
    assert await found(database, "", only=set()) == []


async def test_a_name_finds_its_living_owner_first(database: Database) -> None:
    gone, here = named("Acme", archived_at=NOW), named("Acme", channel_id="C1")
    await save(database, gone, here)

    async with database.read() as session:
        same = await clients.named(session, WORKSPACE, "acme")
        there = await clients.in_channel(session, WORKSPACE, "C1")

    assert [client.id for client in same] == [here.id, gone.id]
    assert [client.id for client in there] == [here.id]
