"""Approval before publishing: asked of those whose turn it is, decided once, told to everybody."""

from typing import Any

import pytest

from commands.errors import Conflict, Refused
from commands.publishing.readiness.readiness import reassess
from commands.replies import Form, call
from storage.models import Item, ItemState, Publication, PublicationState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, buttons
from tests.commands.publishing.agreeing import ask, needs, stage, waiting
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import an_item, card_of
from tests.conftest import Clock


async def test_nothing_goes_before_somebody_has_agreed(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    held = said(await desk.publish(item))
    asked = await ask(desk, item)
    question = world.card(f"approval:{item.id}", CHLOE)
    await world.press(CHLOE, question, "Approve")
    await world.press(ANA, world.card(f"approval:{item.id}", ANA), "Publish")
    await desk.work()

    assert "cannot go yet" in held
    assert f"Asked <@{CHLOE}> about Paper &amp; Pens" in asked
    assert "asks to publish" in said(question)
    assert "Large items" in said(question)
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    assert "approved by" in said(world.card(f"approval:{item.id}", ANA))


async def test_approval_may_publish_at_once(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, auto_publish=True)
    asked = await ask(desk, item)
    await world.press(CHLOE, world.card(f"approval:{item.id}", CHLOE), "Approve")
    await desk.work()

    assert "Once approved it is published by itself." in asked
    assert "It is on its way" in said(world.card(f"approval:{item.id}", ANA))
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED


async def test_a_declined_item_comes_back_with_the_reason(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    form = await world.press(CHLOE, world.card(f"approval:{item.id}", CHLOE), "Decline")
    assert isinstance(form, Form)
    await world.submit(CHLOE, form, why="Who bought this?")

    assert (await desk.item(item)).state == ItemState.TO_REVIEW
    assert "Who bought this?" in said(world.card(f"approval:{item.id}", ANA))
    assert "cannot go yet" in said(await desk.publish(item))


async def looked_at(desk: Desk, item: Item) -> str:
    """What its message in the channel says once the job has been there."""
    await desk.world.work("items.look")
    return said(desk.world.card(f"item:{item.id}"))


async def test_the_message_of_an_item_follows_every_decision(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await needs(desk)
    item = await an_item(desk, place="C0ACME")
    await ask(desk, item)
    asked = await looked_at(desk, item)
    await world.practice.press(CHLOE, call("publishing.cancel_approval", item=item.id))
    cancelled = await looked_at(desk, item)
    await ask(desk, item)
    await looked_at(desk, item)
    await world.practice.press(CHLOE, call("publishing.declined", item=item.id, why="Why?"))
    declined = await looked_at(desk, item)
    await ask(desk, item)
    await looked_at(desk, item)
    await world.practice.press(CHLOE, call("publishing.approve", item=item.id))
    approved = await looked_at(desk, item)

    assert f"Waits for approval by <@{CHLOE}>" in asked
    assert "It needs approval" in cancelled
    assert "It needs approval" in declined
    assert "Ready for Xero" in approved


async def test_it_is_decided_once(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    with pytest.raises(Conflict) as twice:
        await ask(desk, item)
    question = world.card(f"approval:{item.id}", CHLOE)
    await world.press(CHLOE, question, "Approve")

    assert f"waits for <@{CHLOE}> already" in said(twice.value)
    with pytest.raises(Conflict):
        await world.press(CHLOE, question, "Approve")


@pytest.mark.parametrize(
    ("asker", "over", "asked"),
    [
        (CHLOE, {}, [ANA]),  # whoever asks is not asked, and administrators are instead
        (CHLOE, {"allows_own": True}, [CHLOE]),
        (ANA, {}, [CHLOE]),
    ],
)
async def test_nobody_approves_only_what_they_asked_themselves(
    world: World, clock: Clock, asker: str, over: dict[str, Any], asked: list[str]
) -> None:
    desk, item = await waiting(world, clock, **over)
    await ask(desk, item, asker)
    own = await desk.item(item)
    approves = call("publishing.approve", item=item.id)

    assert own.approval["asked"] == asked
    if asker not in asked:
        with pytest.raises(Refused) as refused:
            await world.practice.press(asker, approves)
        assert "approved by somebody else" in said(refused.value)
    else:
        await world.practice.press(asker, approves)
        assert (await desk.item(item)).state == ItemState.APPROVED


async def test_administrators_may_decide_what_others_are_asked(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(BEN))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    await world.practice.press(CHLOE, call("publishing.approve", item=item.id))

    assert (await desk.item(item)).state == ItemState.APPROVED
    assert f"approved by <@{CHLOE}>" in said(world.card("approval:", BEN))


async def test_a_larger_amount_needs_approval_again(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    await world.press(CHLOE, world.card(f"approval:{item.id}", CHLOE), "Approve")
    async with world.database.begin() as session:
        own = await session.merge(await desk.item(item))
        told = {"total": "1200.00", "tax": "200.00"}
        own.manual = own.manual | {
            name: {"value": value, "by": ANA, "at": ""} for name, value in told.items()
        }
        await reassess(session, world.tools, own, now=clock())

    assert "PRE_NOT_APPROVED" in {each["code"] for each in own.problems}
    assert await desk.all(Publication) == []


async def test_the_question_can_be_taken_back(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    await world.practice.press(ANA, call("publishing.cancel_approval", item=item.id))

    assert (await desk.item(item)).state == ItemState.TO_REVIEW
    assert "Nobody is asked about Paper" in said(world.card(f"approval:{item.id}", CHLOE))


TWO = (stage(CHLOE, least="100.00"), stage(BEN, id_="s2", least="120.00"))


async def test_stages_are_asked_one_after_the_other(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, *TWO)
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    asked_first = {sent.to for sent in world.practice.post.sent if "approval:" in (sent.card or "")}
    form = await world.press(CHLOE, world.card("approval:", CHLOE), "Approve with a comment")
    passed_on = await world.submit(CHLOE, form, why="For the fair.")
    between = (await desk.item(item)).state
    question = world.card("approval:", BEN)
    with pytest.raises(Refused):
        await world.practice.press(CHLOE, call("publishing.approve", item=item.id))
    await world.press(BEN, question, "Approve")

    assert BEN not in asked_first
    assert f"waits for <@{BEN}> now" in said(passed_on)
    assert between == ItemState.PENDING
    assert "stage 2 of 2" in said(question)
    assert f"<@{CHLOE}> approved: “For the fair.”" in said(question)
    assert (await desk.item(item)).state == ItemState.APPROVED
    assert f"approved by <@{CHLOE}> and <@{BEN}>" in said(world.card("approval:", CHLOE))
    assert "“For the fair.”" in said(world.card("approval:", ANA))


async def test_smaller_amounts_go_through_fewer_stages(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, TWO[0], TWO[1] | {"least": "120.01"})
    await ask(desk, item)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")

    assert (await desk.item(item)).state == ItemState.APPROVED


async def test_the_item_offers_the_request_and_then_says_whom_it_waits_for(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock)
    async with world.database.begin() as session:
        (await session.get_one(Item, item.id)).place = "C0ACME"
    before = await card_of(desk, item)
    await world.practice.press(ANA, call("publishing.ask_approval", item=item.id))
    await world.work("items.look")
    after = await card_of(desk, item)

    assert "Request approval" in buttons(before)
    assert "Publish" not in buttons(before)
    assert "Cancel request" in buttons(after)
    assert f"Waits for approval by <@{CHLOE}>" in said(after)
    assert "It needs approval" not in said(after)
    assert f"Waits for approval by <@{CHLOE}>" in said(world.card(f"item:{item.id}"))


async def test_every_step_is_on_record(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, *TWO)
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")
    form = await world.press(BEN, world.card("approval:", BEN), "Decline")
    await world.submit(BEN, form, why="No.")
    events = [each for each in await world.practice.audit() if each.subject_id == item.id]

    assert [(each.actor, each.action) for each in events] == [
        (ANA, "item.approval_asked"),
        (CHLOE, "item.approved_in_part"),
        (BEN, "item.declined"),
    ]


async def decided(desk: Desk, item: Item, person_id: str) -> ItemState:
    await desk.world.practice.press(person_id, call("publishing.approve", item=item.id))
    return (await desk.item(item)).state


async def test_whoever_is_paid_back_does_not_approve_their_claim(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE, BEN))
    async with world.database.begin() as session:
        own = await session.merge(await desk.item(item))
        own.side, own.owner = "claim", CHLOE
        await reassess(session, world.tools, own, now=clock())
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)

    assert (await desk.item(item)).approval["asked"] == [BEN]
    with pytest.raises(Refused):
        await decided(desk, item, CHLOE)
    assert await decided(desk, item, BEN) == ItemState.APPROVED
