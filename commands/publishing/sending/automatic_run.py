"""Items that publish by themselves, gathered for a moment so that they are one message."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.permissions import SYSTEM
from commands.publishing.coding import Coded
from commands.publishing.facts import Side
from commands.publishing.history import note_change
from commands.publishing.readiness.automatic import Habits, orders, why_not
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.readiness import Assessment
from commands.publishing.resolution.fitting import fitting
from commands.publishing.sending.publish import begin, join
from storage.models import Batch, Item, ItemState
from storage.queries import clients, publications, publishing

GATHER = timedelta(seconds=10)
ENOUGH = 3  # earlier items, to know what is usual
UNASKED = frozenset({"AUTO_NOT_ASKED"})


async def publish_by_itself(
    session: AsyncSession, tools: Tools, item: Item, judged: Assessment
) -> Batch | None:
    """The batch it is in now; None where it does not go by itself, and its history says why."""
    if judged.facts.side is Side.CLAIM:  # it goes with its claim
        return None
    if item.state not in {ItemState.READY, ItemState.APPROVED, ItemState.TO_REVIEW}:
        return None
    reasons = await reasons_against(session, item, judged)
    if reasons:
        await _note(session, tools, item, reasons)
        return None
    assert judged.connection is not None
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    now = tools.now()
    going = [(item, judged)]
    waiting = await publications.gathering(
        session, item.workspace_id, item.client_id, judged.connection.id, now=now
    )
    if waiting is not None:
        await join(session, tools, waiting, judged.connection, going, by=SYSTEM)
        return waiting
    return await begin(
        session, tools, client, going, by=SYSTEM, now=now, is_automatic=True, due_at=now + GATHER
    )


async def reasons_against(
    session: AsyncSession, item: Item, judged: Assessment
) -> Sequence[Obstacle]:
    """Why it does not go without being asked for; none where it does."""
    own = item.workspace_id, item.client_id
    row = await publishing.choices(session, *own)
    since = (row.auto_since if row else {}).get("auto_publish")
    method_id = judged.coding.get(Coded.PAYMENT_METHOD)
    given = orders(
        party=fitting(judged.rules, judged.facts).party,
        method=next((m for m in judged.methods if m.id == method_id), None),
        all_since=datetime.fromisoformat(since) if since and judged.choices.auto_publish else None,
    )
    return why_not(
        judged.facts,
        judged.coding,
        judged.choices,
        judged.lists,
        given=given,
        obstacles=judged.obstacles,
        notices=judged.notices,
        habits=await _habits(session, item),
        is_for_people=item.state == ItemState.APPROVED and not _goes_once_approved(judged),
    )


def _goes_once_approved(judged: Assessment) -> bool:
    return judged.workflow is None or judged.workflow.auto_publish


async def _habits(session: AsyncSession, item: Item) -> Habits:
    """What earlier items of the supplier and kind came to, and whether the account to pay into is
    known. What may be the same document once more says nothing of what is usual."""
    if item.supplier_key is None:
        return Habits()
    earlier = await publishing.latest_of_supplier(
        session, item.workspace_id, item.client_id, item.supplier_key
    )
    others = [each for each in earlier if each.id != item.id]
    alike = [each for each in others if each.kind == item.kind and each.twin_id is None]
    totals = [each.total for each in alike if each.total and each.currency == item.currency]
    ibans = {_iban(each) for each in others} - {None}
    return Habits(
        median=Decimal(median(totals)) if len(totals) >= ENOUGH else None,
        has_new_bank=bool(ibans) and _iban(item) is not None and _iban(item) not in ibans,
    )


def _iban(item: Item) -> str | None:
    found: str | None = (item.read.get("iban") or {}).get("value")
    return found


async def _note(
    session: AsyncSession, tools: Tools, item: Item, reasons: Sequence[Obstacle]
) -> None:
    """Whoever wonders why it is still here finds it in the history; said once for each reason."""
    codes = {each.code for each in reasons}
    if codes & UNASKED:
        return
    facts = {"reasons": [msgspec.to_builtins(each) for each in reasons]}
    known = await publications.last_change(session, item.workspace_id, item.id, "not automatic")
    if known is None or {each["code"] for each in known.facts["reasons"]} != codes:
        await note_change(session, item, "not automatic", by=SYSTEM, at=tools.now(), facts=facts)
