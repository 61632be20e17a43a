"""Splitting an item until nothing remains."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.errors import Conflict
from commands.items.editing.split import balanced, remaining
from commands.publishing.known import facts_of
from commands.replies import Answer, Form, call
from storage.models import Item
from tests.builders import NOW, WORKSPACE
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import ANA, BEN, buttons

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=2)


def _item(total: Decimal, *lines: Decimal) -> Item:
    return Item(
        id="item", workspace_id=WORKSPACE, client_id="acme", owner=BEN, source="form",
        title="a", submitted_at=NOW, read={"total": {"value": str(total)}},
        lines=[{"total": str(line)} for line in lines],
    )  # fmt: skip


@given(AMOUNTS, st.lists(AMOUNTS, max_size=5))
def test_nothing_remains_once_it_is_balanced(total: Decimal, lines: list[Decimal]) -> None:
    item = _item(total, *lines)

    item.lines = balanced(item.lines, facts_of(item))

    assert remaining(facts_of(item)) == 0
    assert len(item.lines) <= len(lines) + 1


def test_a_rounding_goes_to_the_last_line() -> None:
    item = _item(Decimal("100.00"), Decimal(50), Decimal("49.99"))

    assert balanced(item.lines, facts_of(item))[1]["total"] == "50.00"


async def _add(desk: Desk, answer: Answer, total: str, **values: str) -> Answer:
    form = await desk.press(BEN, answer, "Add a line")
    return await desk.fill(BEN, form, total=total, **values)


async def test_lines_are_added_until_nothing_remains(desk: Desk) -> None:
    item = await desk.item()
    first = await desk.press(BEN, await desk.open(BEN, item), "Split")

    half = await _add(desk, first, "80", description="Paper", account="printing")
    form = await desk.press(BEN, half, "Add a line")
    assert isinstance(form, Form)
    whole = await desk.fill(BEN, form, description="Fares", account="travel")

    assert "£40.00 remains." in said(half)
    assert "2 lines, which add up to the total." in said(whole)
    assert "Balance" not in buttons(whole)
    fresh = await desk.now(item)
    assert [line["total"] for line in fresh.lines] == ["80.00", "40.00"]
    assert [line["manual"]["account"] for line in fresh.lines] == ["printing", "travel"]
    card = await desk.open(BEN, item)
    assert "Category" in str(card.parts)


async def test_what_remains_becomes_a_line_at_a_press(desk: Desk) -> None:
    item = await desk.item()
    page = await _add(desk, await desk.does(BEN, call("items.split", item=item.id)), "100")

    after = await desk.press(BEN, page, "Balance")

    assert "which add up to the total" in said(after)
    assert [line["total"] for line in (await desk.now(item)).lines] == ["100.00", "20.00"]


async def test_a_line_is_corrected_removed_and_brought_back(desk: Desk) -> None:
    item = await desk.item()
    page = await _add(desk, await desk.does(BEN, call("items.split", item=item.id)), "120")

    form = await desk.press(BEN, page, "Correct")
    corrected = await desk.fill(BEN, form, total="100", tax="20")
    lines = (await desk.now(item)).lines
    removed = await desk.press(BEN, corrected, "Remove")
    back = await desk.press(BEN, removed, "Undo")

    assert (lines[0]["total"], lines[0]["tax"], lines[0]["net"]) == ("100.00", "20.00", "80.00")
    assert "It is one whole now." in said(removed)
    assert "The lines are as they were before." in said(back)
    assert (await desk.now(item)).lines == lines


async def test_lines_that_are_more_than_the_total_are_told(desk: Desk) -> None:
    item = await desk.item()

    page = await _add(desk, await desk.does(BEN, call("items.split", item=item.id)), "130")

    assert "The lines are £10.00 more than the total." in said(page)


async def test_two_people_do_not_overwrite_each_others_lines(desk: Desk) -> None:
    item = await desk.item()
    page = await desk.does(BEN, call("items.split", item=item.id))
    anas = await desk.press(ANA, page, "Add a line")
    await _add(desk, page, "80")

    with pytest.raises(Conflict) as conflict:
        await desk.fill(ANA, anas, total="10")

    assert "Ben changed its lines" in said(conflict.value)


async def test_each_change_of_lines_is_in_the_history(desk: Desk) -> None:
    item = await desk.item()
    await _add(desk, await desk.does(BEN, call("items.split", item=item.id)), "80")

    [change] = await desk.changes(item)

    assert (change.what, change.facts["count"], change.facts["before"]) == ("split", 1, [])
