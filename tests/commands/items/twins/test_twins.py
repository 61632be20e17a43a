"""Two items that look like one are compared, merged or told apart."""

import pytest

from commands.errors import NotFound, Refused
from commands.publishing.history import note_change
from commands.replies import Reply, Table, call
from storage.models import Item, ItemState
from storage.queries import items
from storage.queries.item_files import NewFile
from tests.builders import WORKSPACE
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import BEN, buttons


def _file(name: str, content: bytes = b"1") -> NewFile:
    return NewFile(name=name, mime="image/jpeg", content=content)


async def _pair(desk: Desk, **second: str) -> tuple[Item, Item]:
    first = await desk.item(_file("one.jpg"))
    other = await desk.item(_file("two.jpg", b"2"), **second)
    return await desk.change(other, twin_id=first.id), first


async def test_a_twin_is_announced_with_what_can_be_said_of_it(desk: Desk) -> None:
    item, _ = await _pair(desk)

    card = await desk.open(BEN, item)

    assert "It looks like Paper &amp; Pens, £120.00, 1 May 2026, INV-77, to review" in said(card)
    assert {"Compare", "Same thing", "Different"} <= buttons(card).keys()


async def test_both_are_shown_beside_each_other(desk: Desk) -> None:
    item, _ = await _pair(desk, number="INV-78")

    answer = await desk.press(BEN, await desk.open(BEN, item), "Compare")

    assert isinstance(answer, Reply)
    table = next(part for part in answer.parts if isinstance(part, Table))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Number"] == ("INV-78", "INV-77")
    assert rows["Total"] == ("£120.00", "£120.00")
    assert rows["File"] == ("two.jpg (1 KB)", "one.jpg (1 KB)")
    assert "They differ in Number and File." in said(answer)


async def test_the_same_file_is_said_to_be_the_same(desk: Desk) -> None:
    first, second = [await desk.item(_file(name)) for name in ("one.jpg", "two.jpg")]

    answer = await desk.does(BEN, call("items.twins", item=second.id, twin=first.id))

    assert "the same file, to the last byte" in said(answer)


async def test_a_list_stays_where_it_is_when_its_first_row_is_the_same_thing(desk: Desk) -> None:
    row, other = await _pair(desk)
    told = {"sheet": {"value": row.id, "row": 0, "by": "sheet", "place": None}}
    await desk.change(row, source="sheet", read=row.read | told)

    await desk.press(BEN, await desk.open(BEN, row), "Same thing")

    assert await desk.file_names(row) == ["two.jpg"]
    assert await desk.file_names(other) == ["one.jpg"]


async def test_the_same_thing_is_merged_with_its_file_and_taken_apart_again(desk: Desk) -> None:
    item, other = await _pair(desk)

    merged = await desk.press(BEN, await desk.open(BEN, item), "Same thing")
    gone, there = await desk.now(item), await desk.file_names(other)
    await desk.press(BEN, merged, "Undo")

    assert "into Paper &amp; Pens, £120.00, 1 May 2026, INV-77, with 1 file." in said(merged)
    assert (gone.state, gone.twin_id) == (ItemState.MERGED, other.id)
    assert there == ["one.jpg", "two.jpg"]
    assert (await desk.now(item)).state is ItemState.TO_REVIEW
    assert await desk.file_names(other) == ["one.jpg"]
    assert await desk.file_names(item) == ["two.jpg"]
    assert [c.what for c in await desk.changes(other)] == ["taken_in"]


async def test_what_was_put_aside_for_its_file_comes_back_for_good(desk: Desk) -> None:
    item, other = await _pair(desk)
    item = await desk.change(item, state=ItemState.MERGED)
    async with desk.database.begin() as session:
        await note_change(session, item, "same file", by="system", at=item.submitted_at)

    await desk.press(BEN, await desk.open(BEN, item), "Take apart again")

    fresh = await desk.now(item)
    assert (fresh.state, fresh.twins_accepted) == (ItemState.TO_REVIEW, [other.id])
    assert await desk.file_names(item) == ["two.jpg"]


async def test_what_was_published_stays_whoever_asks(desk: Desk) -> None:
    item, other = await _pair(desk)
    item = await desk.change(item, state=ItemState.ARCHIVED)

    about = {"item": item.id, "twin": other.id, "version": item.version}
    await desk.does(BEN, call("items.same", **about))

    assert (await desk.now(other)).state is ItemState.MERGED
    assert (await desk.now(item)).state is ItemState.ARCHIVED


async def test_two_that_were_published_are_not_merged(desk: Desk) -> None:
    item, other = await _pair(desk)
    item = await desk.change(item, state=ItemState.ARCHIVED)
    await desk.change(other, state=ItemState.ARCHIVED)

    about = {"item": item.id, "twin": other.id, "version": item.version}
    with pytest.raises(Refused) as refused:
        await desk.does(BEN, call("items.same", **about))

    assert "are both in the ledger already" in said(refused.value)


async def test_those_that_are_different_are_not_compared_again(desk: Desk) -> None:
    item, other = await _pair(desk)

    answer = await desk.press(BEN, await desk.open(BEN, item), "Different")

    fresh, theirs = await desk.now(item), await desk.now(other)
    assert (fresh.twin_id, fresh.twins_accepted) == (None, [other.id])
    assert theirs.twins_accepted == [item.id]
    assert "They are not compared again." in said(answer)
    assert "Compare" not in buttons(answer)


async def test_a_document_of_the_ledger_is_told_apart_too(desk: Desk) -> None:
    item = await desk.item()

    about = {"item": item.id, "twin": "Invoices/inv-1", "version": item.version}
    answer = await desk.does(BEN, call("items.different", **about))

    assert (await desk.now(item)).twins_accepted == ["Invoices/inv-1"]
    assert "the document in the ledger" in said(answer)


async def test_items_of_other_clients_are_no_twins(desk: Desk) -> None:
    item, _ = await _pair(desk)

    with pytest.raises(NotFound):
        await desk.does(BEN, call("items.twins", item=item.id, twin="elsewhere"))


async def test_what_is_entered_twice_is_noticed(desk: Desk) -> None:
    entered = {
        "supplier": "Paper & Pens", "total": "120", "number": "INV-77", "day": "2026-05-01",
    }  # fmt: skip
    for _ in range(2):
        form = await desk.practice.say(BEN, "items add acme")
        answer = await desk.fill(BEN, form, **entered)

    await desk.look()

    assert isinstance(answer, Reply)
    does = buttons(answer)["History"]
    assert does is not None
    async with desk.database.read() as session:
        item = await items.find(session, WORKSPACE, does.arguments["item"])
    assert item is not None
    assert "It looks like Paper &amp; Pens" in said(await desk.open(BEN, item))


async def test_nothing_is_held_for_looking_like_what_was_deleted(desk: Desk) -> None:
    item, other = await _pair(desk)

    await desk.press(BEN, await desk.open(BEN, other), "Delete")
    await desk.look()

    fresh = await desk.now(item)
    assert fresh.twin_id is None
    assert "PRE_DUPLICATE" not in [each["code"] for each in fresh.problems]
