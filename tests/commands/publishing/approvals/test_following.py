"""Items that wait for approval while their workflow, their people or they themselves change."""

from datetime import timedelta
from typing import Any

import pytest

from commands.errors import Conflict, Refused
from commands.replies import Form, call
from storage.models import (
    ApprovalWorkflow,
    Connection,
    Item,
    ItemState,
    Person,
    Publication,
    Role,
    Status,
)
from tests.commands.connecting import World, drawn, said
from tests.commands.practice import ANA, BEN, CHLOE, WORKSPACE, buttons
from tests.commands.publishing.agreeing import ask, needs, stage, waiting
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.provoking import ONLY_SQLITE
from tests.commands.publishing.publishing import Desk
from tests.conftest import Clock

pytestmark = ONLY_SQLITE


async def asked(desk: Desk, item: Item) -> list[str]:
    """Who is asked, once it has been looked at."""
    await desk.world.work("items.look")
    return (await desk.item(item)).approval.get("asked", [])


async def switched(desk: Desk, workflow: ApprovalWorkflow, *, on: bool) -> None:
    does = call("publishing.switch_workflow", client=desk.client.id, workflow=workflow.id,
                on="yes" if on else "no")  # fmt: skip
    await desk.world.practice.press(ANA, does)


async def staged(desk: Desk, workflow: ApprovalWorkflow, stage_id: str, **told: str) -> None:
    """Change a stage of it in its form; with an empty id add one."""
    about = {"client": desk.client.id, "workflow": workflow.id}
    does = call("publishing.workflow_stage", **about, stage=stage_id)
    form = await desk.world.practice.press(ANA, does)
    assert isinstance(form, Form)
    await desk.world.practice.submit(ANA, form, **(filled_in(form) | told))


async def the_workflow(desk: Desk) -> ApprovalWorkflow:
    return (await desk.all(ApprovalWorkflow))[0]


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
    standing = {s.card: said(s) for s in world.practice.post.to(CHLOE) if s.card}

    assert heard == [0, 1, 1, 2, 2]
    assert (await desk.item(item)).state == ItemState.APPROVED
    assert len([each for each in standing.values() if "approved by" in each]) == 3
    assert "It is asked again below" in " ".join(said(s) for s in world.practice.post.to(CHLOE))


async def test_a_workflow_that_is_switched_off_lets_go_of_what_waits(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    await switched(desk, await the_workflow(desk), on=False)
    await asked(desk, item)

    assert (await desk.item(item)).state == ItemState.READY
    assert "it needs no approval now" in said(world.card("approval:", CHLOE))
    assert "it needs no approval now" in said(world.card("approval:", ANA))


async def test_another_workflow_that_is_for_it_asks_its_own_people(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE), stage(BEN, id_="s2"))
    await world.practice.assign(BEN, desk.client)
    await needs(desk, stage(BEN), name="The rest", position=1)
    await ask(desk, item)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")
    await switched(desk, await the_workflow(desk), on=False)
    now = await asked(desk, item)

    assert now == [BEN]
    assert (await desk.item(item)).approval["given"] == []
    assert "The rest" in said(world.card("approval:", BEN))


async def test_what_was_agreed_to_stays_agreed_to_when_a_stage_changes(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE), stage(ANA, id_="s2"))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item, BEN)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")
    await staged(desk, await the_workflow(desk), "s1", people=ANA)
    first = await asked(desk, item)
    await staged(desk, await the_workflow(desk), "s2", remove="yes")
    await asked(desk, item)

    assert first == [ANA]
    assert (await desk.item(item)).state == ItemState.APPROVED
    assert f"approved by <@{CHLOE}>" in said(world.card("approval:", BEN))


async def test_whoever_is_added_is_asked_and_whoever_is_removed_reads_so(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock)
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    await staged(desk, await the_workflow(desk), "s1", people=BEN)
    now = await asked(desk, item)
    with pytest.raises(Refused):
        await world.practice.press(ANA, call("publishing.approve", item=item.id))

    assert now == [BEN]
    assert f"waits for <@{BEN}> now" in said(world.card("approval:", CHLOE))
    assert "asks to publish" in said(world.card("approval:", BEN))


async def test_an_answer_to_a_stage_that_is_gone_decides_nothing(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE), stage(ANA, id_="s2"))
    await ask(desk, item)
    await staged(desk, await the_workflow(desk), "s1", remove="yes")

    with pytest.raises(Conflict, match="approval_moved_on"):
        await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")


@pytest.mark.parametrize("leaves", ["practice", "client"])
async def test_administrators_are_asked_once_an_approver_has_gone(
    world: World, clock: Clock, leaves: str
) -> None:
    desk, item = await waiting(world, clock, stage(BEN))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    before = (await desk.item(item)).approval["asked"]
    role = Role.NONE if leaves == "practice" else Role.STANDARD
    told = {"role": role, "was": Role.STANDARD, "reach": "assigned", "clients": ""}
    await world.practice.press(ANA, call("people.change", person=BEN, **told))
    now = await asked(desk, item)

    assert (before, now) == ([BEN], [CHLOE])
    assert "Administrators are asked" in said(world.card("approval:", CHLOE))
    assert f"waits for <@{CHLOE}> now" in said(world.card("approval:", BEN))


async def test_where_nobody_is_left_it_goes_back_to_whoever_asked(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock, stage(BEN))
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    async with world.database.begin() as session:
        for gone in (BEN, CHLOE):
            (await session.get_one(Person, (WORKSPACE, gone))).is_active = False
        (await session.get_one(Item, item.id)).due_at = clock()
    await asked(desk, item)

    assert (await desk.item(item)).state == ItemState.TO_REVIEW
    assert "nobody is there who could approve it" in said(world.card("approval:", ANA))


async def test_what_was_asked_before_this_version_goes_on(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE), stage(BEN, id_="s2"))
    await world.practice.assign(BEN, desk.client)
    workflow = await the_workflow(desk)
    at = clock().isoformat()
    async with world.database.begin() as session:
        own = await session.get_one(Item, item.id)
        own.state, own.due_at = ItemState.PENDING, clock()
        own.approval = {
            "state": "pending", "workflow": workflow.id, "stage": "s1", "by": ANA, "at": at,
            "since": at, "asked": [CHLOE], "given": [],
        }  # fmt: skip
    first = await asked(desk, item)
    await world.practice.press(CHLOE, call("publishing.approve", item=item.id))

    assert first == [CHLOE]
    assert await asked(desk, item) == [BEN]


async def test_a_lost_connection_leaves_the_question_as_it_is(world: World, clock: Clock) -> None:
    dear = stage(ANA, id_="s0", least="1000")
    desk, item = await waiting(world, clock, dear, stage(CHLOE))
    await ask(desk, item)
    connection = await world.connection(desk.client.name)
    async with world.database.begin() as session:
        gone = await session.get_one(Connection, connection.id)
        gone.status, gone.grant_id = Status.DISCONNECTED, None
        (await session.get_one(Item, item.id)).due_at = clock()

    assert await asked(desk, item) == [CHLOE]
    assert (await desk.item(item)).state == ItemState.PENDING


async def edit(desk: Desk, item: Item, person_id: str, **told: str) -> None:
    now = await desk.item(item)
    form = await desk.world.practice.press(
        person_id, call("items.edit", item=item.id, version=now.version)
    )
    assert isinstance(form, Form)
    await desk.world.practice.submit(person_id, form, **(filled_in(form) | told))


async def test_what_waits_is_changed_only_as_its_workflow_lets_approvers(
    world: World, clock: Clock
) -> None:
    some = {"editing": "some", "fields": ["description", "note"]}
    desk, item = await waiting(world, clock, stage(CHLOE, **some))
    await ask(desk, item)
    with pytest.raises(Refused, match="is_awaited"):
        await edit(desk, item, ANA, note="Mine")
    form = await world.practice.press(CHLOE, call("items.edit", item=item.id))
    assert isinstance(form, Form)
    await edit(desk, item, CHLOE, note="For the fair")
    await asked(desk, item)

    assert {field.name for field in form.fields} == {"description", "note"}
    assert (await desk.item(item)).manual["note"]["value"] == "For the fair"
    assert (await desk.item(item)).state == ItemState.PENDING
    version = (await desk.item(item)).version
    with pytest.raises(Refused, match="is_awaited"):
        await world.practice.press(CHLOE, call("items.edit", item=item.id, part="contact"))
    with pytest.raises(Refused, match="is_awaited"):
        await world.practice.press(CHLOE, call("items.balance", item=item.id, version=version))


CHANGING = {"Edit", "Split", "Payment and destination", "Move to sales"}


@pytest.mark.parametrize(
    ("over", "offered"),
    [
        ({}, set()),
        ({"editing": "some", "fields": ["note"]}, {"Edit"}),
        ({"editing": "some", "fields": ["publish_to"]}, {"Payment and destination"}),
        ({"editing": "all"}, CHANGING),
    ],
    ids=["nothing", "a field", "of the payment", "everything"],
)
async def test_the_card_of_what_waits_offers_what_its_reader_may_do(
    world: World, clock: Clock, over: dict[str, Any], offered: set[str]
) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE, **over))
    await ask(desk, item)
    by_chloe, by_ana = [
        buttons(drawn(await world.practice.press(who, call("items.show", item=item.id))))
        for who in (CHLOE, ANA)
    ]
    lines = drawn(await world.practice.press(ANA, call("items.split", item=item.id)))

    assert set(by_chloe) & CHANGING == offered
    assert {"Approve", "Decline", "Cancel request", "History"} <= set(by_chloe)
    assert set(by_ana) & {*CHANGING, "Approve", "Choose contact"} == set()
    assert {"Cancel request", "History", "Delete"} <= set(by_ana)
    assert set(buttons(lines)) == {"Back to the item"}


async def test_a_form_opened_before_it_was_asked_changes_nothing_after(
    world: World, clock: Clock
) -> None:
    desk, item = await waiting(world, clock)
    form = await world.practice.press(ANA, call("items.edit", item=item.id))
    assert isinstance(form, Form)
    await ask(desk, item)

    with pytest.raises(Refused, match="is_awaited"):
        await world.practice.submit(ANA, form, **(filled_in(form) | {"note": "Late"}))
    assert "note" not in (await desk.item(item)).manual


async def test_an_item_made_larger_is_agreed_to_anew_and_its_question_says_so(
    world: World, clock: Clock
) -> None:
    stages = stage(CHLOE), stage(BEN, id_="s2", editing="all")
    desk, item = await waiting(world, clock, *stages)
    await world.practice.assign(BEN, desk.client)
    await ask(desk, item)
    await world.press(CHLOE, world.card("approval:", CHLOE), "Approve")
    await edit(desk, item, BEN, total="118.00", tax="19.67")
    smaller = await asked(desk, item), said(world.card("approval:", BEN))
    await edit(desk, item, BEN, total="240.00", tax="40.00")
    larger = await asked(desk, item), said(world.card("approval:", CHLOE))

    assert smaller[0] == [BEN]
    assert "£118.00" in smaller[1]
    assert larger[0] == [CHLOE]
    assert "asks to publish" in larger[1]
    assert "£240.00" in larger[1]
    assert len({sent.card for sent in world.practice.post.to(CHLOE)}) == 2, "she hears of it again"
    assert f"waits for <@{CHLOE}> now" in said(world.card("approval:", BEN))
    assert await desk.all(Publication) == []


@pytest.mark.parametrize("does", ["items.delete", "items.archive"])
async def test_what_is_put_away_is_not_asked_about_any_more(
    world: World, clock: Clock, does: str
) -> None:
    desk, item = await waiting(world, clock)
    await ask(desk, item)
    now = await desk.item(item)
    await world.practice.press(ANA, call(does, item=item.id, version=now.version))

    assert f"<@{ANA}> put it away" in said(world.card("approval:", CHLOE))
    with pytest.raises(Conflict):
        await world.practice.press(CHLOE, call("publishing.approve", item=item.id))
