"""When a connection moves on, every message about it ends in what is true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.connections.aftermath import trouble_since
from commands.lists.refresh import refresh
from providers.gateway import LedgerGateway, open_http
from providers.records import ListKind
from storage.models import Connection, Status
from storage.tokens import GrantTokens
from tests.commands.connecting import World, said
from tests.commands.pausing import interrupted
from tests.commands.practice import ANA, CHLOE, buttons
from tests.conftest import Clock

ACME = "C1ACME"
TEN, ELEVEN, TWELVE = (datetime(2026, 6, 3, hour, tzinfo=UTC) for hour in (10, 11, 12))
NEEDED, OVER, AGAIN = "connection.needs_attention", "connection.recovered", "connection.connected"


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ([], None),
        ([(NEEDED, TEN)], TEN),
        ([("lists.asked", ELEVEN), (NEEDED, TEN)], TEN),
        ([("connection.expired", ELEVEN), (NEEDED, TEN)], TEN),
        ([(NEEDED, ELEVEN), (NEEDED, TEN)], ELEVEN),
        ([(OVER, ELEVEN), (NEEDED, TEN)], None),
        ([(AGAIN, ELEVEN), (NEEDED, TEN)], None),
        ([(NEEDED, TWELVE), (OVER, ELEVEN), (NEEDED, TEN)], TWELVE),
    ],
)
def test_trouble_lasts_until_it_is_over_or_connected_anew(
    events: list[tuple[str, datetime]], since: datetime | None
) -> None:
    assert trouble_since(events) == since


async def test_disconnecting_during_an_import_ends_its_messages(world: World) -> None:
    connection = await _connected(world)
    await world.say(CHLOE, "refresh acme")

    async def disconnect(kind: ListKind, pages: int) -> None:
        if kind is ListKind.PRODUCTS:
            await _disconnect(world)

    await refresh(interrupted(world, disconnect), connection.id)
    await world.work()

    card = said(world.card("connection:", to=ACME))
    assert "Acme Ltd was connected to Acme Limited in Xero (bookkeeping), by Ana" in card
    assert "Disconnected by Ana, 3 Jun 2026, 10:00 UTC, before its lists had been read" in card
    assert "Reading lists" not in card
    asked = said(world.card("lists:", to=CHLOE))
    assert "Ana disconnected it 3 Jun 2026, 10:00 UTC, so its lists were not read again." in asked


async def test_whoever_asked_before_an_import_began_is_told_too(world: World) -> None:
    await _connected(world)
    await world.work()
    await world.say(CHLOE, "refresh acme")

    await _disconnect(world)

    assert "Ana disconnected it" in said(world.card("lists:", to=CHLOE))


async def test_disconnecting_afterwards_keeps_what_was_read(world: World, clock: Clock) -> None:
    await _connected(world)
    await world.work()
    clock.advance(timedelta(hours=1))

    await _disconnect(world)

    card = said(world.card("connection:", to=ACME))
    assert "94 accounts" in card
    assert card.endswith("○ Disconnected by Ana, 3 Jun 2026, 11:00 UTC.")


async def test_a_sign_in_that_dies_during_an_import_ends_its_messages(
    world: World, clock: Clock
) -> None:
    connection = await _connected(world)
    await world.say(CHLOE, "refresh acme")

    async def revoke(kind: ListKind, pages: int) -> None:
        if kind is ListKind.PRODUCTS:
            world.ledgers.set_fault("xero", "revoke_refresh")
            clock.advance(timedelta(hours=1))

    await refresh(interrupted(world, revoke), connection.id)
    await world.work()

    assert (await world.connection("Acme Ltd")).status is Status.EXPIRED
    card = said(world.card("connection:", to=ACME))
    assert "■ Expired 3 Jun 2026, 11:00 UTC, before its lists had been read to the end." in card
    asked = world.card("lists:", to=CHLOE)
    assert "Xero no longer accepts our permission. Its lists were not read" in said(asked)
    assert list(buttons(asked.reply)) == ["Reconnect", "Connections"]


async def test_who_asked_for_it_and_hears_of_the_loss_anyway_hears_once(
    world: World, clock: Clock
) -> None:
    connection = await _connected(world)
    await world.work()
    await world.say(ANA, "refresh acme")
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))
    before = len(world.practice.post.to(ANA))

    await refresh(world.tools, connection.id)
    await world.work()

    [told] = world.practice.post.to(ANA)[before:]
    assert (told.card or "").startswith("expired:")


async def test_an_organisation_out_of_reach_ends_its_messages(world: World) -> None:
    await _connected(world)
    await world.disconnect_at_xero("Acme Limited")

    await world.work()

    assert "■ Expired" in said(world.card("connection:", to=ACME))


async def test_a_new_sign_in_takes_the_buttons_of_the_old_message(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")
    old = world.card("connection:")
    assert "Names are fine" in buttons(old.reply)
    clock.advance(timedelta(minutes=1))

    await _reconnect(world, "Oak & Sons", "Oakwood Joinery Holdings")

    now = [sent for sent in world.practice.post.sent if sent.card == old.card][-1]
    assert "Connected again by Ana, 3 Jun 2026, 10:01 UTC, before its lists" in said(now)
    assert buttons(now.reply) == {}
    assert "Names are fine" in buttons(world.card("connection:").reply)


async def test_calling_names_fine_keeps_what_was_read(world: World) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")
    await world.work()

    await world.press(ANA, world.card("connection:"), "Names are fine")

    assert "accounts" in said(world.card("connection:"))


async def test_a_message_stays_where_it_was_posted(world: World) -> None:
    """The client's channel may change while its lists are read."""
    connection = await _connected(world)

    async def move(kind: ListKind, pages: int) -> None:
        client = await world.practice.client("Acme Ltd")
        if client.channel_id == ACME:
            await world.say(ANA, "clients channel acme <#C2ACME>")

    await refresh(interrupted(world, move), connection.id)

    assert "94 accounts" in said(world.card("connection:", to=ACME))
    assert "C2ACME" not in {sent.to for sent in world.practice.post.sent}


@pytest.mark.parametrize("end", ["disconnected", "expired", "reconnected"])
async def test_trouble_ends_with_what_it_was_about(world: World, clock: Clock, end: str) -> None:
    await _in_trouble(world, clock)
    trouble = world.card("trouble:", to=ACME)
    assert "Retry" in buttons(trouble.reply)
    world.ledgers.set_fault("xero", "none")

    if end == "disconnected":
        await _disconnect(world)
    elif end == "reconnected":
        await _reconnect(world, "Acme Ltd", "Acme Limited")
    else:
        world.ledgers.set_fault("xero", "revoke_refresh")
        clock.advance(timedelta(hours=1))
        await world.work()

    over = world.card("trouble:", to=ACME)
    assert over.card == trouble.card
    assert "Retry" not in buttons(over.reply)
    words = {
        "disconnected": "Disconnected by Ana",
        "expired": "The connection expired",
        "reconnected": "Connected again by Ana",
    }
    assert words[end] in said(over)


async def test_other_trouble_is_another_message(world: World, clock: Clock) -> None:
    await _in_trouble(world, clock)
    first = world.card("trouble:", to=ACME)
    clock.advance(timedelta(hours=7))

    await refresh(_without_xero(world, clock), (await world.connection("Acme Ltd")).id)

    second = world.card("trouble:", to=ACME)
    assert second.card != first.card
    assert "Retry" in buttons(second.reply)
    then = [sent for sent in world.practice.post.sent if sent.card == first.card][-1]
    assert buttons(then.reply) == {}
    assert "the next message says what" in said(then)


async def test_disconnecting_what_has_expired_leaves_nothing_to_reconnect(
    world: World, clock: Clock
) -> None:
    await _connected(world)
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))
    await world.work()

    await _disconnect(world)

    for place in (ACME, ANA):
        card = world.card("expired:", to=place)
        assert list(buttons(card.reply)) == ["Connections"]
        assert "Acme Ltd was disconnected from Acme Limited" in said(card)


async def _connected(world: World) -> Connection:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    return await world.connect("Acme Ltd", "Acme Limited")


async def _disconnect(world: World) -> None:
    now = await world.connection("Acme Ltd")
    if now.status is not Status.DISCONNECTED:
        asked = world.invocation(
            "connections.disconnect_now", connection=now.id, version=now.version
        )
        await world.practice.press(ANA, asked)


async def _reconnect(world: World, client: str, organisation: str) -> None:
    connection = await world.connection(client)
    asked = world.invocation("connections.reconnect", connection=connection.id)
    await world.practice.press(ANA, asked)
    browser = world.browser()
    await browser.follow(await world.sign_in(world.link(), organisation, browser=browser))


def _without_xero(world: World, clock: Clock) -> Any:
    """Tools of a process in which nobody has set up Xero."""
    tokens = GrantTokens(world.database, world.tools.vault, now=clock)
    gateway = LedgerGateway(http=open_http(), configured={}, tokens=tokens, now=clock)
    return replace(world.tools, gateway=gateway)


async def _in_trouble(world: World, clock: Clock) -> None:
    await _connected(world)
    await world.work()
    world.ledgers.set_fault("xero:Acme Limited", "server_error", times=None)
    clock.advance(timedelta(hours=49))
    for _ in range(3):
        await world.work("lists.refresh")
        clock.advance(timedelta(minutes=10))
    assert (await world.connection("Acme Ltd")).status is Status.ATTENTION
