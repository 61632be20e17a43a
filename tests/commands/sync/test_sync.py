"""A sync keeps what it read, goes on where it stopped, and says what came of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.errors import Refused
from commands.heartbeat import LEASE
from commands.sync.notices import take
from commands.sync.sync import GATHER, POISONED, bring
from providers.books import BooksPage, Walk
from providers.errors import LimitScope, NotPermitted, RateLimited, TryAgain
from providers.notices import Notice
from storage.models import Organisation
from tests.commands.practice import ANA, BEN, CHLOE, Practice, words
from tests.commands.sync.desk import Desk, a_desk, ids
from tests.commands.sync.scripted import (
    CONTACTS,
    INVOICES,
    ITEMS,
    ScriptedGateway,
    a_bill,
    a_page,
    bills,
    the_end,
)
from tests.conftest import Clock


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
async def office(practice: Practice, gateway: ScriptedGateway, clock: Clock) -> Desk:
    return await a_desk(practice, gateway, clock)


async def test_the_first_sync_brings_everything_and_says_so_once(office: Desk) -> None:
    at = office.clock()
    await office.sync(
        a_page(1, bills(1, 2), total=3),
        the_end(2, bills(3), at, total=3),
    )
    state = await office.state()

    assert await office.ids() == ids(1, 2, 3)
    assert office.gateway.asked == [[Walk(stream="Invoices")]]
    assert state.synced_at == office.clock()
    assert state.due_at is not None
    assert "Acme Ltd is up to date" in office.said.replace("*", "")
    assert "First sync: 3 records" in office.said
    assert len(office.cards) == 1


async def test_the_next_night_reads_what_changed_since(office: Desk) -> None:
    at = office.clock()
    await office.sync(the_end(1, bills(1, 2), at))
    await office.due()
    changes = [a_bill(2, number="changed"), a_bill(3)]
    await office.sync(the_end(1, changes, office.clock(), is_whole=False, gone=["bill-0001"]))

    assert office.gateway.asked[-1] == [Walk(stream="Invoices", since=at)]
    assert office.gateway.background == [False, True]
    assert await office.ids() == ids(2, 3)
    assert "1 new, 1 changed, 1 gone" in office.said


async def test_a_night_without_changes_says_just_that(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    await office.due()
    await office.sync(the_end(1, bills(1), office.clock(), is_whole=False))

    assert "Nothing has changed" in office.said


async def test_a_sync_cut_short_goes_on_at_the_next_page(office: Desk) -> None:
    at = office.clock()
    await office.sync(a_page(1, bills(1, 2)), a_page(2, bills(3, 4)), TryAgain("HTTP 503"))
    stopped = await office.state()
    await office.due()
    await office.sync(the_end(3, bills(5), at))

    assert stopped.error == "vendor_silent"
    assert office.gateway.asked[1] == [Walk(stream="Invoices", resume={"page": 2})]
    assert await office.ids() == ids(1, 2, 3, 4, 5)
    assert (await office.state()).error is None


async def test_a_spent_day_says_how_much_is_here_and_when_it_goes_on(office: Desk) -> None:
    until = office.clock() + timedelta(hours=9)
    spent = RateLimited(scope=LimitScope.DAY, until=until)
    await office.sync(a_page(1, bills(1, 2), total=900), spent)
    state = await office.state()

    assert state.due_at == until
    assert "allows no more calls today" in office.said
    assert "Acme Ltd is 0 % read" in office.said.replace("*", "")
    assert "2 of about 900 records are here and stay" in office.said
    assert "nothing is lost" in office.said


async def test_what_a_whole_walk_does_not_meet_is_gone(office: Desk) -> None:
    await office.sync(the_end(1, bills(*range(30)), office.clock()))
    await office.due()
    await office.sync(
        a_page(1, bills(*range(20))), the_end(2, bills(*range(21, 30)), office.clock())
    )

    assert await office.ids() == ids(*[n for n in range(30) if n != 20])
    assert "1 gone" in office.said


async def test_much_missing_at_once_waits_for_a_person(office: Desk) -> None:
    await office.sync(the_end(1, bills(*range(30)), office.clock()))
    await office.due()
    await office.sync(the_end(1, bills(*range(10)), office.clock()))
    doubted, said = await office.ids(), office.said
    accept = office.told[-1].reply
    invocation = next(
        item.does
        for part in accept.parts
        for item in getattr(part, "items", ())
        if item.label == "They are gone"
    )
    await office.practice.press(ANA, invocation)
    await office.sync(the_end(1, bills(*range(10)), office.clock()))

    assert doubted == ids(*range(30))
    assert "20 of 30 invoices and bills are missing" in said
    assert await office.ids() == ids(*range(10))


async def test_an_emptied_ledger_is_doubted_too(office: Desk) -> None:
    await office.sync(the_end(1, bills(*range(30)), office.clock()))
    await office.due()
    await office.sync(the_end(1, [], office.clock()))

    assert await office.ids() == ids(*range(30))
    assert "30 of 30" in office.said


@pytest.mark.parametrize("is_joined", [True, False])
async def test_a_stream_that_a_page_mentions_joins_the_others_or_is_read_after_them(
    office: Desk, gateway: ScriptedGateway, *, is_joined: bool
) -> None:
    gateway.streams = (INVOICES, ITEMS)
    first = a_page(1, bills(1), mentions=frozenset({"Items"}))
    last = the_end(2, bills(2), office.clock())
    items = BooksPage(stream="Items", is_last=True, is_whole=True, watermark=office.clock())
    gateway.scripts = [[first, items, last]] if is_joined else [[first, last], [items]]
    office.clock.advance(timedelta(seconds=30))
    await bring(office.practice.tools, office.organisation_id)

    both = [Walk(stream="Invoices"), Walk(stream="Items")]
    assert gateway.asked == [both] if is_joined else [both, [Walk(stream="Items", resume={})]]
    assert gateway.scripts == []
    assert await office.ids() == ids(1, 2)
    assert (await office.state()).error is None


async def test_a_stream_the_plan_lacks_is_named_and_the_others_are_read(
    office: Desk, gateway: ScriptedGateway
) -> None:
    gateway.streams = (INVOICES, CONTACTS)
    lacking = NotPermitted("HTTP 401", needed="a larger plan")
    refused = BooksPage(stream="Contacts", is_last=True, refused=lacking)
    await office.sync(refused, the_end(1, bills(1), office.clock()))

    assert await office.ids() == ids(1)
    assert "contacts (needs a larger plan)" in office.said


async def test_a_sync_stops_at_the_page_after_disconnecting(office: Desk) -> None:
    await office.sync(a_page(1, bills(1)), office.disconnect, the_end(2, bills(2), office.clock()))
    state = await office.state()

    assert await office.ids() == ids(1)
    assert state.synced_at is None
    assert "up to date" not in office.said


async def test_a_poisoned_ledger_is_set_aside_and_told_of_once(office: Desk) -> None:
    for _ in range(POISONED):
        with pytest.raises(ZeroDivisionError):
            await office.sync(ZeroDivisionError())
        office.clock.advance(LEASE)
    await office.sync()
    state = await office.state()
    told = len(office.told)
    await bring(office.practice.tools, office.organisation_id)

    assert state.error == "stuck"
    assert "Something went wrong on our side" in office.said
    assert len(office.told) == told


async def test_a_sync_that_is_told_to_end_hands_over_at_once(office: Desk) -> None:
    at = office.clock()
    with pytest.raises(asyncio.CancelledError):
        await office.sync(a_page(1, bills(1)), asyncio.CancelledError())
    await office.sync(the_end(2, bills(2), at))

    assert office.gateway.asked[1] == [Walk(stream="Invoices", resume={"page": 1})]
    assert await office.ids() == ids(1, 2)


async def test_asking_twice_within_five_minutes_is_answered_with_when(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=1))
    with pytest.raises(Refused) as refused:
        await office.practice.say(ANA, 'sync "Acme Ltd"')
    office.clock.advance(timedelta(minutes=5))
    answer = await office.practice.say(ANA, 'sync "Acme Ltd"')
    await office.sync(the_end(1, [], office.clock(), is_whole=False))
    direct = words(office.practice.post.to(ANA)[-1].reply)

    assert "can be asked for again from" in words(refused.value)
    assert "Syncing Acme Ltd" in words(answer).replace("*", "")
    assert ("sync.bring", office.organisation_id) in office.practice.post.rung
    assert "up to date" in direct


async def test_asking_for_all_leaves_out_what_was_read_within_five_minutes(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=4))
    early = await office.practice.say(ANA, "sync all")
    office.clock.advance(timedelta(minutes=2))
    asked = await office.practice.say(ANA, "sync all")
    again = await office.practice.say(ANA, "sync all")
    await office.sync(TryAgain("HTTP 503"))
    after_a_failure = await office.practice.say(ANA, "sync all")

    assert "There is nothing to sync" in words(early)
    assert "Syncing 1 client" in words(asked)
    assert "There is nothing to sync" in words(again)
    assert "Syncing 1 client" in words(after_a_failure)


@pytest.mark.parametrize("is_well", [True, False])
async def test_who_asks_while_a_sync_runs_joins_it_and_all_who_asked_are_told(
    office: Desk, *, is_well: bool
) -> None:
    answers = []

    async def ask() -> None:
        answers.append(await office.practice.say(CHLOE, 'sync "Acme Ltd"'))
        answers.append(await office.practice.say(CHLOE, 'sync "Acme Ltd"'))

    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=6))
    await office.practice.say(ANA, 'sync "Acme Ltd"')
    end = the_end(2, bills(2), office.clock()) if is_well else TryAgain("HTTP 503")
    await office.sync(a_page(1, bills(1)), ask, end)

    for answer in answers:
        assert "is being synced already" in words(answer)
    for asker in (ANA, CHLOE):
        sent = [each for each in office.practice.post.to(asker) if each.under is None]
        assert len({each.card for each in sent}) == 1
        assert ("up to date" if is_well else "does not answer") in words(sent[-1].reply)


async def test_of_two_who_ask_at_once_both_are_told(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=6))
    await office.practice.say(ANA, 'sync "Acme Ltd"')
    joined = await office.practice.say(CHLOE, 'sync "Acme Ltd"')
    await office.sync(the_end(1, bills(1), office.clock(), is_whole=False))

    assert "You will be told when it is done" in words(joined)
    for asker in (ANA, CHLOE):
        assert "up to date" in words(office.practice.post.to(asker)[-1].reply)


async def test_a_stranger_to_the_client_learns_nothing_of_its_syncs(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    status = await office.practice.say(BEN, "status")

    assert "Acme" not in words(status)


async def test_status_tells_how_fresh_it_is_and_what_failed(office: Desk) -> None:
    fresh = words(await office.practice.say(ANA, 'status "Acme Ltd"'))
    await office.sync(TryAgain("HTTP 503"))
    failed = words(await office.practice.say(ANA, 'status "Acme Ltd"'))
    every = words(await office.practice.say(ANA, "status"))

    assert "Not read to the end yet" in fresh
    assert "Xero does not answer" in failed
    assert "Xero does not answer" in every


NOTICE = Notice(tenant_id="", stream="Invoices", key="event-1")


async def notified(office: Desk, *keys: str) -> int:
    async with office.practice.database.read() as session:
        found = await session.get(Organisation, office.organisation_id)
    assert found is not None
    notices = [replace(NOTICE, tenant_id=found.tenant_id, key=key) for key in keys]
    return await take(office.practice.tools, "xero", notices)


async def test_what_the_vendor_tells_is_read_within_a_minute_and_alone(
    office: Desk, gateway: ScriptedGateway
) -> None:
    gateway.streams = (INVOICES, CONTACTS)
    at = office.clock()
    contacts = BooksPage(stream="Contacts", is_last=True, is_whole=True, watermark=at)
    await office.sync(the_end(1, bills(1), at), contacts)
    turn = (await office.state()).due_at
    office.clock.advance(timedelta(minutes=10))
    taken = await notified(office, "event-1", "event-1", "event-2")
    again = await notified(office, "event-2", "event-1")
    soon = await office.state()
    await office.due()
    await office.sync(the_end(1, bills(2), office.clock(), is_whole=False))
    after = await office.state()

    assert (taken, again) == (2, 0)
    assert soon.due_at is not None
    assert soon.due_at <= office.clock() + timedelta(minutes=1)
    assert gateway.asked[-1] == [Walk(stream="Invoices", since=at)]
    assert await office.ids() == ids(1, 2)
    assert after.due_at == turn


async def test_what_is_told_while_a_sync_runs_is_read_after_it(office: Desk) -> None:
    async def tell() -> None:
        office.clock.advance(timedelta(seconds=5))
        await notified(office, "event-1")

    await office.sync(a_page(1, bills(1)), tell, the_end(2, bills(2), office.clock()))
    state = await office.state()

    assert state.due_at == office.clock() + GATHER


async def test_notices_of_strangers_do_nothing(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    before = await office.state()
    stranger = [replace(NOTICE, tenant_id="somebody else")]
    await take(office.practice.tools, "xero", stranger)

    assert (await office.state()).due_at == before.due_at
