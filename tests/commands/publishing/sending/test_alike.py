"""Items that their ledger refused for one cause are corrected with one choice."""

import pytest

from commands.errors import Invalid, Refused
from commands.replies import Form
from storage.models import ItemState, PublicationState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE, buttons
from tests.commands.publishing.provoking import OAKWOOD, ONLY_SQLITE, changes
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, card_of, connected, row_of
from tests.conftest import Clock

pytestmark = ONLY_SQLITE

CHOOSES = "Choose category for 3"


async def three_refused(world: World, clock: Clock) -> tuple[Desk, list]:
    """Their category is archived while they are on their way."""
    desk = await connected(world, clock, *OAKWOOD)
    items = [await an_item(desk, number=f"ALIKE-{n}") for n in range(3)]
    await desk.publish(*items)
    changes("Accounts", "461", Status="ARCHIVED")(desk)
    await desk.work()
    return desk, items


async def test_one_choice_mends_all_that_one_cause_keeps_and_each_is_there_once(
    world: World, clock: Clock
) -> None:
    desk, items = await three_refused(world, clock)
    form = await world.press(ANA, world.card("publishing:"), CHOOSES)
    assert isinstance(form, Form)
    corrected = await world.submit(ANA, form, account=await desk.entry("accounts", "429"))
    before = [await card_of(desk, item) for item in items]
    await world.press(ANA, corrected, "Retry 3")
    await desk.work()

    assert [field.name for field in form.fields] == ["account"]
    assert form.fields[0].hint is None
    assert "3 items" in said(form)
    assert "Changed Category of 3 items." in said(corrected)
    assert all("429" in said(card) for card in before)
    for item in items:
        assert (await desk.publication(item)).state == PublicationState.PUBLISHED
        await row_of(desk, item)


async def test_what_somebody_corrected_meanwhile_is_left_alone(world: World, clock: Clock) -> None:
    desk, items = await three_refused(world, clock)
    form = await world.press(CHLOE, world.card("publishing:"), CHOOSES)
    assert isinstance(form, Form)
    single = await world.press(ANA, await card_of(desk, items[0]), "Choose category")
    assert isinstance(single, Form)
    await world.submit(ANA, single, account=await desk.entry("accounts", "489"))
    corrected = await world.submit(CHLOE, form, account=await desk.entry("accounts", "429"))

    assert "Changed Category of 2 items." in said(corrected)
    assert "489" in said(await card_of(desk, items[0]))
    with pytest.raises(Refused) as nothing:
        await world.press(CHLOE, world.card("publishing:"), CHOOSES)
    assert "Nothing is left to correct" in said(nothing.value)


async def test_nothing_chosen_is_asked_for_again(world: World, clock: Clock) -> None:
    desk, items = await three_refused(world, clock)
    form = await world.press(ANA, world.card("publishing:"), CHOOSES)
    assert isinstance(form, Form)
    with pytest.raises(Invalid) as empty:
        await world.submit(ANA, form)

    assert empty.value.fields == {"account": "Choose one."}
    assert (await desk.item(items[0])).state is ItemState.READY


async def test_one_item_alone_or_what_each_has_for_itself_is_not_offered_together(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    item = await an_item(desk)
    await desk.publish(item)
    changes("Accounts", "461", Status="ARCHIVED")(desk)
    await desk.work()

    assert list(buttons(world.card("publishing:").reply)) == ["What is wrong", "Retry 1", "Items"]
