"""Whoever is asked for consent and does not answer is asked again, twice and no more."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.publishing.approvals.approval_letters import reminder
from storage.models import Item, ItemState
from storage.queries import clients

AFTER = (timedelta(hours=24), timedelta(hours=72))  # since they were asked: product §11.13


async def remind(session: AsyncSession, tools: Tools, item: Item) -> None:
    """As often as it is time; the item is looked at again when it is time once more."""
    count = item.approval.get("reminded", 0)
    if item.state != ItemState.PENDING or count >= len(AFTER):
        return
    since = datetime.fromisoformat(item.approval["since"])
    if tools.now() < since + AFTER[count]:
        item.due_at = since + AFTER[count]
        return
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    for who in item.approval.get("asked", []):
        await tools.notify.post(
            session, workspace_id=item.workspace_id, to=who, reply=reminder(item, client)
        )
    item.approval = item.approval | {"reminded": count + 1}
    item.due_at = since + AFTER[count + 1] if count + 1 < len(AFTER) else None
