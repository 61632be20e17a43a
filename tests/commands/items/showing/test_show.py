"""The card of an item tells what it is, how it is coded and why, and what is wrong."""

from datetime import timedelta

import pytest

from commands.errors import NotAllowed, NotFound
from commands.items.editing.fields import EVERY
from commands.publishing import catalogue
from commands.replies import Buttons, Reply, Style, call
from storage.models import Item, ItemState, Rule, RuleKind
from storage.queries import items
from storage.queries.item_files import NewFile
from tests.builders import NOW, WORKSPACE, save
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import BEN, CHLOE, DORA, buttons


async def _rule(desk: Desk, **coding: str) -> None:
    rule = Rule(
        id="rule", workspace_id=WORKSPACE, client_id=desk.client.id, kind=RuleKind.SUPPLIER,
        subject="paper pens", title="Paper & Pens", coding=coding,
        made_at=NOW - timedelta(days=1), made_by=CHLOE,
    )  # fmt: skip
    await save(desk.database, rule)


def _primary(reply: Reply) -> list[str]:
    rows = [part.items for part in reply.parts if isinstance(part, Buttons)]
    return [
        item.label for row in rows for item in row if getattr(item, "style", "") is Style.PRIMARY
    ]


async def test_it_says_what_it_is_and_what_becomes_of_it(desk: Desk) -> None:
    file = NewFile(name="ben.jpg", mime="image/jpeg", content=b"x" * 34_000)
    item = await desk.item(file)

    shown = said(await desk.open(BEN, item))

    assert shown.startswith(
        "Paper &amp; Pens · £120.00 · 1 May 2026 from ben.jpg (34 KB), to be a bill in Xero, draft"
    )
    assert "Number INV-77" in shown
    assert "by Ben" in shown
    assert "lists of Xero read" in shown


async def test_every_coded_value_says_where_it_is_from(desk: Desk) -> None:
    await _rule(desk, account="printing")
    item = await desk.item()
    form = await desk.press(BEN, await desk.open(BEN, item), "Edit")
    await desk.fill(BEN, form, tax_rate="NONE")

    shown = said(await desk.open(BEN, item))

    assert "Category 461 Printing &amp; Stationery _supplier rule_" in shown
    assert "Tax No VAT _manual, Ben_" in shown


async def test_what_is_missing_is_told_with_the_button_that_mends_it(desk: Desk) -> None:
    item = await desk.item(total=None)

    reply = await desk.open(BEN, item)

    assert "▲" in said(reply)
    form = await desk.press(BEN, reply, "Fill in")
    assert item.state is ItemState.TO_REVIEW
    assert "Publish" not in _primary(reply)
    await desk.fill(BEN, form, **{form.fields[0].name: "120.00"})  # type: ignore[union-attr]


async def test_an_archived_category_is_named_and_another_can_be_chosen(desk: Desk) -> None:
    await _rule(desk, account="general", tax_rate="INPUT2")
    item = await desk.item()

    reply = await desk.open(BEN, item)
    form = await desk.press(BEN, reply, "Choose category")
    after = await desk.fill(BEN, form, account="printing")

    assert "429 General Expenses (archived)" in said(reply)
    assert "461 Printing &amp; Stationery _manual, Ben_" in said(after)
    assert (await desk.now(item)).state is ItemState.READY


async def test_the_contact_that_is_nearly_the_same_is_taken_in_one_press(desk: Desk) -> None:
    item = await desk.item(supplier="Paper & Penns Ltd")

    reply = await desk.open(BEN, item)
    after = await desk.press(BEN, reply, "Use Paper & Pens")

    assert "is not in" in said(reply)
    assert (await desk.now(item)).manual["contact"]["value"] == "pens"
    assert "Use Paper & Pens" not in buttons(after)


async def test_the_likeliest_step_comes_first(desk: Desk) -> None:
    unfinished, finished = await desk.item(total=None), await desk.item(number="INV-78")
    await _rule(desk, account="printing", tax_rate="INPUT2")
    await desk.change(finished)

    rows = [
        [
            item.label
            for part in (await desk.open(BEN, item)).parts
            if isinstance(part, Buttons)
            for item in part.items
            if item.label in {"Edit", "Publish"}
        ]
        for item in (unfinished, finished)
    ]

    assert rows == [["Edit", "Publish"], ["Publish", "Edit"]]


async def test_what_is_ready_can_be_published_at_once(desk: Desk) -> None:
    await _rule(desk, account="printing", tax_rate="INPUT2")
    item = await desk.item()

    reply = await desk.open(BEN, item)

    assert item.state is ItemState.READY
    assert _primary(reply) == ["Publish"]
    assert buttons(reply)["Publish"] == call(
        "publishing.publish", client=desk.client.id, items=item.id
    )


async def test_what_the_ledger_said_stands_on_the_card(desk: Desk) -> None:
    item = await desk.item()
    await desk.change(item, error={"code": "", "text": "The moon is full", "more": 0})

    shown = said(await desk.open(BEN, item))

    assert "■ Xero says: “The moon is full”" in shown
    assert "We do not know this answer yet" in shown


async def test_of_what_is_known_it_says_the_cause_and_the_remedy(desk: Desk) -> None:
    item = await desk.item()
    code = next(code for code, entry in catalogue.ENTRIES.items() if code.startswith("X"))
    await desk.change(item, error={"code": code, "text": "Gibberish", "more": 2})

    shown = said(await desk.open(BEN, item))

    assert "■ Xero did not take it: " in shown
    assert catalogue.ENTRIES[code].title.format(software="Xero") in shown
    assert "and 2 more reasons" in shown


async def test_nobody_else_sees_it(desk: Desk) -> None:
    item = await desk.item()
    show = call("items.show", item=item.id)
    [oak] = await desk.practice.has("Oak & Sons")
    foreign = Item(
        id="foreign", workspace_id=WORKSPACE, client_id=oak.id, owner=CHLOE, source="form",
        title="theirs", submitted_at=NOW,
    )  # fmt: skip
    await save(desk.database, foreign)

    with pytest.raises(NotAllowed):
        await desk.does(DORA, show)
    with pytest.raises(NotAllowed):
        await desk.does(BEN, call("items.show", item=foreign.id))
    with pytest.raises(NotFound):
        await desk.does(BEN, call("items.show", item="nothing"))


async def test_in_quickbooks_it_becomes_what_it_is_called_there(quickbooks: Desk) -> None:
    item = await quickbooks.item()
    form = await quickbooks.press(BEN, await quickbooks.open(BEN, item), "Edit")
    await quickbooks.fill(BEN, form, account="printing", tax_rate="INPUT2")

    shown = said(await quickbooks.open(BEN, item))

    assert "to be a bill in QuickBooks Online" in shown
    assert "lists of QuickBooks Online read" in shown


async def test_what_is_being_read_is_not_found_fault_with(desk: Desk) -> None:
    item = await desk.change(await desk.item(total=None), state=ItemState.PROCESSING)
    async with desk.database.begin() as session:
        fresh = await items.find(session, WORKSPACE, item.id)
        assert fresh is not None
        fresh.state = ItemState.PROCESSING

    shown = said(await desk.open(BEN, item))

    assert "Being read" in shown
    assert "▲" not in shown


async def test_what_is_wrong_with_many_lines_alike_is_told_once(desk: Desk) -> None:
    lines = [{"total": "20.00", "manual": {}} for _ in range(5)]
    coded = {"total": "20.00", "manual": {"account": "printing"}}
    item = await desk.change(await desk.item(), lines=[*lines, coded])
    shown = said(await desk.open(BEN, item))

    assert "▲ Lines 1, 2, 3, 4 and 5: The category is missing." in shown
    assert shown.count("The category is missing") == 1


def test_every_field_that_a_remedy_names_is_in_the_form() -> None:
    remedies = [entry.button for entry in catalogue.ENTRIES.values()]
    named = {each.field for each in remedies if each.command == "items.edit" and each.field}

    assert named - set(EVERY) == set()
