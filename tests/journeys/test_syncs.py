"""One bot, of one process or of four, reads the books when a client is connected, when the ledger
speaks up, and after a cut.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys import books
from tests.journeys.office import PATIENCE_S, Office, channel_of, clients_in
from tests.journeys.places import in_each_place

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    in_each_place("syncs"),
]

SOON = timedelta(minutes=1)
SLOW_MS = 60_000  # of the call during which it is killed
STAY_AWAY_S = 5
UNDER_WAY = timedelta(seconds=2)


async def test_commands_are_answered_by_every_process_and_known_to_all(placed: Office) -> None:
    for number in range(6):  # Slack takes the connections in turn
        await placed.driver.ask("ana", "practice", f'/dext clients add "Fern {number}"', "Fern")
    listed = await placed.driver.ask("ana", "practice", "/dext clients fern", "Fern 5")

    assert len(clients_in(listed, "Fern")) == 6
    for log in placed.web_logs:
        assert "command" in log.read_text()


async def test_what_is_entered_in_the_ledger_is_read_within_a_minute(placed: Office) -> None:
    told = {
        "Acorn Dental": ("Xero", "Invoices and bills: 1 new"),
        "Bright Bakery": ("QuickBooks Online", "Invoices: 1 new"),
    }
    await placed.hear_ledgers()
    for client, (software, _) in told.items():
        await placed.connect("ana", client, software, client, purpose=books.HEALTH)
    first = {client: await placed.synced(client, "First sync") for client in told}
    for client in told:
        entered = datetime.now(UTC)
        await books.enter(placed, client, client)
        assert await books.announced(placed, client) - entered < SOON
        await books.let_time_pass(placed, client)

    for client, (_, words) in told.items():
        again = await placed.synced(client, words)
        both = {seen.ts: seen for seen in (first[client], again)}
        assert books.is_one_a_day([*both.values()]), "one message a client and day"
        assert await books.differences(placed, client, client) == set()


async def test_a_first_sync_cut_short_goes_on_where_it_was(placed: Office) -> None:
    client = "Ivy Property Lettings"
    await placed.fault(f"xero:{client}/Payments", "slow", ms=SLOW_MS)
    await placed.connect("ana", client, "Xero", client, purpose=books.HEALTH)
    where = channel_of(client)
    await placed.driver.read("ben", where, "is being synced", patience_s=PATIENCE_S)
    before = await books.copying(placed, client)
    cut_at = await placed.cut()
    done = await placed.synced(client, "First sync")
    read = [call.at for call in placed.calls("/Invoices") if call.organisation == client]

    assert max(read) < cut_at, "what was stored was read again"
    assert await books.copied(placed, client) >= before
    assert await books.differences(placed, client, client) == set()
    assert (await books.sync_of(placed, client)).error is None
    assert len(await placed.said(where, "is up to date")) == 1
    assert done.plain


async def test_when_the_vendor_says_stay_away_nobody_calls(placed: Office) -> None:
    client = "Harbour Café"
    await placed.fault(f"xero:{client}", "rate_minute", retry_after=STAY_AWAY_S)
    await placed.connect("ana", client, "Xero", client, purpose=books.HEALTH)
    await placed.synced(client, "First sync")
    [refused] = placed.calls("", status=429, of=client)
    told = refused.at + UNDER_WAY  # what had left before nobody can call back
    until = refused.at + timedelta(seconds=STAY_AWAY_S)
    calls = [call.at for call in placed.ledgers.log if call.organisation == client]

    assert max(calls) > until
    assert [at for at in calls if told < at < until] == []


async def test_people_ask_for_a_sync_and_are_told_directly(placed: Office) -> None:
    client = "Juniper Films"
    await placed.connect("ana", client, "Xero", client, purpose=books.HEALTH)
    await placed.synced(client, "First sync")
    where = channel_of(client)
    soon = await placed.driver.ask("ana", where, "/dext sync juniper", "asked for again")
    status = await placed.driver.ask("ben", "practice", "/dext status", "")
    page = await placed.connections(client, "synced")

    assert soon.is_private
    assert client not in status.plain, "Ben works for Acme only"
    assert "Sync now" in page.buttons
