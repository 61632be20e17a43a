"""What is left of vendors' allowances: read without a lock, replaced only as it was read."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Double, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Allowance
from storage.queries.statements import affected, insert_into, table_of

_table = table_of(Allowance)


class Seen(NamedTuple):
    """One allowance, that of the whole application, and the database's clock in seconds."""

    own: str | None
    application: str | None
    at: float


async def look(session: AsyncSession, provider: str, tenant_id: str) -> Seen:
    """On PostgreSQL only: elsewhere nobody shares them."""
    state = select(_table.c.state).where(_table.c.provider == provider)
    found = await session.execute(
        select(
            state.where(_table.c.tenant_id == tenant_id).scalar_subquery(),
            state.where(_table.c.tenant_id == "").scalar_subquery(),
            cast(func.extract("epoch", func.clock_timestamp()), Double),
        )
    )
    return Seen(*found.one())


async def replace(
    session: AsyncSession, provider: str, tenant_id: str, *, seen: str | None, state: str
) -> bool:
    """False when somebody else has changed it since it was `seen` so."""
    values = {"state": state, "changed_at": func.now()}
    if seen is None:
        fresh = insert_into(session, Allowance).values(
            values | {"provider": provider, "tenant_id": tenant_id}
        )
        return bool(await affected(session, fresh.on_conflict_do_nothing()))
    changed = (
        update(_table)
        .where(
            _table.c.provider == provider, _table.c.tenant_id == tenant_id, _table.c.state == seen
        )
        .values(values)
    )
    return bool(await affected(session, changed))


async def purge(session: AsyncSession, before: datetime) -> int:
    """Forget those that nobody has called on since."""
    return await affected(session, delete(_table).where(_table.c.changed_at < before))
