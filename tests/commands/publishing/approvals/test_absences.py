"""Deputies of those who are away, and managers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commands.errors import Invalid, NotAllowed
from commands.replies import Form, call
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, DORA, Practice, words
from tests.commands.publishing.agreeing import ask, stage, waiting
from tests.commands.publishing.provoking import ONLY_SQLITE
from tests.conftest import Clock

TODAY = date(2026, 6, 3)


async def leave(practice: Practice, by: str, **told: str) -> str:
    form = await practice.say(by, "away")
    assert isinstance(form, Form)
    given = {"until": (TODAY + timedelta(days=2)).isoformat()} | told
    return words(await practice.submit(by, form, **given))


@ONLY_SQLITE
async def test_a_deputy_is_asked_while_somebody_is_away(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    answer = await leave(world.practice, CHLOE, deputy=BEN)
    await world.work("items.look")
    during = (await desk.item(item)).approval["asked"]
    told = said(world.card("away:", BEN))
    moved = said(world.card("approval:", CHLOE))
    await leave(world.practice, CHLOE, deputy="-")
    await world.work("items.look")

    assert f"<@{BEN}> decides what waits for the approval of <@{CHLOE}>" in answer
    assert f"<@{BEN}> decides what waits" in told
    assert during == [BEN]
    assert f"waits for <@{BEN}> now" in moved
    assert (await desk.item(item)).approval["asked"] == [CHLOE]


@ONLY_SQLITE
async def test_whoever_comes_back_is_asked_again_that_very_day(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    await leave(world.practice, CHLOE, deputy=BEN, until=TODAY.isoformat())
    await world.work("items.look")
    during = (await desk.item(item)).approval["asked"]
    person = await world.practice.person(CHLOE)
    assert person.away_until is not None
    clock.advance(person.away_until - clock() + timedelta(seconds=1))
    await world.work("items.look")

    assert during == [BEN]
    assert (await desk.item(item)).approval["asked"] == [CHLOE]
    assert f"waits for <@{CHLOE}> now" in said(world.card("approval:", BEN))


@ONLY_SQLITE
async def test_whoever_is_away_may_still_decide(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(BEN))
    await world.practice.assign(BEN, desk.client)
    await leave(world.practice, BEN, deputy=CHLOE)
    await ask(desk, item)
    await world.practice.press(BEN, call("publishing.approve", item=item.id))

    assert f"approved by <@{BEN}>" in said(world.card("approval:", CHLOE))


async def test_an_absence_ends_with_its_last_day(practice: Practice, clock: Clock) -> None:
    await leave(practice, BEN, deputy=CHLOE)
    person = await practice.person(BEN)
    form = words(await practice.say(BEN, "away"))
    clock.advance(timedelta(days=3))
    after = words(await practice.say(BEN, "away"))

    assert person.away_until == datetime(2026, 6, 5, 23, tzinfo=UTC), "midnight in London"
    assert f"<@{CHLOE}> decides in your place until the end of 5 June" in form
    assert "decides in your place until" not in after


@pytest.mark.parametrize(
    ("by", "told", "problem"),
    [
        (BEN, {"deputy": BEN}, "somebody else"),
        (BEN, {"deputy": DORA}, "works here"),
        (BEN, {"deputy": CHLOE, "until": "2026-06-02"}, "a day to come"),
        (BEN, {"deputy": CHLOE, "until": ""}, "last day"),
        (BEN, {"deputy": CHLOE, "person": ANA}, "An administrator"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    practice: Practice, by: str, told: dict[str, str], problem: str
) -> None:
    with pytest.raises(Invalid, match=problem):
        await leave(practice, by, **told)

    assert (await practice.person(BEN)).deputy_id is None


async def test_administrators_choose_for_somebody_who_is_ill(practice: Practice) -> None:
    await leave(practice, ANA, person=BEN, deputy=CHLOE)
    (event,) = [each for each in await practice.audit() if each.action == "person.away"]

    assert (await practice.person(BEN)).deputy_id == CHLOE
    assert {sent.to for sent in practice.post.sent} == {BEN, CHLOE}
    assert (event.actor, event.subject_id, event.after["deputy"]) == (ANA, BEN, CHLOE)


async def test_managers_are_set_by_administrators(practice: Practice) -> None:
    form = await practice.press(ANA, call("publishing.managers"))
    answer = words(await practice.submit(ANA, form, person=BEN, manager=CHLOE))
    listed = words(await practice.press(ANA, call("publishing.managers")))
    await practice.press(ANA, call("publishing.set_manager", person=CHLOE, manager="-"))

    assert f"<@{CHLOE}> is the manager of <@{BEN}>" in answer
    assert f"<@{BEN}>: <@{CHLOE}>" in listed
    assert (await practice.person(BEN)).manager_id == CHLOE
    with pytest.raises(NotAllowed):
        await practice.press(BEN, call("publishing.managers"))


@ONLY_SQLITE
async def test_the_manager_of_whoever_handed_it_in_is_asked(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(approver="manager"))
    told = {"person": ANA, "manager": CHLOE}
    await ask(desk, item, CHLOE)
    nobody = (await desk.item(item)).approval
    await world.practice.press(CHLOE, call("publishing.cancel_approval", item=item.id))
    await world.practice.press(ANA, call("publishing.set_manager", **told))
    await ask(desk, item)

    assert (nobody["asked"], nobody["instead"]) == ([ANA], True)
    assert (await desk.item(item)).approval["asked"] == [CHLOE]
