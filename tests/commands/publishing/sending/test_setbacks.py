"""Setbacks that pass or need a new sign-in: items wait, are told, and go once each."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from storage.models import PublicationState
from tests.commands.connecting import World, said
from tests.commands.publishing.provoking import BAKERY, OAKWOOD, ONLY_SQLITE, struck
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, connected, published, rejudged, row_of
from tests.conftest import Clock


async def consent_ends(desk: Desk) -> None:
    struck("revoke_refresh")(desk)
    desk.world.ledgers.set_fault(desk.vendor, "expire_access")


async def nobody_signs_in_for_sixty_days(desk: Desk) -> None:
    """As long as Xero keeps what it issued for renewing (OAuth 2.0, token types)."""
    desk.clock.advance(timedelta(days=61))


async def administrator_leaves(desk: Desk) -> None:
    struck("no_access")(desk)


async def app_is_removed(desk: Desk) -> None:
    await desk.world.disconnect_at_xero(desk.organisation)


LOST = {
    "XERO_UNAUTHORISED": (OAKWOOD, consent_ends),
    "XERO_EXPIRED": (OAKWOOD, nobody_signs_in_for_sixty_days),
    "XERO_WRONG_ORG": (OAKWOOD, app_is_removed),
    "QBO_NO_ACCESS": (BAKERY, administrator_leaves),
    "QBO_TOKEN": (BAKERY, consent_ends),
}


@ONLY_SQLITE
@pytest.mark.parametrize(("where", "lose"), LOST.values(), ids=LOST)
async def test_a_permission_that_is_lost_pauses_the_queue_until_somebody_reconnects(
    world: World,
    clock: Clock,
    where: tuple[str, str],
    lose: Callable[[Desk], Awaitable[None]],
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk)
    await desk.publish(item)
    await lose(desk)
    await desk.work(rounds=1)
    waiting, card = await desk.publication(item), said(world.card("publishing:"))
    await world.work("connections.tell_lost")
    blocked = await rejudged(desk, await an_item(desk))
    struck("none")(desk)
    await world.sign_in(await world.relink(clock), desk.organisation)
    await world.work("lists.refresh")
    await desk.work()

    assert waiting.state == PublicationState.WAITING
    assert "no longer accepts our permission" in card
    assert card.count("1 of 1 wait") == 1
    assert "PRE_CONNECTION" in [each["code"] for each in blocked.problems]
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    await row_of(desk, item)


@ONLY_SQLITE
@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_QUOTE_429", "QBO_THROTTLE"])
async def test_a_spent_allowance_is_told_and_waited_out(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk)
    await desk.publish(item)
    resource = "Invoices" if desk.vendor == "xero" else "batch"
    target = f"{desk.vendor}:{desk.organisation}/{resource}"
    world.ledgers.set_fault(target, "rate_day", times=2, retry_after=3_000)
    await desk.work(rounds=1)
    waiting = said(world.card("publishing:"))
    await desk.work()

    assert "allows no more calls now. They go on by themselves" in waiting
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    await row_of(desk, item)


@ONLY_SQLITE
@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_CHARS", "QBO_UTF8"])
async def test_characters_that_ledgers_refuse_are_left_out(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk, description="Pa\x07per\x00 \U0001f490", note="For\x1f the fair")
    (publication,) = await published(desk, item)
    fields = (await row_of(desk, item))[1].fields

    (line,) = (fields.get("LineItems") or fields.get("Line"))[:1]
    kept = "Paper \U0001f490" if desk.vendor == "xero" else "Paper"

    assert publication.state == PublicationState.PUBLISHED
    assert line["Description"] == kept
