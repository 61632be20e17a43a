"""The workflows of a client in the order in which they are tried, and each on its page."""

from collections.abc import Iterator

from commands.context import Context
from commands.permissions import Permission, may
from commands.publishing import policies
from commands.publishing.approvals.workflow import Workflow, read
from commands.publishing.approvals.workflow_words import Told, told
from commands.publishing.settings.choosing import settings_button
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Confirm,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from storage.models import ApprovalWorkflow, Client

MOST_STAGES = 5
MOST = 20  # workflows of a client: each is a line of the page


@command(
    "publishing.approvals",
    usage="workflows <client>",
    summary="who has to approve a client's items before they are published",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show(context: Context, *, client: Client) -> Answer:
    """Which items somebody has to agree to, and who.

    Of several workflows the first that is for an item holds. What waits for you is in
    `/dext approvals`.
    """
    return await workflows_page(context, client)


async def workflows_page(context: Context, client: Client, *, is_set: bool = False) -> Reply:
    async with context.tools.database.read() as session:
        known = await told(session, context, client)
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    data = known.books.facts | {"count": len(known.rows), "is_set": is_set}
    parts: list[Part] = [Words(template="publishing/workflows", data=data)]
    for place, row in enumerate(known.rows, 1):
        does = call("publishing.workflow", client=client.id, workflow=row.id)
        opens = Button(label="Open", does=does, description=f"Open the workflow: {row.name}")
        line = known.line(read(row), place=place)
        parts.append(Words(template="publishing/workflow_line", data=line, beside=opens))
    if not may_change:
        parts.append(SmallPrint(template="publishing/who_changes"))
    steps = list(_making(client)) if may_change and len(known.rows) < MOST else []
    parts.append(Buttons(items=(*steps, settings_button(client))))
    return Reply(parts=tuple(parts))


def _making(client: Client) -> Iterator[Button]:
    add = call("publishing.add_workflow", client=client.id)
    yield Button(label="Add a workflow", does=add, style=Style.PRIMARY)
    yield Button(label="Managers", does=call("publishing.managers"))


@command("publishing.workflow", permission=Permission.SEE_CLIENT, changes=False)
async def show_workflow(context: Context, *, client: Client, workflow: str) -> Answer:
    """One workflow: which items, who agrees, and what then."""
    return await workflow_page(context, client, workflow)


async def workflow_page(
    context: Context, client: Client, workflow_id: str, *, is_set: bool = False
) -> Reply:
    """Raises NotFound."""
    async with context.tools.database.read() as session:
        row = await policies.found(session, context, WORKFLOW, client, workflow_id)
        known = await told(session, context, client)
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    place = next(i for i, each in enumerate(known.rows, 1) if each.id == row.id)
    own = read(row)
    data = known.line(own, place=place) | {
        "client": client.name, "is_set": is_set, "description": row.description,
    }  # fmt: skip
    parts: list[Part] = [Words(template="publishing/workflow", data=data)]
    parts += _groups(client, own, known, data, may_change=may_change)
    steps = _steps(client, row, place, known) if may_change else iter(())
    parts.append(Buttons(items=(*steps, workflows_button(client))))
    return Reply(parts=tuple(parts))


def _groups(
    client: Client, own: Workflow, known: Told, data: dict[str, object], *, may_change: bool
) -> Iterator[Part]:
    """Each in words, with what changes it."""

    def change(name: str, what: str, **more: str) -> Button | None:
        does = call(name, client=client.id, workflow=own.id, **more)
        button = Button(label="Change", does=does, description=f"Change: {what}")
        return button if may_change else None

    scope = change("publishing.workflow_scope", "which items")
    yield Words(template="publishing/workflow_scope", data=data, beside=scope)
    for number, stage in enumerate(own.stages, 1):
        told_of = known.stage(stage) | {"number": number}
        beside = change("publishing.workflow_stage", f"stage {number}", stage=stage.id)
        yield Words(template="publishing/workflow_stage", data=told_of, beside=beside)
    after = change("publishing.workflow_after", "what then")
    yield Words(template="publishing/workflow_after", data=data, beside=after)


def _steps(client: Client, row: ApprovalWorkflow, place: int, known: Told) -> Iterator[Button]:
    own = {"client": client.id, "workflow": row.id}
    if len(row.stages) < MOST_STAGES:
        yield Button(label="Add a stage", does=call("publishing.workflow_stage", **own))
    switch = call("publishing.switch_workflow", **own, on="no" if row.is_on else "yes")
    yield Button(label="Switch off" if row.is_on else "Switch on", does=switch)
    if place > 1:
        yield Button(label="Try it earlier", does=call("publishing.move_workflow", **own, up="yes"))
    if place < len(known.rows):
        yield Button(label="Try it later", does=call("publishing.move_workflow", **own, up="no"))
    yield Button(
        label="Remove",
        does=call("publishing.remove_workflow", **own, version=row.version),
        style=Style.DANGER,
        confirm=Confirm(
            title="Remove the workflow?",
            text="Items that wait in it go through the next one that is for them, or need nobody. "
            "It can be restored for ten minutes.",
            yes="Remove",
        ),
    )


def workflows_button(client: Client) -> Button:
    return Button(label="Workflows", does=call("publishing.approvals", client=client.id))


WORKFLOW = policies.Kind(
    entity=ApprovalWorkflow,
    word="workflow",
    noun="workflow",
    title=lambda workflow: workflow.name,
    button=workflows_button,
)
