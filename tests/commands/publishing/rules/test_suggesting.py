"""Rules that items suggest: made from one, or after three coded alike."""

from datetime import timedelta

import pytest

from commands.publishing.coding import Coded
from commands.publishing.rules.suggesting import alike, suggested
from commands.replies import Form, Words, call
from storage.models import Connection, Item, Status
from tests.commands.practice import ANA, BEN, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, drawn, filled_in
from tests.commands.publishing.rules.making import by_hand, made, only
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def test_a_rule_is_made_from_an_item_with_its_supplier_and_coding(desk: Desk) -> None:
    item = await desk.has_item(manual=by_hand(account="a-461", tax_rate="t-20", description="x"))
    form = drawn(await desk.practice.press(ANA, call("publishing.rule_from_item", item=item.id)))
    filled = filled_in(form) if isinstance(form, Form) else {}
    await desk.submit(form)

    assert filled["subject"] == "Paper & Pens"
    assert (filled["account"], filled["tax_rate"], filled["apply"]) == ("a-461", "t-20", "yes")
    assert "description" not in filled
    assert await desk.due() == {"a.pdf"}


async def test_from_an_item_the_rule_it_falls_under_is_changed(desk: Desk) -> None:
    await made(desk, apply="yes")
    await desk.archive("a-461")
    item = await desk.has_item(manual=by_hand(account="a-429"))
    form = drawn(await desk.practice.press(ANA, call("publishing.rule_from_item", item=item.id)))
    await desk.submit(form)

    assert "▲" not in words(form), "what was archived is replaced already"
    assert (await only(desk)).coding == {"account": "a-429"}


async def offered(desk: Desk, item: Item, by: str = ANA) -> Words | None:
    context = await desk.practice.context(by)
    async with desk.practice.database.read() as session:
        return await suggested(session, context, desk.client, item)


async def test_after_three_codings_alike_a_rule_is_suggested(desk: Desk, clock: Clock) -> None:
    items = []
    for tax in ("t-20", "t-20", "t-s20"):
        clock.advance(timedelta(minutes=1))
        manual = by_hand(account="a-461", tax_rate=tax)
        items.append(await desk.has_item(manual=manual))
        if len(items) < 3:
            assert await offered(desk, items[-1]) is None
    words_ = await offered(desk, items[-1])
    assert words_ is not None
    assert await offered(desk, items[-1], by=BEN) is None
    await made(desk)

    assert words_.data["does"] == ["category 461 Printing"]
    assert words_.beside is not None
    assert await offered(desk, items[-1]) is None, "there is a rule now"


async def test_without_a_connection_no_rule_is_suggested(desk: Desk, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        item = await desk.has_item(manual=by_hand(account="a-461"))
    assert await offered(desk, item) is not None
    async with desk.practice.database.begin() as session:
        connection = await session.get_one(Connection, desk.connection.id)
        connection.status = Status.DISCONNECTED

    assert await offered(desk, item) is None


A, B, T = Coded.ACCOUNT, Coded.BILLABLE, Coded.TAX_RATE


@pytest.mark.parametrize(
    ("codings", "found"),
    [
        ([{A: "1"}, {A: "1"}], {}),
        ([{A: "1"}, {A: "1"}, {A: "1"}], {A: "1"}),
        ([{A: "1"}, {}, {A: "1"}, {A: "1"}], {A: "1"}),
        ([{A: "2"}, {A: "1"}, {A: "1"}, {A: "1"}], {}),
        ([{A: "1", T: "t"}, {A: "1", T: "t"}, {A: "1", T: "u"}], {A: "1"}),
        ([{B: "yes"}, {B: "yes"}, {B: "yes"}], {}),
    ],
)
def test_codings_are_alike_in_what_the_last_three_agree(
    codings: list[dict[Coded, str]], found: dict[Coded, str]
) -> None:
    assert alike(codings) == found
