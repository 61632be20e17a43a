"""What failed in a way nobody foresaw is shown to whoever runs the app."""

from datetime import timedelta

import pytest

from bot.doctor import Level, sealed, stuck
from commands.sync.sync import POISONED
from storage.database import Database
from storage.vault import Vault
from tests.builders import a_grant, a_workspace, save
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


@pytest.mark.parametrize(
    ("stored", "ring", "level", "says"),
    [
        ("aa", "ab", None, ""),
        ("ab", "cab", Level.WARN, "2 are sealed with an older key"),
        ("ab", "a", Level.FAIL, "1 is sealed with a key that DEXT_SECRET_KEYS does not have"),
        ("ab", "c", Level.FAIL, "None of the keys in DEXT_SECRET_KEYS opens any of the 2 sign-ins"),
    ],
)
async def test_keys_are_told_by_what_they_open(
    database: Database, stored: str, ring: str, level: Level | None, says: str
) -> None:
    tokens = [Vault([key * 40]).seal("tokens", "grant:x") for key in stored]
    grants = [a_grant(sealed_tokens=each) for each in tokens]
    await save(database, a_workspace(), *grants)

    found = [each async for each in sealed(database, Vault([key * 40 for key in ring]))]

    assert [each.level for each in found] == ([level] if level else [])
    assert says in "".join(each.what for each in found)
