"""Requests from Slack that have been acted on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Delivery
from storage.queries.statements import affected, insert_into, table_of


async def is_new(session: AsyncSession, key: str, *, now: datetime) -> bool:
    """Note the delivery; True for exactly one of those that bring the same key."""
    insert = insert_into(session, Delivery).values(key=key, received_at=now)
    return bool(await affected(session, insert.on_conflict_do_nothing()))


async def purge(session: AsyncSession, before: datetime) -> int:
    """Forget those received before then."""
    table = table_of(Delivery)
    return await affected(session, delete(table).where(table.c.received_at < before))


async def record(session: AsyncSession, keys: Sequence[str], *, now: datetime) -> set[str]:
    """Note many deliveries at once; those of the keys that are new."""
    table = table_of(Delivery)
    rows = [{"key": key, "received_at": now} for key in keys]
    insert = insert_into(session, Delivery).values(rows).on_conflict_do_nothing()
    return set(await session.scalars(insert.returning(table.c.key)))


async def forget(session: AsyncSession, keys: Sequence[str]) -> int:
    """Let the same be delivered again."""
    table = table_of(Delivery)
    return await affected(session, delete(table).where(table.c.key.in_(keys)))
