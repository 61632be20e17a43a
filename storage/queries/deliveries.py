"""Requests from Slack that have been acted on."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Delivery
from storage.queries.statements import affected, insert_into, table_of
from storage.types import UtcDateTime

# one statement whatever the number of keys, so that it is compiled once
_RECORD = """
    INSERT INTO deliveries (key, received_at) SELECT given.value, :now FROM {given}
    WHERE true ON CONFLICT DO NOTHING RETURNING key
"""
_NOW = bindparam("now", type_=UtcDateTime)
_RECORD_ON_SQLITE = text(_RECORD.format(given="json_each(:keys) AS given")).bindparams(_NOW)
_RECORD_ON_POSTGRES = text(
    _RECORD.format(given="unnest(CAST(:keys AS text[])) AS given (value)")
).bindparams(_NOW)


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
    if session.get_bind().dialect.name == "sqlite":
        given = {"keys": json.dumps(keys), "now": now}
        return set(await session.scalars(_RECORD_ON_SQLITE, given))
    return set(await session.scalars(_RECORD_ON_POSTGRES, {"keys": list(keys), "now": now}))


async def forget(session: AsyncSession, keys: Sequence[str]) -> int:
    """Let the same be delivered again."""
    table = table_of(Delivery)
    return await affected(session, delete(table).where(table.c.key.in_(keys)))
