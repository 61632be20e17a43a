"""What failed in a way nobody foresaw is shown to whoever runs the app."""

from datetime import timedelta

import pytest

from bot.doctor import Level, stuck
from commands.sync.sync import POISONED
from storage.database import Database
from tests.commands.practice import Practice, opened
from tests.commands.sync.desk import a_desk
from tests.commands.sync.scripted import ScriptedGateway, bills, the_end
from tests.conftest import Clock


@pytest.fixture
async def practice(database: Database, clock: Clock) -> Practice:
    return await opened(database, clock)


async def test_a_ledger_that_was_set_aside_is_named_until_it_works_again(
    practice: Practice, clock: Clock
) -> None:
    office = await a_desk(practice, ScriptedGateway(), clock)
    for _ in range(POISONED):
        with pytest.raises(ZeroDivisionError):
            await office.sync(ZeroDivisionError())
        clock.advance(practice.tools.sync_lease + timedelta(seconds=1))
    before = [finding async for finding in stuck(practice.database)]
    await office.sync()
    [found] = [finding async for finding in stuck(practice.database)]
    await office.due()
    await office.sync(the_end(1, bills(1), clock()))
    after = [finding async for finding in stuck(practice.database)]

    assert before == after == []
    assert found.level is Level.WARN
    assert "Acme Ltd failed" in found.what
    assert "tried again" in found.what
    assert office.organisation_id in found.remedy
