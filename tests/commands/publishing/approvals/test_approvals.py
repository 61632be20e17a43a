"""Consent before publishing: asked of those who may give it, decided once, told to everybody."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Refused
from commands.publishing.readiness.readiness import reassess
from commands.replies import Form, call
from storage.models import Item, ItemState, Publication, PublicationState, PublishingChoices
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, WORKSPACE
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

CHOICES = {"approve_above": "100.00", "approvers": [CHLOE]}


async def waiting(world: World, clock: Clock, **choices: object) -> tuple[Desk, Item]:
    """An item of 120.00 where everything from 100.00 on needs Chloe."""
    desk = await at(world, clock, "Acme Ltd")
    async with world.database.begin() as session:
        session.add(
            PublishingChoices(
                workspace_id=WORKSPACE, client_id=desk.client.id, choices=CHOICES | choices
            )
        )
    return desk, await desk.has_item()


async def ask(desk: Desk, item: Item, person_id: str = ANA) -> str:
    does = call("publishing.ask_approval", item=item.id)
    return said(await desk.world.practice.press(person_id, does))


async def test_nothing_goes_before_somebody_has_consented(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    held = said(await desk.publish(item))
    await ask(desk, item)
    question = world.card(f"approval:{item.id}", CHLOE)
    await world.press(CHLOE, question, "Approve")
    await desk.publish(item)
    await desk.work()

    assert "cannot go yet" in held
    assert "asks to publish" in said(question)
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    assert "approved by" in said(world.card(f"approval:{item.id}", ANA))


async def test_consent_may_publish_at_once(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, auto_once_approved=True)
    await ask(desk, item)
    await world.press(CHLOE, world.card(f"approval:{item.id}", CHLOE), "Approve")
    await desk.work()

    assert (await desk.publication(item)).state == PublicationState.PUBLISHED


async def test_a_declined_item_comes_back_with_the_reason(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    form = await world.press(CHLOE, world.card(f"approval:{item.id}", CHLOE), "Decline")
    assert isinstance(form, Form)
    await world.submit(CHLOE, form, why="Who bought this?")

    assert (await desk.item(item)).state == ItemState.TO_REVIEW
    assert "Who bought this?" in said(world.card(f"approval:{item.id}", ANA))


async def test_it_is_decided_once(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    question = world.card(f"approval:{item.id}", CHLOE)
    await world.press(CHLOE, question, "Approve")

    with pytest.raises(Conflict):
        await world.press(CHLOE, question, "Approve")


async def test_nobody_approves_only_what_they_asked_themselves(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)

    with pytest.raises(Refused):
        await ask(desk, item, CHLOE)


async def test_a_larger_amount_needs_consent_again(world: World, clock: Clock) -> None:
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
    assert "Nobody is asked" in said(world.card(f"approval:{item.id}", CHLOE))


SECOND = {"approvers": [CHLOE], "then_above": "120.00", "then_approvers": [BEN]}


async def test_large_amounts_need_a_second_consent_after_the_first(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, **SECOND)
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    asked_first = {sent.to for sent in world.practice.post.sent if "approval:" in (sent.card or "")}
    passed_on = await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")
    between = (await desk.item(item)).state
    question = world.card("approval:", BEN)
    await world.press(BEN, question, "Approve")

    assert BEN not in asked_first
    assert f"It waits for <@{BEN}> now" in said(passed_on)
    assert between == ItemState.PENDING
    assert "asks to publish" in said(question)
    assert (await desk.item(item)).state == ItemState.APPROVED
    assert "approved by" in said(world.card("approval:", CHLOE))


async def test_nobody_consents_twice(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, **SECOND)
    await ask(desk, item)
    question = world.card("approval:", CHLOE)
    await world.press(CHLOE, question, "Approve")

    with pytest.raises(Refused):
        await world.press(CHLOE, question, "Approve")
    assert (await desk.item(item)).state == ItemState.PENDING


async def test_smaller_amounts_need_one_consent(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, **SECOND | {"then_above": "120.01"})
    await ask(desk, item)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")

    assert (await desk.item(item)).state == ItemState.APPROVED


async def test_consent_may_come_with_a_comment(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    form = await world.press(CHLOE, world.card("approval:", CHLOE), "Approve with a comment")
    await world.submit(CHLOE, form, why="For the fair.")

    assert (await desk.item(item)).state == ItemState.APPROVED
    assert "“For the fair.”" in said(world.card("approval:", ANA))


async def test_whoever_does_not_answer_is_reminded_after_one_day_and_after_three(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    heard = []
    for hours in (23, 1, 47, 1, 100):
        clock.advance(timedelta(hours=hours))
        await world.work("items.look")
        heard.append(len([s for s in world.practice.post.to(CHLOE) if "still waits" in said(s)]))
    await world.press(CHLOE, world.practice.post.to(CHLOE)[-1], "Approve")

    assert heard == [0, 1, 1, 2, 2]
    assert (await desk.item(item)).state == ItemState.APPROVED
