"""Workflows as people make, change, order, switch, remove and restore them; all is on record."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Invalid
from commands.permissions import Permission
from commands.publishing import policies
from commands.publishing.approvals.workflow import Approver, Editing, Scope, Stage
from commands.publishing.approvals.workflow_forms import (
    after_form,
    new_form,
    scope_form,
    scope_of,
    shown,
    stage_form,
    stage_of,
)
from commands.publishing.approvals.workflow_pages import (
    MOST,
    MOST_STAGES,
    WORKFLOW,
    workflow_page,
    workflows_button,
    workflows_page,
)
from commands.registry import command
from commands.replies import Answer, Button, call, say
from storage.identity import new_id
from storage.models import ApprovalWorkflow, Client
from storage.queries import approvals, publishing

KEPT = (
    "name", "description", "position", "is_on", "scope", "stages", "auto_publish", "allows_own",
    "made_at", "made_by",
)  # fmt: skip


@command("publishing.add_workflow", permission=Permission.MANAGE_PUBLISHING, changes=False)
async def add_workflow(context: Context, *, client: Client) -> Answer:
    """Ask what it is called, what it is for and who approves."""
    return new_form(client, await shown(context, client))


@command("publishing.save_workflow", permission=Permission.MANAGE_PUBLISHING)
async def save_workflow(
    context: Context,
    *,
    client: Client,
    name: str = "",
    sides: tuple[str, ...] = (),
    approver: Approver = Approver.PEOPLE,
    people: tuple[str, ...] = (),
    least: str = "",
) -> Answer:
    """Make it; it is tried after those there are already."""
    stage = stage_of("", approver=approver, people=people, least=least)
    async with context.tools.database.begin() as session:
        every = await approvals.workflows(session, context.workspace_id, client.id)
        if len(every) >= MOST:
            raise Invalid({"name": f"A client has at most {MOST} workflows."})
        row = ApprovalWorkflow(
            id=new_id(),
            workspace_id=context.workspace_id,
            client_id=client.id,
            name=_name(name),
            position=max((each.position for each in every), default=-1) + 1,
            scope=_kept(scope_of({"sides": sides})),
            stages=[_kept(stage)],
            made_at=context.now,
            made_by=context.actor.person_id,
        )
        session.add(row)
        record(session, context, "publishing.workflow_added", row, after=_facts(row))
        await _look_again(session, context, client)
    return await workflow_page(context, client, row.id, is_set=True)


@command("publishing.workflow_scope", permission=Permission.MANAGE_PUBLISHING)
async def workflow_scope(
    context: Context,
    *,
    client: Client,
    workflow: str,
    version: int | None = None,
    name: str = "",
    description: str = "",
    sides: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    suppliers: tuple[str, ...] = (),
    accounts: tuple[str, ...] = (),
    tracking: tuple[str, ...] = (),
    owners: tuple[str, ...] = (),
) -> Answer:
    """What it is called, and which items it is for."""
    if version is None:
        return scope_form(client, await shown(context, client, workflow))
    chosen = {
        "sides": sides, "kinds": kinds, "suppliers": suppliers, "accounts": accounts,
        "tracking": tracking, "owners": owners,
    }  # fmt: skip
    told = {
        "name": _name(name),
        "description": description.strip(),
        "scope": _kept(scope_of(chosen)),
    }
    return await _change(context, client, workflow, version, told)


@command("publishing.workflow_stage", permission=Permission.MANAGE_PUBLISHING)
async def workflow_stage(
    context: Context,
    *,
    client: Client,
    workflow: str,
    version: int | None = None,
    stage: str = "",
    approver: Approver = Approver.PEOPLE,
    people: tuple[str, ...] = (),
    least: str = "",
    editing: Editing = Editing.NOTHING,
    fields: tuple[str, ...] = (),
    remove: bool = False,
) -> Answer:
    """Who approves, and from which total on; without a stage, one more after the others."""
    now = await shown(context, client, workflow)
    assert now.workflow is not None
    every = {each.id: each for each in now.workflow.stages}
    if version is None:
        return stage_form(client, now, every.get(stage))
    if remove and len(every) > 1:
        every.pop(stage, None)
    else:
        made = stage_of(
            stage, approver=approver, people=people, least=least, editing=editing, fields=fields
        )
        every[made.id] = made
    if len(every) > MOST_STAGES:
        raise Invalid({"approver": f"A workflow has at most {MOST_STAGES} stages."})
    told = {"stages": [_kept(each) for each in every.values()]}
    return await _change(context, client, workflow, version, told)


@command("publishing.workflow_after", permission=Permission.MANAGE_PUBLISHING)
async def workflow_after(
    context: Context,
    *,
    client: Client,
    workflow: str,
    version: int | None = None,
    auto: bool = False,
    own: bool = False,
) -> Answer:
    """Whether it publishes by itself once approved, and who may not approve."""
    if version is None:
        return after_form(client, await shown(context, client, workflow))
    told = {"auto_publish": auto, "allows_own": own}
    return await _change(context, client, workflow, version, told)


@command("publishing.switch_workflow", permission=Permission.MANAGE_PUBLISHING)
async def switch_workflow(context: Context, *, client: Client, workflow: str, on: bool) -> Answer:
    """Off: what waits in it waits no more, unless another workflow is for it. It is kept."""
    return await _change(context, client, workflow, None, {"is_on": on})


@command("publishing.move_workflow", permission=Permission.MANAGE_PUBLISHING)
async def move_workflow(context: Context, *, client: Client, workflow: str, up: bool) -> Answer:
    """Try it before, or after, its neighbour."""
    async with context.tools.database.begin() as session:
        row = await policies.found(session, context, WORKFLOW, client, workflow, lock=True)
        every = await approvals.workflows(session, context.workspace_id, client.id)
        if policies.move(session, context, WORKFLOW, row, every, up=up):
            await _look_again(session, context, client)
    return await workflows_page(context, client, is_set=True)


@command("publishing.remove_workflow", permission=Permission.MANAGE_PUBLISHING)
async def remove_workflow(
    context: Context, *, client: Client, workflow: str, version: int
) -> Answer:
    """It can be restored for ten minutes."""
    async with context.tools.database.begin() as session:
        row = await policies.locked(session, context, WORKFLOW, client, workflow, version=version)
        await policies.remove(session, context, WORKFLOW, row, _facts(row))
        await _look_again(session, context, client)
    undo = call("publishing.restore_workflow", client=client.id, workflow=row.id)
    return say(
        "publishing/workflow_removed",
        Button(label="Undo", does=undo),
        workflows_button(client),
        name=row.name,
        client=client.name,
    )


@command("publishing.restore_workflow", permission=Permission.MANAGE_PUBLISHING)
async def restore_workflow(context: Context, *, client: Client, workflow: str) -> Answer:
    """As it was when it was removed."""
    async with context.tools.database.begin() as session:
        kept = await policies.removed_lately(session, context, WORKFLOW, client, workflow)
        row = ApprovalWorkflow(
            id=workflow,
            workspace_id=context.workspace_id,
            client_id=client.id,
            **{name: kept[name] for name in KEPT},
        )
        session.add(row)
        record(session, context, "publishing.workflow_restored", row, after=_facts(row))
        await _look_again(session, context, client)
    return await workflow_page(context, client, workflow, is_set=True)


async def _change(
    context: Context, client: Client, workflow_id: str, version: int | None, told: Mapping[str, Any]
) -> Answer:
    """Raises NotFound, and Conflict where it is not what the form showed any more."""
    async with context.tools.database.begin() as session:
        row = await policies.locked(
            session, context, WORKFLOW, client, workflow_id, version=version
        )
        before = _facts(row)
        for name, value in told.items():
            setattr(row, name, value)
        after = _facts(row)
        if after != before:
            changed = [name for name in KEPT if before[name] != after[name]]
            record(
                session, context, "publishing.workflow_changed", row,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )  # fmt: skip
            await _look_again(session, context, client)
    return await workflow_page(context, client, workflow_id, is_set=True)


async def _look_again(session: AsyncSession, context: Context, client: Client) -> None:
    """Items that are not published yet are judged anew, those that wait go on as it says now."""
    await session.flush()
    own = context.workspace_id, client.id
    await publishing.items_changed(session, *own, now=context.now)


def _name(text: str) -> str:
    """Raises Invalid."""
    if not text.strip():
        raise Invalid({"name": "Give it a name, such as Large costs."})
    return text.strip()


def _kept(value: Scope | Stage) -> dict[str, Any]:
    """As it is stored."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def _facts(row: ApprovalWorkflow) -> dict[str, Any]:
    """All that it takes to have it back."""
    told = {name: getattr(row, name) for name in KEPT}
    return told | {"made_at": row.made_at.isoformat()}
