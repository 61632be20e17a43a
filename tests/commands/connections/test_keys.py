"""When the key that tokens are sealed with is lost, and when it is found again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.connections import keys
from storage.models import Grant, GrantState, Purpose, Status
from storage.queries import syncs
from storage.queries.secrets import on_old_keys
from storage.vault import Vault
from tests.commands.connecting import WORKSPACE, World, said
from tests.commands.practice import ANA, KEY, buttons
from tests.conftest import Clock

ACME = "C1ACME"
OTHER = "another key, which is long enough as well"
THIRD = "a third key, that is as long as it has to be"


async def started(world: World, *ring: str) -> None:
    """The app is started with these keys, and what is due is done."""
    await keys.look(replace(world.tools, vault=Vault(ring)))
    await world.work("connections.tell_lost")


async def lost(world: World) -> None:
    """Its operator gives up the only key there was, and starts it with another."""
    await keys.give_up(world.database, Vault([OTHER]), now=world.tools.now())
    await started(world, OTHER)


async def seal_with(world: World, key: str, client: str) -> None:
    """As it would be if this client had been signed in while that was the newest key."""
    grant_id = (await world.connection(client)).grant_id
    async with world.database.begin() as session:
        grant = await session.get_one(Grant, grant_id)
        assert grant.sealed_tokens is not None
        context = f"grant:{grant.id}"
        tokens = world.tools.vault.open(grant.sealed_tokens, context)
        grant.sealed_tokens = Vault([key]).seal(tokens, context)


async def test_keys_that_open_nothing_are_refused_and_nothing_changes(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    before = len(world.practice.post.sent)

    with pytest.raises(keys.NoKeyFits) as refused:
        await started(world, OTHER)
    await world.work("connections.tell_lost")

    [grant] = await world.grants()
    assert refused.value.count == 1
    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    assert grant.state is GrantState.LIVE
    assert len(world.practice.post.sent) == before
    await started(world, KEY)
    assert len(world.practice.post.sent) == before


async def test_where_some_open_the_others_have_to_be_signed_in_again(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.practice.has("Bright Bakery")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")
    await seal_with(world, THIRD, "Bright Bakery")

    await started(world, THIRD)

    assert (await world.connection("Acme Ltd")).status is Status.EXPIRED
    assert (await world.connection("Bright Bakery")).status is Status.CONNECTED
    assert "This app has lost the key" in said(world.card("expired:", to=ACME))


async def test_what_is_lost_already_keeps_no_key_from_being_used(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await lost(world)

    await started(world, THIRD)

    assert (await world.connection("Acme Ltd")).status is Status.EXPIRED


async def test_what_no_key_opens_has_to_be_signed_in_again(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")

    await lost(world)
    for _ in range(2):
        await started(world, OTHER)

    assert (await world.connection("Acme Ltd")).status is Status.EXPIRED
    told = [sent for sent in world.practice.post.sent if (sent.card or "").startswith("expired:")]
    assert sorted(sent.to for sent in told) == [ACME, ANA], "once, however often it is started"
    assert "This app has lost the key to the permission it was given" in said(told[0])
    page = await world.say(ANA, "connections acme")
    assert "Expired" in said(page)
    assert "This app has lost the key to the permission it was given." in said(page)
    for shown in (told[0].reply, page):
        assert "Reconnect" in buttons(shown)


async def test_signing_in_again_is_all_it_takes(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await lost(world)
    await world.press(ANA, world.card("expired:", to=ACME), "Reconnect")
    clock.advance(timedelta(seconds=1))
    await world.sign_in(world.link(), "Acme Limited", browser=world.browser())
    await world.work()

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    assert "again. Back since" in said(world.card("expired:", to=ACME))


async def test_what_nothing_relies_on_any_more_is_forgotten(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await lost(world)
    expired = await world.connection("Acme Ltd")
    async with world.database.read() as session:
        before = await on_old_keys(session, Vault([OTHER]))
    leave = world.invocation(
        "connections.disconnect_now", connection=expired.id, version=expired.version
    )
    await world.practice.press(ANA, leave)
    await started(world, OTHER)
    async with world.database.read() as session:
        after = await on_old_keys(session, Vault([OTHER]))

    [grant] = await world.grants()
    assert (before.lost, after.lost) == (1, 0)
    assert (grant.state, grant.sealed_tokens) == (GrantState.REVOKED, None)


async def test_whoever_signed_in_reads_of_all_of_it_in_one_message(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.practice.has("Bright Bakery")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")
    before = len(world.practice.post.to(ANA))

    await lost(world)

    told = [sent.card or "" for sent in world.practice.post.to(ANA)[before:]]
    cards = {card for card in told if card.startswith(("expired:", "lost:"))}
    summary = world.card("lost:key:", to=ANA)
    assert cards == {summary.card}
    assert "This app has lost the key to your sign-ins" in said(summary)
    assert "2 connections have to be signed in again" in said(summary)


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_key_that_is_found_restores_what_it_opens(
    world: World, clock: Clock, purpose: Purpose
) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    connection = await world.connect("Acme Ltd", "Acme Limited", purpose=purpose.value)
    await lost(world)
    clock.advance(timedelta(hours=1))

    await started(world, OTHER, KEY)

    now = await world.connection("Acme Ltd", purpose)
    [grant] = await world.grants()
    assert now.status is Status.CONNECTED
    assert (grant.state, grant.told_lost_at) == (GrantState.LIVE, None)
    assert "the key was found again" in said(world.card("expired:", to=ACME))
    if purpose is Purpose.DATA_HEALTH:
        async with world.database.read() as session:
            sync = await syncs.find(session, WORKSPACE, connection.organisation_id)
        assert sync is not None
        assert sync.due_at == clock()


async def test_with_its_key_nothing_happens(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    before = len(world.practice.post.sent)

    await started(world, OTHER, KEY)

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    assert len(world.practice.post.sent) == before
