"""Who works for a client and can be asked: not those who have left, or lost it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.permissions import ADMINISTRATORS
from commands.publishing.approvals.approving import Staff
from storage.models import Person, Role
from storage.queries import approvals, people


async def staff_of(
    session: AsyncSession, workspace_id: str, client_id: str, *, now: datetime
) -> Staff:
    everybody = await people.everybody(session, workspace_id)
    assigned = {p.id for p in await people.assigned_to(session, workspace_id, client_id)}
    able = [person for person in everybody if works_for(person, assigned)]
    away = await approvals.deputies(session, workspace_id, now=now)
    return Staff(
        able=frozenset(person.id for person in able),
        administrators=tuple(p.id for p in able if p.role in ADMINISTRATORS),
        managers={p.id: p.manager_id for p in everybody if p.manager_id is not None},
        deputies={person: deputy for person, (deputy, _) in away.items()},
        returns=min((until for _, until in away.values()), default=None),
    )


def works_for(person: Person, assigned: Collection[str]) -> bool:
    """`assigned` are the people a client is assigned to."""
    if person.role is Role.STANDARD:
        return person.all_clients or person.id in assigned
    return person.role in ADMINISTRATORS
