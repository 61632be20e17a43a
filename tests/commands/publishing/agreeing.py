"""Workflows of approval for tests: a stage of people from an amount on, and what follows it."""

from typing import Any

from commands.replies import call
from storage.identity import new_id
from storage.models import ApprovalWorkflow, Client, Item
from tests.builders import NOW
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE, WORKSPACE
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock


def stage(*people: str, id_: str = "s1", least: str | None = None, **over: Any) -> dict[str, Any]:
    """As a workflow keeps it."""
    return {"id": id_, "people": list(people), "least": least} | over


def a_workflow(client: Client, *stages: dict[str, Any], **over: Any) -> ApprovalWorkflow:
    """Everything from 100.00 on needs Chloe, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": new_id(),
        "workspace_id": WORKSPACE,
        "client_id": client.id,
        "name": "Large items",
        "stages": list(stages) or [stage(CHLOE, least="100.00")],
        "made_at": NOW,
        "made_by": ANA,
    }
    return ApprovalWorkflow(**usual | over)


async def needs(desk: Desk, *stages: dict[str, Any], **over: Any) -> ApprovalWorkflow:
    """The client has such a workflow from now on."""
    workflow = a_workflow(desk.client, *stages, **over)
    async with desk.world.database.begin() as session:
        session.add(workflow)
    return workflow


async def waiting(
    world: World, clock: Clock, *stages: dict[str, Any], **over: Any
) -> tuple[Desk, Item]:
    """An item of 120.00 that has to be approved so."""
    desk = await at(world, clock, "Acme Ltd")
    await needs(desk, *stages, **over)
    return desk, await desk.has_item()


async def ask(desk: Desk, item: Item, person_id: str = ANA) -> str:
    does = call("publishing.ask_approval", item=item.id)
    return said(await desk.world.practice.press(person_id, does))
