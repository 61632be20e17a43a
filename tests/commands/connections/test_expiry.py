"""When the vendor no longer accepts us (F11)."""

from datetime import timedelta

from storage.models import Connection, GrantState, Person, Status
from tests.commands.connecting import WORKSPACE, World, said
from tests.commands.practice import ANA, CHLOE, buttons
from tests.conftest import Clock

ACME = "C1ACME"


async def test_a_dead_refresh_token_is_tried_once_and_told_once(world: World, clock: Clock) -> None:
    await _lost(world, clock)

    assert len(world.calls(containing="/connect/token")) == 2  # the code, and the one refresh
    [grant] = await world.grants()
    assert (grant.state, grant.told_lost_at is not None) == (GrantState.LOST, True)
    connection = await world.connection("Acme Ltd")
    assert connection.status is Status.EXPIRED
    told = [sent for sent in world.practice.post.sent if (sent.card or "").startswith("expired:")]
    assert sorted(sent.to for sent in told) == [ACME, ANA]
    assert "■ Acme Ltd is no longer connected to Acme Limited" in said(told[0])


async def test_nothing_is_asked_of_the_vendor_any_more(world: World, clock: Clock) -> None:
    await _lost(world, clock)
    before = len(world.calls())
    sent = len(world.practice.post.sent)
    clock.advance(timedelta(days=4))

    await world.work()

    assert len(world.calls()) == before
    assert len(world.practice.post.sent) == sent


async def test_reconnecting_restores_it_and_the_message_says_so(world: World, clock: Clock) -> None:
    await _lost(world, clock)
    await world.press(ANA, world.card("expired:", to=ACME), "Reconnect")
    browser = world.browser()

    await world.sign_in(world.link(), "Acme Limited", browser=browser)
    await world.work()

    connection = await world.connection("Acme Ltd")
    assert connection.status is Status.CONNECTED
    for place in (ACME, ANA):
        assert "again. Back since" in said(world.card("expired:", to=place))


async def test_every_client_of_a_lost_consent_is_told_of(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.practice.has("Acorn Dental", channel_id="C1ACORN")
    first = await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acorn Dental", "Acorn Dental")
    await world.share_grant(first.grant_id)
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))

    await world.work("lists.refresh", "connections.tell_lost")

    assert world.card("expired:", to=ACME)
    assert world.card("expired:", to="C1ACORN")
    assert (await world.connection("Acorn Dental")).status is Status.EXPIRED


async def test_the_owner_of_a_lost_consent_reads_of_all_its_clients_at_once(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.practice.has("Acorn Dental")
    first = await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acorn Dental", "Acorn Dental")
    await world.share_grant(first.grant_id)
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))

    await world.work("lists.refresh", "connections.tell_lost")

    summary = world.card("lost:", to=ANA)
    assert "Xero no longer accepts your sign-in of 3 June 2026" in said(summary)
    assert "2 connections rely on it" in said(summary)
    for client in ("Acme Ltd (bookkeeping)", "Acorn Dental (bookkeeping)"):
        assert client in said(summary)
    cards = [sent.card or "" for sent in world.practice.post.to(ANA)]
    assert not [card for card in cards if card.startswith("expired:")]

    await world.press(ANA, summary, "Reconnect", first=True)
    clock.advance(timedelta(seconds=1))
    browser = world.browser()
    await world.sign_in(world.link(), "Acme Limited", "Acorn Dental", browser=browser)

    left = world.card("lost:", to=ANA)
    assert left.card == summary.card
    assert "1 connection relies on it" in said(left)

    connected = [c for c in await world.all(Connection) if c.status is Status.CONNECTED]
    [expired] = [c for c in await world.all(Connection) if c.id != connected[0].id]
    asked = world.invocation(
        "connections.disconnect_now", connection=expired.id, version=expired.version
    )
    await world.practice.press(ANA, asked)

    over = world.card("lost:", to=ANA)
    assert "Nothing relies on it any more" in said(over)
    assert list(buttons(over.reply)) == ["Connections"]


async def test_an_administrator_reads_of_the_consent_of_somebody_who_has_left(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd", "Acorn Dental")
    first = await world.connect("Acme Ltd", "Acme Limited", person_id=CHLOE)
    await world.connect("Acorn Dental", "Acorn Dental", person_id=CHLOE)
    await world.share_grant(first.grant_id)
    async with world.database.begin() as session:
        (await session.get_one(Person, (WORKSPACE, CHLOE))).is_active = False
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))

    await world.work("lists.refresh", "connections.tell_lost")

    assert "Xero no longer accepts the sign-in of Chloe" in said(world.card("lost:", to=ANA))


async def test_an_organisation_removed_at_the_vendor_expires_alone(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()
    await world.disconnect_at_xero("Acme Limited")
    clock.advance(timedelta(hours=49))

    await world.work()

    connection = await world.connection("Acme Ltd")
    assert (connection.status, connection.status_reason) == (Status.EXPIRED, "organisation_gone")
    assert "Somebody removed this app" in said(world.card("expired:", to=ACME))
    assert [grant.state for grant in await world.grants()] == [GrantState.LIVE]


async def _lost(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work("lists.refresh")
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=49))
    await world.work()
