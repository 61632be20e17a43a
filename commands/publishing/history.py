"""The history of an item: every change, who made it, and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.identity import new_id
from storage.models import Item, ItemChange


async def note_change(
    session: AsyncSession,
    item: Item,
    what: str,
    *,
    by: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Part of the transaction that makes the change; `what` is a word in the past tense."""
    session.add(
        ItemChange(
            id=new_id(),
            workspace_id=item.workspace_id,
            item_id=item.id,
            at=at,
            by=by,
            what=what,
            facts=dict(facts or {}),
        )
    )
