"""An item that waits for approval: whose turn it is, asking them, and letting it go at last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.publishing.approvals import approval_letters as letters
from commands.publishing.approvals.approving import Approval, Staff, Turn, barred, turn
from commands.publishing.approvals.staffing import staff_of
from commands.publishing.approvals.workflow import Stage, Workflow, stages_of
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment, reassess
from commands.publishing.sending.publish import begin
from commands.replies import Reply
from storage.models import Client, Item, ItemState
from storage.queries import clients


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An item with whoever can be asked about it."""

    item: Item
    client: Client
    judged: Assessment
    staff: Staff

    @property
    def workflow(self) -> Workflow:
        assert self.judged.workflow is not None, "somebody has to agree"
        return self.judged.workflow

    @property
    def stages(self) -> tuple[Stage, ...]:
        return stages_of(self.judged.workflow, self.judged.facts, self.judged.lists)

    @property
    def stage(self) -> Stage | None:
        """The one that is asked; None where the workflow has no such stage for it any more."""
        told = self.item.approval
        if self.judged.workflow is None or told.get("workflow") != self.judged.workflow.id:
            return None
        return next((each for each in self.stages if each.id == told.get("stage")), None)

    def barred(self, by: str) -> frozenset[str]:
        return barred(self.workflow, self.judged.facts, by=by)

    def turn(self, given: Sequence[Mapping[str, Any]], *, by: str) -> Turn | None:
        """Whose turn it is of what `by` asked for."""
        owner = self.judged.facts.owner
        return turn(self.stages, given, self.staff, owner=owner, besides=self.barred(by))


async def case_of(session: AsyncSession, tools: Tools, item: Item) -> Case:
    """Judged as it is now."""
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    return Case(
        item=item,
        client=client,
        judged=await reassess(session, tools, item, now=tools.now()),
        staff=await staff_of(session, item.workspace_id, item.client_id, now=tools.now()),
    )


async def ask(session: AsyncSession, tools: Tools, case: Case, now_turn: Turn) -> None:
    """Whoever was asked and is not any more reads so; the others are asked."""
    item = case.item
    before = item.approval.get("asked", [])
    item.approval = item.approval | {
        "workflow": case.workflow.id,
        "stage": now_turn.stage.id,
        "place": [case.stages.index(now_turn.stage) + 1, len(case.stages)],
        "asked": list(now_turn.people),
        "instead": now_turn.is_instead,
        "since": tools.now().isoformat(),
        "reminded": 0,
        "shown": shown(item),
    }
    item.due_at = tools.now()  # its message where it was handed in says whom it waits for
    gone = [who for who in before if who not in now_turn.people]
    again = [who for who in now_turn.people if who in _told(item) and who not in before]
    await tell(session, tools, item, letters.passed_on(item, case.client), to=[*gone, *again])
    question = letters.question(item, case.client, case.judged)
    others = [who for who in now_turn.people if who not in again]
    await tell(session, tools, item, question, to=others)
    await tell(session, tools, item, question, to=again, anew=True)


def shown(item: Item) -> list[str]:
    """What a question shows of its item: once that changes it is put anew."""
    return [str(each) for each in (item.supplier, item.number, item.day, item.total, item.currency)]


async def let_go(session: AsyncSession, tools: Tools, case: Case, *, by: str) -> str | None:
    """All have agreed; the id of the batch it goes in, where its workflow says that it goes."""
    item, now = case.item, tools.now()
    item.approval = item.approval | {
        "state": Approval.APPROVED.value,
        "decided_by": by,
        "decided_at": now.isoformat(),
        "total": str(item.total or 0),
        "workflow": case.workflow.id,
    }
    item.state, item.due_at = ItemState.APPROVED, now
    judged = await reassess(session, tools, item, now=now)
    await note_change(session, item, "approved", by=by, at=now, facts=_last_word(item))
    goes = case.workflow.auto_publish and not judged.obstacles
    reply = letters.approved(item, case.client, goes=goes)
    await tell_all(session, tools, item, reply)
    if not goes:
        return None
    batch = await begin(session, tools, case.client, [(item, judged)], by=by, now=now)
    return batch.id


def _last_word(item: Item) -> dict[str, str] | None:
    given = item.approval.get("given", [])
    return {"why": given[-1]["why"]} if given and given[-1].get("why") else None


async def call_off(session: AsyncSession, tools: Tools, case: Case, *, by: str, why: str) -> None:
    """Back to where it can be changed; `why` is what the template says of it."""
    item = case.item
    reply = letters.called_off(item, case.client, by, why=why)
    await tell_all(session, tools, item, reply)
    item.approval, item.state, item.due_at = {}, ItemState.TO_REVIEW, tools.now()
    await reassess(session, tools, item, now=tools.now())
    facts = {"why": why}
    await note_change(session, item, "approval called off", by=by, at=tools.now(), facts=facts)


async def tell(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    reply: Reply,
    *,
    to: Collection[str],
    anew: bool = False,
) -> None:
    """In the message that each of them has about it, or anew in one that they hear of."""
    for who in to:
        number = _told(item).get(who, -1 if anew else 0) + anew
        item.approval = item.approval | {"told": _told(item) | {who: number}}
        await tools.notify.post(
            session, workspace_id=item.workspace_id, to=who, reply=reply, card=_card(item, number)
        )


async def tell_all(session: AsyncSession, tools: Tools, item: Item, reply: Reply) -> None:
    """Whoever asked, and all who have messages about it, in every one of them."""
    await tell(session, tools, item, reply, to=[item.approval["by"]])
    for number in range(max(_told(item).values()) + 1):
        which = _card(item, number)
        await tools.notify.revise(session, workspace_id=item.workspace_id, card=which, reply=reply)


def _told(item: Item) -> dict[str, int]:
    """{who has been told of the request: the number of their latest message}"""
    told: dict[str, int] = item.approval.get("told", {})
    return told


def _card(item: Item, number: int) -> str:
    """Names messages about one request for approval."""
    name = f"approval:{item.id}:{item.approval.get('at', '')}"
    return f"{name}:{number}" if number else name
