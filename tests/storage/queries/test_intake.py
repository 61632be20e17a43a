"""What waits to be read is had by one run at a time, which says that it is alive."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.models import Client, Item
from storage.queries import intake, items
from tests.builders import NOW, WORKSPACE, a_client, a_workspace, save

LEASE = timedelta(seconds=45)


@pytest.fixture
async def acme(database: Database) -> Client:
    client = a_client()
    await save(database, a_workspace(), client)
    return client


async def waiting(database: Database, client: Client) -> Item:
    async with database.begin() as session:
        item = await items.add(
            session, WORKSPACE, client.id, by="U01BEN", source="upload", title="a", now=NOW
        )
        item.due_at = NOW
    return item


async def claimed(database: Database, item: Item, run_id: str, after: timedelta) -> bool:
    now = NOW + after
    async with database.begin() as session:
        found = await intake.claim(session, item.id, run_id=run_id, now=now, until=now + LEASE)
    return found is not None


async def extended(database: Database, item: Item, run_id: str, after: timedelta) -> bool:
    async with database.begin() as session:
        return await intake.extend(session, item.id, run_id, until=NOW + after + LEASE)


async def test_one_run_has_it_until_it_has_been_silent_for_long(
    database: Database, acme: Client
) -> None:
    item = await waiting(database, acme)
    turns = [
        await claimed(database, item, "one", timedelta()),
        await claimed(database, item, "two", LEASE / 2),
        await extended(database, item, "one", LEASE / 2),
        await claimed(database, item, "two", LEASE + LEASE / 4),
        await claimed(database, item, "two", LEASE * 2),
        await extended(database, item, "one", LEASE * 2),
    ]

    assert turns == [True, False, True, False, True, False]


async def test_who_has_lost_it_does_not_get_it_back_by_holding(
    database: Database, acme: Client
) -> None:
    item = await waiting(database, acme)
    await claimed(database, item, "one", timedelta())
    await claimed(database, item, "two", LEASE * 2)
    async with database.begin() as session:
        lost = await intake.held(session, item.id, "one")
        own = await intake.held(session, item.id, "two")

    assert lost is None
    assert own is not None
