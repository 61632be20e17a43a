"""A rule that divides: made in its form, seen on the item, corrected, and published in lines."""

from typing import Any

import pytest
from sqlalchemy import select

from commands.errors import Invalid
from commands.replies import Answer, call
from storage.models import ItemState, ListEntry, Rule
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    an_item,
    card_of,
    connected,
    document_of,
    rejudged,
)
from tests.conftest import Clock

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


async def a_desk(world: World, clock: Clock) -> Desk:
    return await connected(world, clock, "Oakwood Joinery Holdings", "xero")


async def says(desk: Desk, **filled: str) -> Answer:
    """The rule of Paper & Pens with this split."""
    made = await desk.world.practice.press(
        ANA,
        call("publishing.save_rule", client=desk.client.id, kind="supplier",
             subject="Paper & Pens", apply="yes"),
    )  # fmt: skip
    (rule,) = await desk.all(Rule)
    form = await desk.world.practice.press(
        ANA, call("publishing.rule_split", client=desk.client.id, rule=rule.id)
    )
    assert "nothing is divided" in said(made)
    return await desk.world.submit(ANA, form, **(filled_in(form) | filled))


async def sixty_forty(desk: Desk) -> dict[str, str]:
    printing, travel = await desk.entry("accounts", "461"), await desk.entry("accounts", "493")
    await says(
        desk, share_1="60%", account_1=printing, tax_rate_1="INPUT2", account_2=travel,
        tax_rate_2="ZERORATEDINPUT", apply="yes",
    )  # fmt: skip
    return {"printing": printing, "travel": travel}


def lines(document: Any) -> list[tuple[str, str, str]]:
    return [
        (each["AccountCode"], each["TaxType"], f"{each['LineAmount']:.2f}")
        for each in document["LineItems"]
    ]


async def test_an_item_arrives_divided_with_the_rule_as_the_source(
    world: World, clock: Clock
) -> None:
    desk = await a_desk(world, clock)
    await sixty_forty(desk)
    item = await an_item(desk, account="", tax_rate="", tax="")
    split = await world.practice.press(ANA, call("items.split", item=item.id))
    document = await document_of(desk, item)

    assert item.state is ItemState.READY
    assert "A rule divided it so" in said(split)
    assert [line[:2] for line in lines(document)] == [
        ("461", "INPUT2"), ("493", "ZERORATEDINPUT"),
    ]  # fmt: skip
    assert document["Total"] == 120


async def test_what_a_person_says_of_the_item_or_a_line_wins(world: World, clock: Clock) -> None:
    desk = await a_desk(world, clock)
    own = await sixty_forty(desk)
    by_hand = await an_item(desk, account=own["travel"], tax_rate="", tax="")
    corrected = await an_item(desk, account="", tax_rate="", tax="")
    page = await world.practice.press(ANA, call("items.split", item=corrected.id))
    form = await world.press(ANA, page, "Correct", first=True)
    await world.submit(ANA, form, **(filled_in(form) | {"total": "100.00"}))
    page = await world.practice.press(ANA, call("items.split", item=corrected.id))
    form = await world.press(ANA, page, "Correct")
    await world.submit(ANA, form, **(filled_in(form) | {"total": "20.00"}))
    documents = [await document_of(desk, item) for item in (by_hand, corrected)]

    assert [code for code, _, _ in lines(documents[0])] == ["493", "493"]
    assert [code for code, _, _ in lines(documents[1])] == ["461", "493"]
    assert documents[1]["Total"] == 120


async def test_an_item_is_made_whole_and_follows_the_rule_again(world: World, clock: Clock) -> None:
    desk = await a_desk(world, clock)
    await sixty_forty(desk)
    item = await an_item(desk, account="", tax_rate="", tax="")
    for _ in range(2):
        page = await world.practice.press(ANA, call("items.split", item=item.id))
        removed = await world.press(ANA, page, "Remove", first=True)
    whole = await desk.item(item)
    card = await card_of(desk, whole)
    followed = await world.press(ANA, card, "Follow the rules again")
    again = await world.practice.press(ANA, call("items.split", item=item.id))

    assert "It is one whole now" in said(removed)
    assert whole.state is ItemState.TO_REVIEW
    assert "Lines of" in said(followed)
    assert "2 lines, which add up to the total. A rule divided it so" in said(again)


async def test_a_category_that_is_archived_breaks_the_split(world: World, clock: Clock) -> None:
    desk = await a_desk(world, clock)
    own = await sixty_forty(desk)
    item = await an_item(desk, account="", tax_rate="", tax="")
    async with world.database.begin() as session:
        gone = select(ListEntry).where(ListEntry.remote_id == own["travel"])
        for entry in await session.scalars(gone):
            entry.active = False
    item = await rejudged(desk, item)
    rules = await world.practice.press(ANA, call("publishing.rules", client=desk.client.id))
    form = await world.press(ANA, rules, "Fix rule")
    fields = {field.name: getattr(field, "initial", None) for field in form.fields}

    assert item.state is ItemState.TO_REVIEW
    assert "category 493 Travel" in said(rules)
    assert "is archived in Xero. 1 item waits for it." in said(rules)
    assert (fields["share_1"], fields["account_2"]) == ("60%", None)
    assert fields["account_1"] is not None


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"share_1": "60%"}, "account_1"),
        ({"share_1": "lots", "account_1": "x"}, "share_1"),
        ({"share_1": "60%", "account_1": "x"}, "share_1"),
    ],
)
async def test_what_does_not_divide_is_said_beside_its_field(
    world: World, clock: Clock, filled: dict[str, str], field: str
) -> None:
    desk = await a_desk(world, clock)
    with pytest.raises(Invalid) as refused:
        await says(desk, **filled)

    assert field in refused.value.fields
