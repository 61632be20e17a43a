"""Items that wait for approval while something around them changes, or nobody answers.

A workflow is changed, somebody leaves or is away, an item is corrected by whoever was asked: each
time it is looked at whose turn it is now. What was agreed to stays agreed to in the same workflow,
unless the item has become larger.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.context import Tools
from commands.permissions import SYSTEM
from commands.publishing.approvals import approval_letters as letters
from commands.publishing.approvals.approving import valid
from commands.publishing.approvals.asking import (
    Case,
    ask,
    call_off,
    case_of,
    let_go,
    shown,
    tell,
)
from storage.models import Item, ItemState

AFTER = (timedelta(hours=24), timedelta(hours=72))  # since they were asked: product §11.13


async def follow(session: AsyncSession, tools: Tools, item: Item) -> str | None:
    """The id of the batch it goes in, where all have agreed by what holds now."""
    if item.state is not ItemState.PENDING:
        return None
    case = await case_of(session, tools, item)
    if case.judged.lists is None:  # nobody can tell what it is worth until it is reconnected
        await remind(session, tools, case)
        return None
    if not case.stages:
        await _call_off(session, tools, case, why="not needed")
        return None
    told = item.approval
    is_same = told.get("workflow") == case.workflow.id
    given = valid(told.get("given", []), case.judged.facts) if is_same else []
    is_dropped = len(given) < len(told.get("given", []))
    item.approval = told | {"given": given, "workflow": case.workflow.id}
    now_turn = case.turn(given, by=told["by"])
    if now_turn is None:
        last = given[-1]["by"] if given else SYSTEM
        record_as(session, SYSTEM, "item.approved", item, now=tools.now())
        return await let_go(session, tools, case, by=last)
    if not now_turn.people:
        await _call_off(session, tools, case, why="nobody")
        return None
    asked = (told.get("stage"), set(told.get("asked", [])))
    if is_dropped or asked != (now_turn.stage.id, set(now_turn.people)):
        await ask(session, tools, case, now_turn)
        record_as(session, SYSTEM, "item.approval_passed_on", item, now=tools.now())
    elif told.get("shown") != shown(item):
        await _show_again(session, tools, case)
    await remind(session, tools, case)
    return None


async def _call_off(session: AsyncSession, tools: Tools, case: Case, *, why: str) -> None:
    await call_off(session, tools, case, by=SYSTEM, why=why)
    record_as(session, SYSTEM, "item.approval_called_off", case.item, now=tools.now())


async def _show_again(session: AsyncSession, tools: Tools, case: Case) -> None:
    """What is asked about was corrected: the question says so."""
    item = case.item
    item.approval = item.approval | {"shown": shown(item)}
    question = letters.question(item, case.client, case.judged)
    await tell(session, tools, item, question, to=item.approval["asked"])


async def remind(session: AsyncSession, tools: Tools, case: Case) -> None:
    """Twice and no more, when it is time; the item is looked at again when it is time once more, or
    somebody is back whose deputy may be asked."""
    item = case.item
    count, since = item.approval.get("reminded", 0), datetime.fromisoformat(item.approval["since"])
    if count < len(AFTER) and tools.now() >= since + AFTER[count]:
        item.approval = item.approval | {"reminded": count + 1}
        count += 1
        asked = item.approval["asked"]
        await tell(session, tools, item, letters.reminded(item, case.client), to=asked)
        again = letters.reminder(item, case.client)
        await tell(session, tools, item, again, to=asked, anew=True)
    again_at = since + AFTER[count] if count < len(AFTER) else None
    item.due_at = min(filter(None, (again_at, case.staff.returns)), default=None)
