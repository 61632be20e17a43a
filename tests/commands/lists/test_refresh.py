"""Importing lists: what is read, what is told, and when it stops."""

import asyncio
from datetime import timedelta

import pytest

from commands.connections.erasure import erase
from commands.errors import Refused
from commands.heartbeat import LEASE
from commands.lists.refresh import refresh
from commands.lists.run import claim, extend
from providers.records import ListKind
from storage.models import AuditEvent, Connection, ListEntry, Purpose, Status
from storage.models import Organisation as OrganisationRow
from tests.commands.connecting import World, said
from tests.commands.pausing import interrupted
from tests.commands.practice import ANA, BEN, buttons
from tests.conftest import Clock

ACME = "C1ACME"


async def test_every_list_and_the_organisation_are_read(world: World) -> None:
    connection = await _read(world)

    kinds = {entry.kind for entry in await world.all(ListEntry)}
    assert kinds == {kind.value for kind in ListKind}
    assert connection.lists_read_at is not None
    [organisation] = await world.all(OrganisationRow)
    assert (organisation.country, organisation.base_currency) == ("GB", "GBP")
    assert {"lock_date", "vat_scheme"} <= set(organisation.details)


async def test_they_are_read_again_after_two_days_and_quietly(world: World, clock: Clock) -> None:
    await _read(world)
    sent, calls = len(world.practice.post.sent), len(world.calls())

    clock.advance(timedelta(hours=45))
    await world.work("lists.refresh")
    assert len(world.calls()) == calls

    clock.advance(timedelta(hours=3))
    await world.work("lists.refresh")
    assert len(world.calls()) > calls
    assert len(world.practice.post.sent) == sent


async def test_who_asks_is_told_what_is_different(world: World, clock: Clock) -> None:
    await _read(world)
    clock.advance(timedelta(hours=1))
    books = world.ledgers.organisation("Acme Limited")
    accounts = books.rows("Accounts")
    names = [row.fields["Name"] for row in accounts if row.fields["Status"] == "ACTIVE"]
    books.rename("Accounts", names[0], "Another name", at=clock())
    books.archive("Accounts", names[1], at=clock())
    books.remove("Accounts", names[2], at=clock())
    books.add("Accounts", {"Name": "Bee keeping", "Code": "999", "Type": "EXPENSE"}, at=clock())

    await world.say(ANA, "refresh acme")
    await world.work()

    told = said(world.card("lists:", to=ANA))
    assert told.startswith("Lists of Acme Ltd · Acme Limited in Xero (bookkeeping)")
    assert "1 added (Bee keeping)" in told
    assert f"1 renamed ({names[0]} is now Another name)" in told
    assert f"1 archived ({names[1]})" in told
    assert f"1 removed ({names[2]})" in told
    assert len([s for s in world.practice.post.sent if (s.card or "").startswith("lists:")]) >= 2
    assert {s.card for s in world.practice.post.to(ANA) if "lists:" in (s.card or "")} == {
        world.card("lists:").card
    }


async def test_an_unchanged_ledger_is_no_news(world: World, clock: Clock) -> None:
    await _read(world)
    clock.advance(timedelta(hours=1))

    await world.say(ANA, "refresh acme")
    await world.work()

    assert said(world.card("lists:")).endswith("Nothing has changed since the last time.")


async def test_what_was_removed_and_comes_back_is_restored(world: World, clock: Clock) -> None:
    await _read(world)
    books = world.ledgers.organisation("Acme Limited")
    row = books.rows("Accounts")[0]
    books.remove("Accounts", row.id, at=clock())
    await _again(world, clock)
    books.add("Accounts", {"AccountID": row.id, **row.fields}, at=clock())

    await _again(world, clock)

    assert f"1 restored ({row.fields['Name']})" in said(world.card("lists:"))


async def test_unknown_words_and_fields_break_nothing(world: World, clock: Clock) -> None:
    await _read(world)
    world.ledgers.set_fault("xero", "unknown_enum", times=None)

    await _again(world, clock)

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED


async def test_a_silent_vendor_is_tried_again_and_then_told_of(world: World, clock: Clock) -> None:
    await _read(world)
    world.ledgers.set_fault("xero:Acme Limited", "server_error", times=None)
    clock.advance(timedelta(hours=49))

    for _ in range(2):
        await world.work("lists.refresh")
        assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
        clock.advance(timedelta(minutes=10))
    await world.work("lists.refresh")

    connection = await world.connection("Acme Ltd")
    assert (connection.status, connection.lists_attempts) == (Status.ATTENTION, 3)
    trouble = world.card("trouble:", to=ACME)
    assert "Xero does not answer." in said(trouble)
    assert "▲ Needs attention" in said(await world.say(ANA, "connections acme"))

    world.ledgers.set_fault("xero", "none")
    await world.press(ANA, trouble, "Retry")
    await world.work()

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    back = world.card("trouble:", to=ACME)
    assert back.card == trouble.card
    assert "Back in step since" in said(back)


async def test_a_spent_allowance_waits_until_it_is_back(world: World, clock: Clock) -> None:
    await _read(world)
    world.ledgers.set_fault("xero:Acme Limited", "rate_day", retry_after=7200, times=1)
    clock.advance(timedelta(hours=49))

    await world.work("lists.refresh")

    connection = await world.connection("Acme Ltd")
    assert connection.status is Status.ATTENTION
    assert connection.lists_error == "rate_limited"
    assert not [s for s in world.practice.post.sent if (s.card or "").startswith("trouble:")]
    assert connection.lists_due_at is not None
    assert connection.lists_due_at - clock() > timedelta(hours=1)

    calls = len(world.calls())
    clock.advance(timedelta(hours=1))
    await world.work("lists.refresh")
    assert len(world.calls()) == calls

    for _ in range(30):
        clock.advance(timedelta(hours=1))
        await world.work("lists.refresh")

    connection = await world.connection("Acme Ltd")
    assert (connection.lists_error, connection.status) == (None, Status.CONNECTED)


async def test_waiting_for_an_allowance_is_said_wherever_somebody_looks(
    world: World, clock: Clock
) -> None:
    await _read(world)
    world.ledgers.set_fault("xero:Acme Limited", "rate_day", retry_after=7200, times=None)
    clock.advance(timedelta(hours=1))
    await world.say(ANA, "refresh acme")
    await world.work("lists.refresh")
    calls, rung = len(world.calls()), len(world.practice.post.rung)

    told = said(world.card("lists:", to=ANA))
    page = await world.say(ANA, "connections acme")
    again = await world.say(ANA, "refresh acme")
    from_the_page = await world.press(ANA, page, "Refresh lists")
    await world.work("lists.refresh")

    words = (
        "Xero allows no more calls for now. It goes on by itself 3 Jun 2026, 13:00 UTC; what has "
        "been read stays."
    )
    assert words in told
    assert f"Bookkeeping ▲ Needs attention · Acme Limited · Xero\n{words}\nby Ana" in said(page)
    for answer in (again, from_the_page):
        assert (
            said(answer)
            == f"▲ The lists of Acme Ltd are not read to the end (bookkeeping). {words}"
        )
    assert (len(world.calls()), len(world.practice.post.rung)) == (calls, rung)
    assert "Reconnect" not in buttons(await world.say(ANA, "", ACME))
    assert said(await world.say(ANA, "lists acme")).endswith(words)


async def test_a_person_may_use_the_calls_that_nobody_waited_for(
    world: World, clock: Clock
) -> None:
    await _read(world)
    world.ledgers.set_fault("xero:Acme Limited", "rate_day", retry_after=7200, times=1)
    clock.advance(timedelta(hours=49))
    await world.work("lists.refresh")

    answer = await world.say(ANA, "refresh acme")

    assert said(answer).startswith("Reading the lists of Acme Ltd again.")


async def test_a_spent_allowance_takes_the_place_of_another_trouble(
    world: World, clock: Clock
) -> None:
    await _read(world)
    world.ledgers.set_fault("xero:Acme Limited", "server_error", times=None)
    clock.advance(timedelta(hours=49))
    for _ in range(3):
        await world.work("lists.refresh")
        clock.advance(timedelta(minutes=10))
    first = world.card("trouble:", to=ACME)
    world.ledgers.set_fault("xero:Acme Limited", "none")
    world.ledgers.set_fault("xero:Acme Limited", "rate_day", retry_after=7200, times=None)

    await world.press(ANA, first, "Retry")
    await world.work("lists.refresh")

    assert "Retry" in buttons(first.reply)
    now = world.card("trouble:", to=ACME)
    assert now.card != first.card
    assert "It goes on by itself" in said(now)
    assert list(buttons(now.reply)) == ["Connections"]


async def test_one_clients_trouble_is_not_anothers(world: World) -> None:
    await world.practice.has("Acme Ltd", "Acorn Dental")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acorn Dental", "Acorn Dental")
    world.ledgers.set_fault("xero:Acme Limited", "malformed_body", times=None)

    await world.work("lists.refresh")

    assert (await world.connection("Acme Ltd")).lists_read_at is None
    assert (await world.connection("Acorn Dental")).lists_read_at is not None


async def test_a_disconnected_client_cannot_be_refreshed(world: World) -> None:
    connection = await _read(world)
    disconnect = world.invocation(
        "connections.disconnect_now", connection=connection.id, version=connection.version
    )
    await world.practice.press(ANA, disconnect)

    with pytest.raises(Refused) as refused:
        await world.say(ANA, "refresh acme")

    assert "What is here is as of 3 Jun 2026" in said(refused.value)


async def test_who_works_for_a_client_may_refresh_its_lists(world: World) -> None:
    await _read(world)
    await world.practice.assign(BEN, await world.practice.client("Acme Ltd"))

    await world.say(BEN, "refresh acme")
    await world.work()

    assert world.card("lists:", to=BEN)


async def test_two_workers_read_once(world: World) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")

    await asyncio.gather(*(refresh(world.tools, connection.id) for _ in range(4)))

    assert len(world.calls(containing="/TaxRates")) == 1


class PowerCut(BaseException):
    """Nobody has time for anything."""


async def test_a_worker_that_died_is_replaced_after_its_lease(world: World, clock: Clock) -> None:
    await _cut_short(world, by=PowerCut())
    await world.work()
    assert (await world.connection("Acme Ltd")).lists_read_at is None

    clock.advance(LEASE + timedelta(seconds=1))
    await world.work()

    assert (await world.connection("Acme Ltd")).lists_read_at is not None
    assert "2,310 contacts" in said(world.card("connection:", to=ACME))


async def test_a_worker_that_is_told_to_end_is_replaced_at_once(world: World) -> None:
    await _cut_short(world, by=asyncio.CancelledError())
    await world.work()

    assert (await world.connection("Acme Ltd")).lists_read_at is not None


async def _cut_short(world: World, *, by: BaseException) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    connection = await world.connect("Acme Ltd", "Acme Limited")

    async def end(kind: ListKind, pages: int) -> None:
        if kind is ListKind.CONTACTS:
            raise by

    with pytest.raises(type(by)):
        await refresh(interrupted(world, end), connection.id)


async def test_a_worker_that_waits_long_for_a_page_keeps_its_lease(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    run = await claim(world.tools, connection.id)
    assert run is not None

    clock.advance(LEASE - timedelta(seconds=1))
    assert await extend(run)
    clock.advance(LEASE - timedelta(seconds=1))
    assert await claim(world.tools, connection.id) is None

    clock.advance(timedelta(seconds=2))
    assert await claim(world.tools, connection.id) is not None
    assert not await extend(run), "it is somebody else's"


async def test_a_worker_that_lost_its_lease_writes_nothing_more(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")

    async def sleep_too_long(kind: ListKind, pages: int) -> None:
        if kind is ListKind.CONTACTS and pages == 1:
            clock.advance(LEASE + timedelta(minutes=1))
            await refresh(world.tools, connection.id)

    await refresh(interrupted(world, sleep_too_long), connection.id)

    read = [e for e in await world.all(AuditEvent) if e.action == "lists.read"]
    assert len(read) == 1


@pytest.mark.parametrize("kind", [ListKind.ACCOUNTS, ListKind.PRODUCTS, ListKind.CONTACTS])
async def test_disconnecting_stops_it_at_the_next_page(world: World, kind: ListKind) -> None:
    """F29, with lists in place of a sync."""
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    left: list[int] = []

    async def disconnect(read: ListKind, pages: int) -> None:
        if read is kind and not left:
            now = await world.connection("Acme Ltd")
            await world.practice.press(
                ANA,
                world.invocation(
                    "connections.disconnect_now", connection=now.id, version=now.version
                ),
            )
            left.append(await world.count_entries(now))

    await refresh(interrupted(world, disconnect), connection.id)
    await world.work("connections.detach")

    after = await world.connection("Acme Ltd")
    assert after.status is Status.DISCONNECTED
    assert after.lists_read_at is None
    assert left == [await world.count_entries(after)]
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]


async def test_deleting_during_an_import_leaves_nothing(world: World, clock: Clock) -> None:
    """F29: no row comes back after the erasure, whatever the import was doing."""
    await world.practice.has("Acme Ltd")
    health = await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    await world.work("sync.bring")

    async def delete(kind: ListKind, pages: int) -> None:
        now = await world.connection("Acme Ltd", Purpose.DATA_HEALTH)
        if now.erase_at is None and now.status is Status.CONNECTED:
            asked = world.invocation(
                "connections.delete_now",
                connection=now.id,
                version=now.version,
                typed="Acme Ltd",
            )
            await world.practice.press(ANA, asked)
            clock.advance(timedelta(minutes=11))
            await erase(world.tools, now.id)

    await refresh(interrupted(world, delete), health.id)
    await world.work()

    assert await world.count_entries(health) == 0
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]


async def test_the_import_of_an_earlier_connecting_is_void(world: World, clock: Clock) -> None:
    """Reconnected while a page was on its way: the old run stops, a new one reads."""
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    done: list[str] = []

    async def reconnect(kind: ListKind, pages: int) -> None:
        if not done:
            done.append(kind)
            reconnecting = world.invocation("connections.reconnect", connection=connection.id)
            await world.practice.press(ANA, reconnecting)
            browser = world.browser()
            await world.sign_in(world.link(), "Acme Limited", browser=browser)

    await refresh(interrupted(world, reconnect), connection.id)
    assert (await world.connection("Acme Ltd")).lists_read_at is None
    await world.work("lists.refresh")

    assert (await world.connection("Acme Ltd")).lists_read_at is not None


async def _read(world: World) -> Connection:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()
    return await world.connection("Acme Ltd")


async def _again(world: World, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))
    await world.say(ANA, "refresh acme")
    await world.work()
