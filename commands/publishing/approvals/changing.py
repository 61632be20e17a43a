"""What becomes of an approval when the item it is about is changed, or put away."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Refused
from commands.publishing.approvals import approval_letters as letters
from commands.publishing.approvals import workflow as workflows
from commands.publishing.approvals.asking import tell_all
from commands.publishing.approvals.workflow import Editing, Stage
from storage.models import ApprovalWorkflow, Client, Item, ItemState
from storage.queries import clients, policies


async def open_fields(session: AsyncSession, context: Context, item: Item) -> frozenset[str] | None:
    """What this person may change of it now; None where that is everything."""
    if item.state is not ItemState.PENDING:
        return None
    stage = await _stage(session, item)
    if stage is None or context.actor.person_id not in item.approval.get("asked", []):
        return frozenset()
    return None if stage.editing is Editing.EVERYTHING else frozenset(stage.fields)


async def changeable(
    session: AsyncSession, context: Context, item: Item, fields: Collection[str]
) -> Sequence[str]:
    """Those of the fields that this person may change of it now.

    Raises Refused where that is none, because it waits for approval.
    """
    allowed = await open_fields(session, context, item)
    found = [each for each in fields if allowed is None or each in allowed]
    if not found and allowed is not None:
        raise await _awaited(session, item)
    return found


async def before_change(
    session: AsyncSession, context: Context, item: Item, fields: Collection[str]
) -> None:
    """What was approved was approved as it stood. What waits is changed by whoever is asked, as
    far as its workflow lets them, and goes on waiting. Raises Refused for everybody else.
    """
    if item.state is not ItemState.PENDING:
        _forget(item)
    elif len(await changeable(session, context, item, fields)) < len(fields):
        raise await _awaited(session, item)


async def before_putting_away(session: AsyncSession, context: Context, item: Item) -> None:
    """Whoever was asked about it reads that there is nothing to decide any more."""
    if item.state is ItemState.PENDING:
        client = await _client(session, item)
        by = context.actor.person_id
        reply = letters.called_off(item, client, by, why="put away")
        await tell_all(session, context.tools, item, reply)
    _forget(item)


def _forget(item: Item) -> None:
    item.approval = {}
    if item.state in (ItemState.PENDING, ItemState.APPROVED):
        item.state = ItemState.TO_REVIEW


async def _stage(session: AsyncSession, item: Item) -> Stage | None:
    told = item.approval
    own = item.workspace_id, item.client_id
    row = await policies.find(session, *own, ApprovalWorkflow, told.get("workflow", ""))
    stages = workflows.read(row).stages if row else ()
    return next((each for each in stages if each.id == told.get("stage")), None)


async def _awaited(session: AsyncSession, item: Item) -> Refused:
    buttons = (letters.cancel_button(item), letters.show_button(item))
    data = letters.facts(item, await _client(session, item))
    return Refused("publishing/is_awaited", *buttons, **data)


async def _client(session: AsyncSession, item: Item) -> Client:
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    return client
