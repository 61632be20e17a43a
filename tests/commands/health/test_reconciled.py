"""What somebody reconciles in QuickBooks is reconciled here with the next sync, however much."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.ledgers.quickbooks.keeping.marks import Mark
from storage.database import Database
from storage.models import Purpose
from storage.queries import gathered, syncs
from tests.builders import WORKSPACE
from tests.commands.connecting import World
from tests.commands.connecting import world as made
from tests.commands.practice import ANA
from tests.conftest import Clock

BAKERY = "Bright Bakery"
TODAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
MANY = 40


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    clock.advance(TODAY - clock())
    async with made(database, clock) as opened:
        yield opened


async def unreconciled(world: World) -> set[str]:
    connection = await world.connection(BAKERY, Purpose.DATA_HEALTH)
    async with world.database.read() as session:
        every = await gathered.everything(session, WORKSPACE, connection.organisation_id)
    own = [each.finding for each in every if each.finding.code == "unreconciled-transactions"]
    return {record["remote_id"] for each in own for record in each.body["records"]}


async def synced(world: World, clock: Clock, after: timedelta) -> None:
    clock.advance(after)
    connection = await world.connection(BAKERY, Purpose.DATA_HEALTH)
    async with world.database.begin() as session:
        await syncs.ask(session, WORKSPACE, connection.organisation_id, by=ANA, now=clock())
    await world.work("lists.refresh", "sync.bring", "health.recalculate")


async def test_marks_are_read_again_after_ten_minutes_and_may_all_go_at_once(
    world: World, clock: Clock
) -> None:
    books = world.ledgers.organisation(BAKERY)
    rows = [row for row in books.rows("Purchase") if row.fields["TxnDate"] < "2026-10-01"][-MANY:]
    books.marks |= {row.id: Mark.UNCLEARED for row in rows}
    await world.practice.has(BAKERY)
    await world.connect(BAKERY, BAKERY, software="quickbooks", purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    before = await unreconciled(world)
    books.marks |= {row.id: Mark.RECONCILED for row in rows}
    await synced(world, clock, timedelta(minutes=6))
    soon = await unreconciled(world)
    await synced(world, clock, timedelta(minutes=6))
    later = await unreconciled(world)

    assert {row.id for row in rows} <= before
    assert soon == before
    assert not {row.id for row in rows} & later
