"""Workflows as people make, narrow, order, switch, remove and restore them."""

from datetime import timedelta
from typing import Any

import pytest

from commands.errors import Conflict, Invalid, NotAllowed
from commands.publishing.approvals.workflow import Scope, Workflow, read
from commands.registry import offer
from commands.replies import Answer, Form, Invocation, call
from storage.models import ApprovalWorkflow
from storage.queries import approvals
from tests.builders import WORKSPACE
from tests.commands.practice import ANA, BEN, CHLOE, Practice, buttons, words
from tests.commands.publishing.ledgers import Desk, a_desk, pressable
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def rows(desk: Desk) -> list[ApprovalWorkflow]:
    async with desk.practice.database.read() as session:
        return list(await approvals.workflows(session, WORKSPACE, desk.client.id))


async def kept(desk: Desk) -> list[Workflow]:
    return [read(each) for each in await rows(desk)]


async def does(desk: Desk, command: str, *, by: str = ANA, **told: str | int) -> Answer:
    return await desk.practice.press(by, call(command, client=desk.client.id, **told))


async def page(desk: Desk) -> Answer:
    return await does(desk, "publishing.approvals")


async def add(desk: Desk, name: str, **told: str) -> Answer:
    form = await desk.press(await page(desk), "Add a workflow")
    return await desk.submit(form, **{"name": name, "people": CHLOE} | told)


def steps(answer: Answer) -> dict[str, Invocation | None]:
    return buttons(answer)


async def test_a_workflow_is_made_by_its_name_and_who_approves(desk: Desk) -> None:
    empty = words(await page(desk))
    await desk.has_item()
    made = await add(desk, "Large costs", sides="cost", people=f"{BEN},{CHLOE}", least="£500")
    (own,) = await kept(desk)
    settings = words(await desk.say("settings acme"))

    assert "nobody is asked" in empty
    assert "*Workflow of Acme Ltd:* *Large costs*" in words(made)
    assert "*Which items* For costs" in words(made)
    assert f"*Stage 1* <@{BEN}> or <@{CHLOE}>, from £500.00 on" in words(made)
    assert "*Once approved* somebody publishes it" in words(made)
    assert own.scope == Scope(sides=("cost",))
    assert "*Approvals* 1 workflow: Large costs" in settings
    assert await desk.due() == {"a.pdf"}


async def test_it_is_narrowed_by_everything_an_item_says(desk: Desk) -> None:
    await add(desk, "Printing")
    (own,) = await kept(desk)
    form = await does(desk, "publishing.workflow_scope", workflow=own.id)
    shown = await desk.submit(
        form, name="Printing in the North", description="Ask before the presses roll",
        kinds="invoice,receipt", suppliers="Smith%2C Jones %26 Co", accounts="a-461,-",
        tracking="r:north", owners=BEN,
    )  # fmt: skip
    (own,) = await kept(desk)
    again = await does(desk, "publishing.workflow_scope", workflow=own.id)
    assert isinstance(again, Form)
    await desk.submit(again)

    assert own.scope == Scope(
        kinds=("invoice", "receipt"), suppliers=("Smith, Jones & Co",), accounts=("a-461",),
        tracking=("r:north",), owners=(BEN,),
    )  # fmt: skip
    assert "Ask before the presses roll" in words(shown)
    assert (
        "For receipts or invoices · suppliers or customers: Smith, Jones &amp; Co · "
        "categories: 461 Printing · tracking: North · handed in by: Ben"
    ) in words(shown).replace("invoices or receipts", "receipts or invoices")
    assert (await kept(desk))[0].scope == own.scope, "what is filled in is what is kept"


async def test_stages_follow_each_other_and_say_what_may_be_changed(desk: Desk) -> None:
    await add(desk, "Two pairs of eyes")
    (own,) = await kept(desk)
    form = await does(desk, "publishing.workflow_stage", workflow=own.id)
    shown = await desk.submit(
        form, approver="manager", least="1000", editing="some", fields="account,note"
    )
    (own,) = await kept(desk)
    changed = await does(desk, "publishing.workflow_stage", workflow=own.id, stage=own.stages[0].id)
    after = await desk.submit(changed, people=BEN, editing="all")

    assert "*Stage 2* the manager of whoever handed it in, from £1,000.00 on" in words(shown)
    assert "may change category and note" in words(shown)
    assert f"*Stage 1* <@{BEN}> · may change everything" in words(after)


async def test_what_follows_approval_is_chosen(desk: Desk) -> None:
    await add(desk, "Costs")
    (own,) = await kept(desk)
    form = await does(desk, "publishing.workflow_after", workflow=own.id)
    shown = words(await desk.submit(form, auto="yes", own="yes"))

    assert "*Once approved* it is published by itself. Whoever asks may approve it" in shown


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"name": " "}, "Give it a name"),
        ({"people": ""}, "at least one person"),
        ({"least": "lots"}, "is not an amount"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    desk: Desk, told: dict[str, str], problem: str
) -> None:
    with pytest.raises(Invalid, match=problem):
        await add(desk, **{"name": "Costs"} | told)

    assert await kept(desk) == []


async def test_they_are_tried_in_the_order_people_give_them(desk: Desk) -> None:
    for name in ("First", "Second", "Third"):
        await add(desk, name)
    third = (await kept(desk))[2]
    listed = await does(desk, "publishing.move_workflow", workflow=third.id, up="yes")

    assert [each.name for each in await kept(desk)] == ["First", "Third", "Second"]
    assert words(listed).index("2. *Third*") < words(listed).index("3. *Second*")
    assert "The first that is for an item holds." in words(listed)


async def test_one_that_is_switched_off_is_kept(desk: Desk) -> None:
    await add(desk, "Costs")
    (own,) = await kept(desk)
    off = await does(desk, "publishing.switch_workflow", workflow=own.id, on="no")
    settings = words(await desk.say("settings acme"))

    assert "○ switched off" in words(off)
    assert "Switch on" in dict(pressable(off))
    assert "nobody is asked; 1 workflow switched off" in settings
    assert not (await kept(desk))[0].is_on


async def test_what_was_removed_is_restored_as_it_was(desk: Desk, clock: Clock) -> None:
    await add(desk, "Costs", least="5")
    (before,) = await kept(desk)
    (row,) = await rows(desk)
    gone = await does(desk, "publishing.remove_workflow", workflow=row.id, version=row.version)
    between = await kept(desk)
    await desk.press(gone, "Undo")
    (after,) = await kept(desk)
    (row,) = await rows(desk)
    gone = await does(desk, "publishing.remove_workflow", workflow=row.id, version=row.version)
    clock.advance(timedelta(minutes=11))

    assert between == []
    assert after == before
    with pytest.raises(Conflict, match="not_restored"):
        await desk.press(gone, "Undo")


async def test_two_who_change_one_do_not_undo_each_other(desk: Desk) -> None:
    await add(desk, "Costs")
    (own,) = await kept(desk)
    anas = await does(desk, "publishing.workflow_after", workflow=own.id)
    chloes = await does(desk, "publishing.workflow_after", workflow=own.id)
    await desk.submit(anas, auto="yes")

    with pytest.raises(Conflict) as said:
        await desk.submit(chloes, by=CHLOE, auto="no")

    assert "Somebody has changed the workflow *Costs* meanwhile" in words(said.value)


async def test_a_standard_user_looks_but_does_not_change(desk: Desk) -> None:
    await add(desk, "Costs")
    (own,) = await kept(desk)
    await desk.practice.assign(BEN, desk.client)
    shown = await does(desk, "publishing.workflow", by=BEN, workflow=own.id)

    assert set(dict(pressable(shown))) == {"Workflows"}
    with pytest.raises(NotAllowed):
        await does(desk, "publishing.add_workflow", by=BEN)


async def test_changes_are_on_record(desk: Desk) -> None:
    await add(desk, "Costs")
    (own,) = await kept(desk)
    await does(desk, "publishing.switch_workflow", workflow=own.id, on="no")
    events = [each for each in await desk.practice.audit() if each.subject_id == own.id]

    assert [each.action for each in events] == [
        "publishing.workflow_added", "publishing.workflow_changed",
    ]  # fmt: skip
    assert (events[1].before, events[1].after) == ({"is_on": True}, {"is_on": False})


@pytest.mark.parametrize(
    ("source", "query", "labels"),
    [
        ("publishing.sides", "", ["Costs", "Sales", "Expense claims"]),
        ("publishing.fields", "cat", ["Category"]),
        ("publishing.parties?client={}", "bay", ["Bayside Club", "bay"]),
        ("publishing.any_tracking?client={}", "nor", ["Region: North"]),
    ],
)
async def test_fields_offer_what_fits(
    desk: Desk, source: str, query: str, labels: list[Any]
) -> None:
    context = await desk.practice.context(ANA)
    offered = await offer(context, source.format(desk.client.id), query)

    assert [option.label for option in offered] == labels
    assert not [option for option in offered if "," in option.value]
