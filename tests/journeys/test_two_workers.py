"""Two web processes and two workers on one PostgreSQL: nobody is missed, nothing is done twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.sandbox.driver import awaited
from storage.database import Database
from storage.models import ledger
from tests.conftest import Postgres
from tests.journeys.office import PATIENCE_S, clients_in
from tests.journeys.replicas import Replicas, replicas

pytestmark = [pytest.mark.xdist_group("queue"), pytest.mark.timeout(300)]

CLIENT, CHANNEL = "Acorn Dental", "acorn-dental"
HEALTH = "Data Health"
PROMISED_S = 90.0  # from a worker's end until the other has done what it was at
SLOW_MS = 60_000  # of the call during which a worker is killed
STAY_AWAY_S = 10
UNDER_WAY = timedelta(seconds=2)


@pytest.fixture
async def office(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Replicas]:
    with postgres.database(postgres.template) as url:
        async with replicas(url, tmp_path) as ready:
            yield ready


async def documents(office: Replicas) -> int:
    async with Database.open(office.database_url) as database, database.read() as session:
        return await session.scalar(select(func.count()).select_from(ledger.documents)) or 0


async def some_documents(office: Replicas) -> None:
    async def look() -> int | None:
        return await documents(office) or None

    await awaited(look, lambda: "no documents were stored", PATIENCE_S)


async def test_a_sync_whose_worker_is_killed_is_finished_by_the_other(office: Replicas) -> None:
    await office.fault(f"xero:{CLIENT}/Payments", "slow", ms=SLOW_MS)
    await office.connect("ana", CLIENT, "Xero", CLIENT, purpose=HEALTH)
    await some_documents(office)
    killed = await office.worker_at("sync.bring")
    before = await documents(office)
    await office.kill_worker(killed)
    read = len(office.calls("/Invoices"))
    done = await office.synced(CLIENT, "First sync", patience_s=PROMISED_S)

    assert len(office.calls("/Invoices")) == read, "what was stored was read again"
    assert await documents(office) >= before
    assert len(await office.said(CHANNEL, "is up to date")) == 1
    assert done.plain
    assert not office.calls("", status=429)


async def test_when_the_vendor_says_stay_away_nobody_calls(office: Replicas) -> None:
    await office.fault(f"xero:{CLIENT}", "rate_minute", retry_after=STAY_AWAY_S)
    await office.connect("ana", CLIENT, "Xero", CLIENT, purpose=HEALTH)
    await office.synced(CLIENT, "First sync")
    [refused] = office.calls("", status=429)
    told = refused.at + UNDER_WAY  # what had left before nobody can call back
    until = refused.at + timedelta(seconds=STAY_AWAY_S)
    calls = [call.at for call in office.ledgers.log if call.organisation]

    assert max(calls) > until
    assert [at for at in calls if told < at < until] == []


async def test_commands_are_answered_by_either_and_known_to_both(office: Replicas) -> None:
    for number in range(6):  # Slack takes the connections in turn
        await office.driver.ask("ana", "practice", f'/dext clients add "Fern {number}"', "Fern")
    listed = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern 5")

    assert len(clients_in(listed, "Fern")) == 6
    for name in ("web-one", "web-another"):
        assert "command" in office.log_of(name).read_text()
