"""A consent that nothing uses is tried once a day, so that its end is noticed."""

from datetime import timedelta

import pytest

from commands.connections.probes import QUIET, RETRY, SPREAD, next_probe
from storage.identity import new_id
from storage.models import Grant, GrantState, Status
from tests.builders import NOW
from tests.commands.connecting import World, said
from tests.conftest import Clock

ACME = "C1ACME"


async def connected(world: World) -> Grant:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work("lists.refresh")
    [grant] = await world.grants()
    return grant


async def test_a_quiet_grant_is_renewed_after_a_day_and_left_alone_for_another(
    world: World, clock: Clock
) -> None:
    before = await connected(world)
    clock.advance(QUIET)
    await world.work("connections.probe")
    early = (await world.grants())[0].probed_at
    clock.advance(timedelta(minutes=1))
    await world.work("connections.probe")
    [after] = await world.grants()
    calls = len(world.calls())
    clock.advance(QUIET - timedelta(minutes=5))
    await world.work("connections.probe")

    assert early == before.probed_at
    assert after.probed_at == clock() - QUIET + timedelta(minutes=5)
    assert after.refresh_expires_at is not None
    assert before.refresh_expires_at is not None
    assert after.refresh_expires_at > before.refresh_expires_at + timedelta(hours=23)
    assert len(world.calls()) == calls


async def test_a_grant_in_use_is_not_tried(world: World, clock: Clock) -> None:
    await connected(world)
    clock.advance(timedelta(hours=49))
    await world.work("lists.refresh")
    calls = len(world.calls())
    await world.work("connections.probe")

    assert len(world.calls()) == calls


async def test_a_dead_one_is_told_of_by_what_tells_of_dead_ones(world: World, clock: Clock) -> None:
    await connected(world)
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(QUIET + timedelta(minutes=1))
    await world.work("connections.probe", "connections.tell_lost")

    assert [grant.state for grant in await world.grants()] == [GrantState.LOST]
    assert (await world.connection("Acme Ltd")).status is Status.EXPIRED
    assert "no longer connected" in said(world.card("expired:", to=ACME))


async def test_an_organisation_removed_at_the_vendor_expires(world: World, clock: Clock) -> None:
    await connected(world)
    await world.disconnect_at_xero("Acme Limited")
    clock.advance(QUIET + timedelta(minutes=1))
    await world.work("connections.probe")

    assert (await world.connection("Acme Ltd")).status_reason == "organisation_gone"
    assert [grant.state for grant in await world.grants()] == [GrantState.LIVE]


async def test_a_vendor_that_does_not_answer_is_asked_again_in_an_hour(
    world: World, clock: Clock
) -> None:
    before = await connected(world)
    world.ledgers.set_fault("xero/token", "unavailable_html", times=None)
    clock.advance(QUIET + timedelta(minutes=1))
    await world.work("connections.probe")
    failed = await world.connection("Acme Ltd")
    world.ledgers.set_fault("xero/token", "none")
    calls = len(world.calls())
    await world.work("connections.probe")
    waited = len(world.calls())
    clock.advance(RETRY)
    await world.work("connections.probe")
    [after] = await world.grants()

    assert failed.status is Status.CONNECTED
    assert waited == calls
    assert len(world.calls()) > calls
    assert before.probed_at is not None
    assert after.probed_at is not None
    assert after.probed_at > before.probed_at


@pytest.mark.parametrize("grant_id", ["a1", "b2", "c3", "d4", "e5"])
def test_each_grant_has_a_moment_of_its_own(grant_id: str) -> None:
    at = next_probe(grant_id, NOW)

    assert at == next_probe(grant_id, NOW)
    assert NOW + QUIET <= at <= NOW + QUIET + SPREAD


def test_a_thousand_grants_are_spread_over_two_hours() -> None:
    minutes = [
        int((next_probe(new_id(), NOW) - NOW - QUIET).total_seconds() // 600) for _ in range(1000)
    ]

    assert set(minutes) == set(range(12))
    assert max(minutes.count(each) for each in range(12)) < 150
