"""What people decided about findings: dismissed, put off, given to somebody, remarked on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Handling
from storage.queries.statements import insert_into, table_of

_LAST_ZONE = timedelta(hours=12)  # by which the last place on earth begins a day


async def taken(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    fingerprints: Sequence[str],
) -> Sequence[Handling]:
    """To be changed; what had none yet has one now. Write transactions only."""
    for key in fingerprints:
        new = insert_into(session, Handling).values(
            organisation_id=organisation_id,
            workspace_id=workspace_id,
            code=code,
            fingerprint=key,
            comments=[],
        )
        await session.execute(new.on_conflict_do_nothing())
    found = select(Handling).where(
        Handling.workspace_id == workspace_id,
        Handling.organisation_id == organisation_id,
        Handling.code == code,
        Handling.fingerprint.in_(fingerprints),
    )
    return (await session.scalars(found.with_for_update())).all()


async def assignees(
    session: AsyncSession, workspace_id: str, organisation_id: str, code: str
) -> Sequence[str]:
    """Ids of people to whom some of these are assigned."""
    found = (
        select(Handling.assignee)
        .where(
            Handling.workspace_id == workspace_id,
            Handling.organisation_id == organisation_id,
            Handling.code == code,
            Handling.assignee.is_not(None),
        )
        .distinct()
        .order_by(Handling.assignee)
    )
    return [each for each in await session.scalars(found) if each is not None]


async def waking(session: AsyncSession, now: datetime, *, limit: int = 20) -> Sequence[str]:
    """`workspace/organisation` where findings no longer wait, wherever on earth that is."""
    over = (now - _LAST_ZONE).date()
    found = (
        select(Handling.workspace_id, Handling.organisation_id)
        .where(Handling.snoozed_until <= over)
        .distinct()
        .order_by(Handling.organisation_id)
    )
    return ["/".join(row) for row in await session.execute(found.limit(limit))]


async def wake(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, today: date
) -> frozenset[str]:
    """Forget snoozes that are over; the checks whose findings they were of."""
    table = table_of(Handling)
    over = (
        update(table)
        .where(
            table.c.workspace_id == workspace_id,
            table.c.organisation_id == organisation_id,
            table.c.snoozed_until <= today,
        )
        .values(snoozed_until=None)
        .returning(table.c.code)
    )
    return frozenset((await session.scalars(over)).all())
