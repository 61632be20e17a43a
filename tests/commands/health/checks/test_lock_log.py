"""Lock dates are logged as they are seen, whenever the ledger describes the organisation."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from storage.database import Database
from storage.models import Purpose
from storage.queries import health
from tests.builders import WORKSPACE
from tests.commands.connecting import World
from tests.commands.connecting import world as made
from tests.conftest import Clock


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    async with made(database, clock) as opened:
        yield opened


async def test_a_changed_lock_date_is_written_down_once(world: World, clock: Clock) -> None:
    await world.practice.has("Acorn Dental")
    await world.connect("Acorn Dental", "Acorn Dental", purpose="data_health")
    await world.work("lists.refresh", "sync.bring")
    connection = await world.connection("Acorn Dental", Purpose.DATA_HEALTH)
    books = world.ledgers.organisation("Acorn Dental")
    for lock in (None, "2026-03-31"):
        if lock:
            fields = {"PeriodLockDate": lock}
            books.change("Organisation", books.profile.id, fields, at=clock())
        clock.advance(timedelta(hours=25))
        await world.work("lists.refresh", "sync.bring")
    async with world.database.read() as session:
        seen = await health.lock_dates(session, WORKSPACE, connection.organisation_id)

    assert [each.lock_date for each in seen][-1] == date(2026, 3, 31)
    assert len(seen) == 2
