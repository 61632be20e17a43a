"""The items of a client, by how far they have come."""

import pytest

from commands.errors import NotAllowed
from commands.replies import Filter, Reply, call
from storage.models import ItemState
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import ANA, BEN, DORA, buttons


async def test_an_empty_inbox_says_how_to_begin(desk: Desk) -> None:
    answer = await desk.practice.say(BEN, "items acme")

    assert "Nothing has been handed in yet." in said(answer)
    assert "Add an item" in buttons(answer)


async def test_each_item_says_what_it_is_and_what_is_wrong(desk: Desk) -> None:
    await desk.item(total=None)

    answer = await desk.practice.say(BEN, "items acme")

    assert "Items of Acme Ltd · To review · 1" in said(answer)
    assert "Paper &amp; Pens · no total · 1 May 2026 · INV-77" in said(answer)
    assert "▲" in said(answer)
    assert "As of 3 Jun 2026, 10:00 UTC" in said(answer)


async def test_it_opens_where_somebody_has_to_look(desk: Desk) -> None:
    item = await desk.item()
    await desk.change(item, state=ItemState.ARCHIVED)

    answer = await desk.practice.say(BEN, "items acme")

    assert "Published and archived · 1" in said(answer)


async def test_a_shelf_is_chosen_sorted_and_searched(desk: Desk) -> None:
    await desk.item(supplier="Zebra Ltd", total="5.00")
    await desk.item(supplier="Acorn Ltd", total="9.00")
    first = await desk.practice.say(BEN, "items acme")
    assert isinstance(first, Reply)
    [shelves, sort] = [part for part in first.parts if isinstance(part, Filter)]

    by_name = await desk.does(BEN, sort.does.having(order="supplier"))
    form = await desk.press(BEN, by_name, "Search")
    found = await desk.fill(BEN, form, search="zebra")
    every = await desk.press(BEN, found, "Without the search")
    deleted = await desk.does(BEN, shelves.does.having(shelf="deleted"))

    assert said(by_name).index("Acorn") < said(by_name).index("Zebra")
    assert "“zebra” · 1" in said(found)
    assert "Acorn" not in said(found)
    assert "Acorn" in said(every)
    assert "Deleted · none" in said(deleted)


async def test_what_one_person_claims_back_stands_together(desk: Desk) -> None:
    for who, side, total in (
        (BEN, "claim", "5.00"), (ANA, "claim", "7.00"), (ANA, "cost", "9.00"),
        (BEN, "claim", "3.00"),
    ):  # fmt: skip
        item = await desk.item(total=total)
        await desk.change(item, side=side, owner=who)

    told = said(await desk.practice.say(BEN, "items acme"))

    assert "Expense claims of Ben · 2 items · £8.00" in told
    assert "Expense claims of Ana · 1 item · £7.00" in told
    order = [told.index(each) for each in ("£9.00", "claims of Ana", "£7.00", "claims of Ben")]
    assert order == sorted(order)
    assert told.index("claims of Ben") < min(told.index("£5.00"), told.index("£3.00"))


async def test_more_than_a_page_is_turned(desk: Desk) -> None:
    for number in range(11):
        await desk.item(supplier=f"Supplier {number}")
    first = await desk.practice.say(BEN, "items acme")

    second = await desk.press(BEN, first, "Next")
    again = await desk.press(BEN, second, "Previous")

    assert "1 to 10 of 11" in said(first)
    assert "11 to 11 of 11" in said(second)
    assert said(again) == said(first)


async def test_what_is_ready_is_published_at_once_or_one_by_one(desk: Desk) -> None:
    for number in ("1", "2"):
        item = await desk.item(number=number)
        form = await desk.does(BEN, call("items.edit", item=item.id))
        await desk.fill(BEN, form, account="printing", tax_rate="INPUT2")
        assert (await desk.now(item)).state is ItemState.READY

    answer = await desk.practice.say(BEN, "items acme")

    assert "Ready · 2" in said(answer)
    assert buttons(answer)["Publish 2 ready"] == call("publishing.publish", client=desk.client.id)
    one = buttons(answer)["Publish"]
    assert one is not None
    assert one.arguments.keys() == {"client", "items"}


async def test_in_the_channel_of_a_client_it_needs_no_name(desk: Desk) -> None:
    await desk.practice.has("Oak & Sons", channel_id="C0OAK")

    there = await desk.practice.say(ANA, "items", "C0OAK")
    elsewhere = await desk.practice.say(ANA, "items", "C0OTHER")

    assert "Items of Oak &amp; Sons" in said(there)
    assert "Items of" not in said(elsewhere)


async def test_guests_see_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await desk.practice.say(DORA, "items acme")
