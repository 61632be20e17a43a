"""A file of several documents waits until somebody takes it apart, or calls it one."""

from collections.abc import AsyncIterator

import pytest

from commands.errors import Conflict, Invalid
from commands.replies import Form, call
from storage.database import Database
from storage.models import Item, ItemState
from tests.commands.connecting import said, world
from tests.commands.items.reading.papers import as_pdf
from tests.commands.items.reading.test_several import invoice, page
from tests.commands.practice import ANA
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
CHANNEL = "C0ACME"
PAGES = (invoice("INV-1", "12.00"), invoice("INV-2", "30.00", supplier="Corner Café"))
TWO = as_pdf(*PAGES)
TILL = ("CORNER CAFE", "VAT No GB 123 4567 73", "Date: 01/10/2026")
UNSURE = as_pdf(page(*TILL, "TOTAL £4.20"), page(*TILL, "TOTAL £3.10"), page("Thank you"))


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    async with world(database, clock) as opened:
        yield await at(opened, clock, "Acme Ltd")


async def dropped(desk: Desk, content: bytes = TWO) -> Item:
    practice = desk.world.practice
    practice.drawer.put("F-1", "scans.pdf", content)
    await practice.press(ANA, call("items.receive", files="F-1"), CHANNEL)
    await desk.world.work("items.look")
    (item,) = await desk.all(Item)
    return item


async def test_it_is_told_and_nothing_goes_before(desk: Desk) -> None:
    item = await dropped(desk)
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))

    assert item.state is ItemState.TO_REVIEW
    assert "The file may hold 2 documents" in said(desk.world.card("item:", CHANNEL))
    assert "Take them apart, or say that it is one document." in said(opened)


async def test_taken_apart_each_is_an_item_with_its_own_pages(desk: Desk) -> None:
    item = await dropped(desk)
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))
    apart = await desk.world.press(ANA, opened, "Take apart")
    await desk.world.work("items.look")
    found = {each.title: each for each in await desk.all(Item)}

    assert "taken apart into 2 items" in said(apart)
    assert found["scans.pdf"].state is ItemState.DELETED
    assert [(found[f"scans {n} of 2.pdf"].number, found[f"scans {n} of 2.pdf"].problems[0]["code"])
            for n in (1, 2)] == [("INV-1", "PRE_MISSING"), ("INV-2", "PRE_MISSING")]  # fmt: skip
    assert {each.place for each in found.values()} == {CHANNEL}


async def test_where_nobody_can_tell_it_asks_for_the_pages(desk: Desk) -> None:
    item = await dropped(desk, UNSURE)
    told = said(desk.world.card("item:", CHANNEL))
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))
    form = await desk.world.press(ANA, opened, "Take apart")
    for wrong in ("1, 9", "one", "1"):
        with pytest.raises(Invalid):
            await desk.world.submit(ANA, form, pages=wrong)
    apart = await desk.world.submit(ANA, form, pages="2; 3")

    assert "The file may hold 1 or 2 documents" in told
    assert "A second one may begin on page 2" in said(opened)
    assert "look at the file first" in said(form)
    assert "taken apart into 3 items" in said(apart)


async def test_other_pages_than_were_found_can_be_said(desk: Desk) -> None:
    three = as_pdf(*PAGES, invoice("INV-2", "9.00"))
    item = await dropped(desk, three)
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))
    form = await desk.world.press(ANA, opened, "Other pages")
    assert isinstance(form, Form)
    apart = await desk.world.submit(ANA, form, pages="3")

    assert "They seem to begin on pages 1 and 2" in said(opened)
    assert [getattr(field, "initial", "") for field in form.fields] == ["1, 2"]
    assert "taken apart into 2 items" in said(apart)


async def test_what_is_called_one_document_is_not_asked_about_again(desk: Desk) -> None:
    item = await dropped(desk)
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))
    one = await desk.world.press(ANA, opened, "It is one document")
    with pytest.raises(Conflict):
        await desk.world.press(ANA, opened, "Take apart")

    assert "Noted" in said(one)
    assert "may hold" not in said(one)
    assert [each["code"] for each in (await desk.item(item)).problems] == ["PRE_MISSING"]


async def test_what_was_taken_apart_can_be_had_back(desk: Desk) -> None:
    item = await dropped(desk)
    opened = await desk.world.practice.press(ANA, call("items.show", item=item.id))
    apart = await desk.world.press(ANA, opened, "Take apart")
    await desk.world.press(ANA, apart, "Restore")

    assert (await desk.item(item)).state is ItemState.TO_REVIEW
