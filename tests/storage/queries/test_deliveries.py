"""A delivery counts once."""

import asyncio
from datetime import timedelta

from storage.database import Database
from storage.queries import deliveries
from tests.builders import NOW


async def note(database: Database, key: str) -> bool:
    async with database.begin() as session:
        return await deliveries.is_new(session, key, now=NOW)


async def test_of_deliveries_that_arrive_together_one_is_new(database: Database) -> None:
    found = await asyncio.gather(*(note(database, "event:1") for _ in range(8)))

    assert sorted(found) == [False] * 7 + [True]


async def test_of_many_keys_only_the_new_ones_are_told(database: Database) -> None:
    await note(database, "event:1")

    async with database.begin() as session:
        new = await deliveries.record(session, ["event:1", "event:2"], now=NOW)
        forgotten = await deliveries.forget(session, ["event:1"])

    assert (new, forgotten) == ({"event:2"}, 1)
    assert await note(database, "event:1")


async def test_old_ones_are_forgotten(database: Database) -> None:
    await note(database, "event:1")

    async with database.begin() as session:
        kept = await deliveries.purge(session, NOW)
        purged = await deliveries.purge(session, NOW + timedelta(seconds=1))

    assert (kept, purged) == (0, 1)
    assert await note(database, "event:1")
