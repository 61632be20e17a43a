"""Disconnect and delete: asked by name, undone in time, then gone."""

import re
from datetime import timedelta

import pytest

from commands.connections.erasure import erase
from commands.errors import Conflict, Invalid, NotAllowed
from storage.database import Database
from storage.models import AuditEvent, Connection, Organisation, Purpose, Status
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, buttons
from tests.conftest import Clock

ACME = "C1ACME"
TYPED = "Acme Ltd"


async def test_it_says_what_goes_and_wants_the_name(world: World) -> None:
    await _connected(world)

    form = await _form(world)

    lines = said(form).splitlines()
    lost = lines.pop(2)
    assert re.fullmatch(
        r"• In 10 minutes: what was read for Data Health is erased here for good: "
        r"[\d,]+ transactions, [\d,]+ findings with what was decided about them, 1 day of scores "
        r"and 2,472 list entries\.",
        lost,
    ), lost
    assert lines == [
        "Delete the Data Health data of Acme Ltd?",
        "• At once: Data Health is disconnected from Acme Limited in Xero.",
        "• Until then: any administrator can undo it. The data then stays; Data Health stays "
        "disconnected.",
        "• Not touched: bookkeeping and its lists, everything in Xero, and the record of who did "
        "what.",
    ]
    for wrong in ("Acme", "Acme Limited", "yes"):
        with pytest.raises(Invalid):
            await world.submit(ANA, form, typed=wrong)
    assert (await _health(world)).status is Status.CONNECTED


async def test_a_plain_disconnect_says_that_the_copy_stays_to_be_checked(world: World) -> None:
    health = await _connected(world)
    ask = world.invocation("connections.disconnect", connection=health.id, version=health.version)

    lines = said(await world.practice.press(ANA, ask)).splitlines()

    assert lines[1] == "• Syncing stops; the books are not read again."
    assert re.fullmatch(
        r"• What is here stays, as of 3 Jun 2026, 10:00 UTC, and can still be checked: "
        r"[\d,]+ transactions with [\d,]+ findings\.",
        lines[2],
    ), lines[2]


async def test_what_the_organisation_told_goes_with_the_last_connection_that_has_it(
    world: World,
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    await world.work()

    form = said(await _form(world))

    assert "2,472 list entries and the details of Acme Limited." in form


async def test_a_disconnected_one_is_connected_again_or_deleted(world: World) -> None:
    health = await _connected(world)
    asked = world.invocation(
        "connections.disconnect_now", connection=health.id, version=health.version
    )
    await world.practice.press(ANA, asked)

    page = await world.say(ANA, "connections acme")
    form = await world.press(ANA, page, "Delete Data Health data")

    assert "Connect Data Health" in buttons(page)
    assert "At once" not in said(form)


async def test_it_needs_an_administrator(world: World) -> None:
    health = await _connected(world)
    await world.practice.assign(BEN, await world.practice.client("Acme Ltd"))
    asked = world.invocation("connections.delete", connection=health.id, version=health.version)

    with pytest.raises(NotAllowed):
        await world.practice.press(BEN, asked)


async def test_bookkeeping_is_never_deleted(world: World) -> None:
    await _connected(world)
    books = await world.connection("Acme Ltd")
    asked = world.invocation("connections.delete", connection=books.id, version=books.version)

    with pytest.raises(Conflict):
        await world.practice.press(ANA, asked)


async def test_nothing_is_erased_before_ten_minutes_are_over(world: World, clock: Clock) -> None:
    health = await _connected(world)
    await world.submit(ANA, await _form(world), typed=TYPED)
    clock.advance(timedelta(minutes=9, seconds=59))

    await world.work()

    assert await world.count_entries(health) > 2_000
    assert "will be erased at 10:10 UTC, asked by Ana" in said(world.card("erasure:", to=ACME))

    reply = await world.press(CHLOE, world.card("erasure:", to=ACME), "Undo")
    assert said(reply).startswith(
        "Nothing is erased now. Data Health of Acme Ltd stays disconnected"
    )
    clock.advance(timedelta(minutes=1))
    await world.work()

    assert await world.count_entries(health) > 2_000
    assert said(world.card("erasure:", to=ACME)).startswith("Undone by Chloe at 10:09 UTC.")
    assert (await _health(world)).status is Status.DISCONNECTED


async def test_after_ten_minutes_everything_is_gone_but_the_audit_line(
    world: World, clock: Clock
) -> None:
    health = await _connected(world)
    books = await world.connection("Acme Ltd")
    await world.submit(ANA, await _form(world), typed=f" {TYPED.lower()} ")
    pending = world.card("erasure:", to=ACME)
    clock.advance(timedelta(minutes=10, seconds=1))

    await world.work()

    assert await world.count_entries(health) == 0
    assert await world.count_entries(books) > 2_000
    gone = await _health(world)
    assert (gone.erase_at, gone.lists_read_at) == (None, None)
    assert "was erased at 10:10 UTC" in said(world.card("erasure:", to=ACME))
    last = max(await world.all(AuditEvent), key=lambda event: event.at)
    assert last.action == "connection.erased"
    assert last.after == {"organisation": "Acme Limited"}
    assert "Data Health ○ Not connected" in said(await world.say(ANA, "connections acme"))
    with pytest.raises(Conflict) as late:
        await world.press(CHLOE, pending, "Undo")
    assert "its data was erased" in said(late.value)


async def test_it_happens_across_a_restart(world: World, database: Database, clock: Clock) -> None:
    health = await _connected(world)
    await world.submit(ANA, await _form(world), typed=TYPED)
    clock.advance(timedelta(minutes=11))

    async with Database.open(database.url.render_as_string(hide_password=False)) as reopened:
        tools = world.another_process(reopened)
        await erase(tools, health.id)

    assert await world.count_entries(health) == 0


async def test_erasing_twice_is_erasing_once(world: World, clock: Clock) -> None:
    health = await _connected(world)
    await world.submit(ANA, await _form(world), typed=TYPED)
    clock.advance(timedelta(minutes=11))

    await erase(world.tools, health.id)
    await erase(world.tools, health.id)

    erased = [e for e in await world.all(AuditEvent) if e.action == "connection.erased"]
    assert len(erased) == 1


async def test_what_an_organisation_told_of_itself_goes_with_its_last_connection(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    await world.work()
    [organisation] = await world.all(Organisation)
    assert organisation.details
    await world.submit(ANA, await _form(world), typed=TYPED)
    clock.advance(timedelta(minutes=11))

    await world.work()

    [organisation] = await world.all(Organisation)
    assert (organisation.details, organisation.base_currency) == ({}, None)


async def test_connecting_anew_begins_empty(world: World, clock: Clock) -> None:
    health = await _connected(world)
    await world.submit(ANA, await _form(world), typed=TYPED)
    clock.advance(timedelta(minutes=11))
    await world.work("connections.erase")

    again = await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")

    assert again.id == health.id
    assert (again.lists_read_at, again.erased_at) == (None, None)
    assert await world.count_entries(again) == 0


async def test_nothing_is_connected_over_data_about_to_be_erased(world: World) -> None:
    await _connected(world)
    await world.submit(ANA, await _form(world), typed=TYPED)

    with pytest.raises(Conflict) as refused:
        await world.say(ANA, "connect acme")

    assert "will be erased at 10:10 UTC" in said(refused.value)
    assert refused.value.buttons[0].label == "Undo"


async def _connected(world: World) -> Connection:
    """Both purposes, lists read."""
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    await world.work()
    return await _health(world)


async def _health(world: World) -> Connection:
    return await world.connection("Acme Ltd", Purpose.DATA_HEALTH)


async def _form(world: World) -> object:
    page = await world.say(ANA, "connections acme")
    return await world.press(ANA, page, "Disconnect and delete client data")
