"""Which jobs keep failing for which keys, of all workspaces."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Setback
from storage.queries.statements import affected, insert_into, table_of

_table = table_of(Setback)


async def note(
    session: AsyncSession, job: str, key: str, *, failures: int, error: str, until: datetime
) -> None:
    """It failed once more."""
    told = {"failures": failures, "error": error, "until": until}
    fresh = insert_into(session, Setback).values(job=job, key=key, **told)
    await session.execute(fresh.on_conflict_do_update(index_elements=["job", "key"], set_=told))


async def forget(session: AsyncSession, job: str, key: str) -> None:
    """It was done."""
    await session.execute(delete(_table).where(_table.c.job == job, _table.c.key == key))


async def every(session: AsyncSession) -> Sequence[Setback]:
    """Most failures first."""
    order = (Setback.failures.desc(), Setback.job, Setback.key)
    return (await session.scalars(select(Setback).order_by(*order))).all()


async def purge(session: AsyncSession, before: datetime) -> int:
    """Delete what might have been tried again since then and was not: it is not due any more."""
    return await affected(session, delete(_table).where(_table.c.until < before))
