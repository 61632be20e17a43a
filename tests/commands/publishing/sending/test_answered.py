"""Whoever asks for something to be published is told only what its message does not say."""

import pytest

from commands.replies import NOTHING, Answer, Reply, call
from storage.models import Item
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.provoking import OAKWOOD, ONLY_SQLITE, refused
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    an_item,
    card_of,
    choose,
    connected,
    makes_method,
    published,
    row_of,
)
from tests.conftest import Clock

pytestmark = ONLY_SQLITE

HERE, ELSEWHERE = "C0ACME", "C0OTHER"


async def publishes(desk: Desk, *items: Item, place: str | None) -> Answer:
    does = call("publishing.publish", client=desk.client.id, items=",".join(i.id for i in items))
    return await desk.world.practice.press(ANA, does, place)


async def test_in_the_channel_of_the_client_its_message_is_the_answer(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    answer = await publishes(desk, await an_item(desk), place=HERE)

    assert answer == NOTHING
    assert "On their way." in said(world.card("publishing:"))


@pytest.mark.parametrize("place", [ELSEWHERE, None])
async def test_elsewhere_the_answer_says_where_that_message_is(
    world: World, clock: Clock, place: str | None
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    answer = await publishes(desk, await an_item(desk), place=place)

    assert "1 item of Acme Ltd" in said(answer)
    assert f"sent off; <#{HERE}> says what came of it." in said(answer)


async def test_what_does_not_go_is_told_without_what_goes(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    good, wrong = await an_item(desk), await an_item(desk, account="")
    answer = await publishes(desk, good, wrong, place=HERE)

    assert "1 item cannot go yet" in said(answer)
    assert "sent off" not in said(answer)


async def test_retrying_in_the_channel_leaves_its_message_and_says_nothing_more(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    item = await an_item(desk)
    await desk.publish(item)
    refused("Invoices", "The account is full")(desk)
    await desk.work()
    desk.world.ledgers.set_fault(f"{desk.vendor}:{desk.organisation}", "none")
    does = buttons(world.card("publishing:").reply)["Retry 1"]
    answer = await desk.world.practice.press(ANA, does, HERE)

    assert isinstance(answer, Reply)
    assert (answer.parts, answer.replaces) == ((), False)


async def test_what_a_linked_card_paid_is_published_as_paid_by_one_press(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    await choose(desk, "general", costs_as="awaiting payment")
    await makes_method(
        desk, last4="4242", bank_account=await desk.entry("banks", "Deposit Account")
    )
    item = await an_item(desk, publish_as="", read={"last4": "4242"})
    before = await card_of(desk, item)
    await desk.world.press(ANA, before, "Publish as paid")
    after = await card_of(desk, item)
    await published(desk, item)
    _, row = await row_of(desk, item)

    assert "It will be awaiting payment, though it says that it is paid" in said(before)
    assert "though it says that it is paid" not in said(after)
    assert row.fields["Status"] == "PAID"
