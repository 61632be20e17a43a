"""People see what each person is owed, what keeps it, and which claim an item is on."""

from datetime import timedelta

import pytest

from commands.errors import Refused
from commands.replies import call
from storage.models import ItemState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.claims.claiming import (
    claim_of,
    edit,
    has_expense,
    look_at,
    press,
)
from tests.commands.publishing.publishing import at
from tests.commands.publishing.varied import choose
from tests.conftest import Clock


async def test_claims_are_listed_with_what_they_come_to_and_what_can_be_done(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await has_expense(desk)
    await has_expense(desk, supplier="City Cabs", total="35.10", tax="5.85")
    await has_expense(desk, owner=ANA, supplier="Hotel Post", account="")
    clock.advance(timedelta(days=1))
    page = await world.practice.say(ANA, "claims acme")

    assert "Ben · June 2026 · £155.10 · 2 items" in said(page)
    assert "Open until" in said(page)
    assert "1 expense is on no claim yet" in said(page)
    assert {"Publish claim", "Open items", "Items", "Settings"} <= buttons(page).keys()


async def test_a_claim_names_what_changed_on_it_and_offers_to_refresh(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    await has_expense(desk, supplier="City Cabs", total="35.10", tax="5.85")
    await edit(desk, item, total="60.00", tax="10.00")
    page = await world.practice.say(ANA, "claims acme")
    shown = await world.practice.press(ANA, buttons(page)["Open items"])

    assert "Changed since it was put on the claim: Paper &amp; Pens. Refresh" in said(page)
    assert "Refresh" in buttons(page)
    assert "£120.00 · 20 May 2026 · changed since" in said(shown)


async def test_a_claim_over_its_period_is_ready_and_a_published_one_leads_to_the_ledger(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    clock.advance(timedelta(days=40))
    ready = await world.practice.say(ANA, "claims acme")
    await press(desk, "publish_claim", await claim_of(desk, item))
    await desk.work()
    published = await world.practice.say(ANA, "claims acme")

    assert "Ready to be published as one document" in said(ready)
    assert "Published to Xero" in said(published)
    assert "View in Xero" in buttons(published)
    assert "Publish claim" not in buttons(published)


async def test_an_item_says_which_claim_it_is_on(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    card = await world.practice.press(ANA, call("items.show", item=item.id))
    inbox = await world.practice.say(ANA, "items acme")
    history = await world.practice.press(ANA, call("items.history", item=item.id))

    assert "on the expense claim of Ben, June 2026" in said(card)
    assert "Show claim" in buttons(card)
    assert "Publish" not in buttons(card)
    assert "claim of June 2026" in said(inbox)
    assert "it was put on the expense claim: June 2026" in said(history)


@pytest.mark.parametrize("command", ["items.unarchive", "publishing.republish"])
async def test_one_item_of_a_published_claim_is_neither_sent_again_nor_taken_back(
    world: World, clock: Clock, command: str
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    await press(desk, "publish_claim", await claim_of(desk, item))
    await desk.work()
    own = await desk.item(item)
    does = call(command, item=item.id)
    if command == "items.unarchive":
        does = call(command, item=item.id, version=own.version, clear="yes")
    with pytest.raises(Refused) as refused:
        await world.practice.press(ANA, does)

    assert "part of an expense claim" in said(refused.value)
    assert (await desk.item(item)).state is ItemState.ARCHIVED


async def test_claims_are_put_together_as_often_as_the_settings_say(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    monthly = await claim_of(desk, await has_expense(desk))
    await choose(desk, "general", claims_every="weekly")
    kept = await claim_of(desk, await has_expense(desk, supplier="City Cabs"))
    weekly = await claim_of(desk, await has_expense(desk, owner=ANA, supplier="Hotel Post"))
    settings = await world.practice.say(ANA, "settings acme")

    assert kept.id == monthly.id
    assert (weekly.ends - weekly.starts).days == 6
    assert "one document a week for each person" in said(settings)


async def test_an_item_of_somebody_else_moves_to_their_claim_when_it_is_refreshed(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    claim = await claim_of(desk, item)
    async with world.database.begin() as session:
        own = await session.get_one(type(item), item.id)
        own.owner = ANA
    await look_at(desk, item)
    await press(desk, "refresh_claim", claim)
    moved = await claim_of(desk, item)

    assert moved.id != claim.id
    assert moved.owner == ANA
