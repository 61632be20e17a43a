"""What is as it should be is said in a line, and the exceptions by name."""

from datetime import timedelta

import pytest

from providers.books import BooksPage, Stream
from providers.errors import Lack, NotPermitted
from storage.models import Purpose, Status
from tests.builders import NOW
from tests.commands.connecting import drawn
from tests.commands.practice import ANA, Practice, buttons, words
from tests.commands.sync.desk import Desk, a_desk
from tests.commands.sync.scripted import INVOICES, ScriptedGateway, a_page, bills, the_end
from tests.commands.sync.test_digest import a_copy
from tests.conftest import Clock

RATES = Stream(name="TaxRates", title="tax rates", has_changes=False, every=timedelta(hours=20))
ASSETS = Stream(name="Assets", title="fixed assets")


@pytest.fixture
async def office(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, ScriptedGateway(), clock)


async def status(office: Desk) -> str:
    return words(drawn(await office.practice.say(ANA, "status acme")))


async def test_what_is_equally_fresh_is_said_in_one_line(office: Desk) -> None:
    office.gateway.streams = (INVOICES, RATES)
    rates = BooksPage(stream="TaxRates", is_last=True, is_whole=True)
    await office.sync(the_end(1, bills(1), office.clock()), rates)
    told = await status(office)

    assert "Everything is as of" in told
    assert "invoices" not in told
    assert "tax rates" not in told
    assert "Next sync" in told


async def test_what_is_older_is_named_with_its_age(office: Desk) -> None:
    office.gateway.streams = (INVOICES, RATES)
    rates = BooksPage(stream="TaxRates", is_last=True, is_whole=True)
    await office.sync(the_end(1, bills(1), office.clock()), rates)
    office.clock.advance(timedelta(hours=2))
    await office.practice.say(ANA, "sync acme")
    await office.sync(the_end(1, [], office.clock(), is_whole=False))
    told = await status(office)

    assert "but for what is below" in told
    assert ": tax rates" in told
    assert "invoices" not in told


async def test_what_is_left_out_is_named_with_what_it_needs(office: Desk) -> None:
    office.gateway.streams = (INVOICES, ASSETS)
    refused = NotPermitted("HTTP 401", needed="permission to read fixed assets", lack=Lack.PLAN)
    page = BooksPage(stream="Assets", is_last=True, refused=refused)
    await office.sync(page, the_end(1, bills(1), office.clock()))

    assert "Not included: fixed assets (needs permission to read fixed assets)" in await status(
        office
    )


async def test_while_it_runs_it_says_how_far_it_is(office: Desk) -> None:
    told = []

    async def look() -> None:
        told.append(await status(office))

    await office.sync(a_page(1, bills(1, 2)), look, the_end(2, bills(3), office.clock()))

    assert "Being synced since" in told[0]
    assert "2 records so far" in told[0]
    assert "Next sync" not in told[0]


async def test_lists_of_bookkeeping_have_their_own_line(practice: Practice, clock: Clock) -> None:
    await practice.has("Acme Ltd")
    await practice.connect("Acme Ltd", lists_read_at=NOW, lists_due_at=NOW + timedelta(hours=48))
    told = drawn(await practice.say(ANA, "status acme"))

    assert "Not connected for Data Health" in words(told)
    assert "Bookkeeping lists: read" in words(told)
    assert "Connect Data Health" in buttons(told)


async def test_the_practice_reads_exceptions_first_and_the_rest_in_a_line(
    practice: Practice, clock: Clock
) -> None:
    for number in range(12):
        await a_copy(practice, f"Client {number:02}", synced_at=NOW - timedelta(hours=number))
    await a_copy(practice, "Bad", synced_at=NOW, error="subscription_ended", trouble_since=NOW)
    await a_copy(practice, "Old", synced_at=NOW - timedelta(hours=40))
    await a_copy(practice, "New")
    await a_copy(practice, "Over", status=Status.EXPIRED, synced_at=NOW)
    told = drawn(await practice.say(ANA, "status"))
    named = [line.split("*")[1] for line in words(told).splitlines() if line[0] in "■▲○"]

    assert named[:2] == ["Over", "Bad"]
    assert sorted(named[2:]) == ["New", "Old"]  # where nothing was read yet sorts either way
    assert "The organisation’s subscription at Xero has ended." in words(told)
    assert "waiting for its first sync" in words(told)
    assert "● The other 12 clients are up to date, the oldest as of" in words(told)
    assert "Client 00" not in words(told)


async def test_a_practice_without_exceptions_has_one_line(practice: Practice, clock: Clock) -> None:
    await a_copy(practice, "Acme Ltd", synced_at=NOW)
    await practice.has("Bee Ltd")
    await practice.connect("Bee Ltd", purpose=Purpose.BOOKKEEPING, status=Status.ATTENTION)
    told = words(drawn(await practice.say(ANA, "status")))

    assert "● 1 client is up to date as of" in told
    assert "▲ 1 of 1 bookkeeping connection needs attention" in told


async def test_a_practice_with_nothing_connected_says_so(practice: Practice) -> None:
    assert "Nothing is connected yet" in words(await practice.say(ANA, "status"))
