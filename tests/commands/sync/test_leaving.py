"""F29: who disconnects while a sync runs ends it at its next page, and what is erased stays so."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from commands.connections.erasure import erase
from commands.sync.sync import bring
from providers.books import BooksPage, Walk
from storage.models import Connection, Purpose, Status, Sync, SyncStream, ledger
from tests.commands.connecting import World
from tests.commands.practice import ANA
from tests.conftest import Clock

CLIENT, ORGANISATION = "Acme Ltd", "Acme Limited"
MOMENTS = (0, 1, 4, 9)  # pages that have been read by then


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A gateway that lets something happen after each page has left the vendor, before it is
    stored."""

    gateway: Any
    happens: Callable[[int], Awaitable[None]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gateway, name)

    @asynccontextmanager
    async def open(self, key: str, **how: Any) -> AsyncIterator["Interrupted"]:
        async with self.gateway.open(key, **how) as books:
            yield replace(self, gateway=books)

    async def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        count = 0
        async for page in self.gateway.sync(walks):
            await self.happens(count)
            count += 1
            yield page


async def rows(world: World, connection: Connection) -> int:
    """Everything that is stored of its books."""
    found = 0
    async with world.database.read() as session:
        for table in (*ledger.RECORDS, *ledger.PARTS):
            own = table.c.organisation_id == connection.organisation_id
            found += await session.scalar(select(func.count()).select_from(table).where(own)) or 0
    return found


async def interrupted(world: World, moment: int, leave: Callable[[], Awaitable[None]]) -> int:
    """Sync, and leave when so many pages are stored; how many rows there were then."""
    left: list[int] = []

    async def happens(count: int) -> None:
        if count == moment:
            await leave()
            left.append(await rows(world, await world.connection(CLIENT, Purpose.DATA_HEALTH)))

    connection = await world.connection(CLIENT, Purpose.DATA_HEALTH)
    tools = replace(world.tools, gateway=Interrupted(world.tools.gateway, happens))
    await bring(tools, connection.organisation_id)
    assert left, "it was over before"
    return left[0]


async def press(world: World, command: str, **typed: str) -> None:
    now = await world.connection(CLIENT, Purpose.DATA_HEALTH)
    asked = world.invocation(command, connection=now.id, version=now.version, **typed)
    await world.practice.press(ANA, asked)


@pytest.fixture
async def connection(world: World) -> Connection:
    await world.practice.has(CLIENT)
    return await world.connect(CLIENT, ORGANISATION, purpose="data_health")


@pytest.mark.parametrize("moment", MOMENTS)
async def test_disconnecting_stops_it_at_the_next_page_and_keeps_what_is_here(
    world: World, connection: Connection, moment: int
) -> None:
    left = await interrupted(world, moment, lambda: press(world, "connections.disconnect_now"))
    await world.work()
    after = await world.connection(CLIENT, Purpose.DATA_HEALTH)
    [state] = await world.all(Sync)

    assert after.status is Status.DISCONNECTED
    assert await rows(world, connection) == left
    assert (left > 0) == (moment > 0)
    assert (state.synced_at, state.lease_until) == (None, None)
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_deleting_leaves_nothing_and_nothing_comes_back(
    world: World, clock: Clock, connection: Connection, moment: int
) -> None:
    async def leave() -> None:
        await press(world, "connections.delete_now", typed=CLIENT)
        clock.advance(timedelta(minutes=11))
        await erase(world.tools, connection.id)

    left = await interrupted(world, moment, leave)
    await world.work()

    assert (left, await rows(world, connection)) == (0, 0)
    assert await world.all(SyncStream) == []
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]
