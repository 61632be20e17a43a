"""People, their roles and the clients assigned to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Assignment, Person, Role
from storage.queries.statements import affected, insert_into, table_of


async def find(session: AsyncSession, workspace_id: str, person_id: str) -> Person | None:
    return await session.get(Person, (workspace_id, person_id))


async def see(
    session: AsyncSession,
    workspace_id: str,
    person_id: str,
    *,
    name: str,
    time_zone: str,
    is_guest: bool,
    first_role: Role,
    now: datetime,
) -> Person:
    """Write down what Slack says about somebody; the role is given once and then kept."""
    told = {
        "name": name,
        "time_zone": time_zone,
        "is_guest": is_guest,
        "is_active": True,
        "seen_at": now,
    }
    first = {
        "workspace_id": workspace_id,
        "id": person_id,
        "role": first_role,
        "first_seen_at": now,
    }
    seen = (
        insert_into(session, Person)
        .values(told | first | {"all_clients": False})
        .on_conflict_do_update(index_elements=["workspace_id", "id"], set_=told)
        .returning(*table_of(Person).columns)
    )
    found = select(Person).from_statement(seen)
    person: Person = (
        await session.scalars(found, execution_options={"populate_existing": True})
    ).one()
    return person


async def everybody(session: AsyncSession, workspace_id: str) -> Sequence[Person]:
    """Those who have not left, by name."""
    here = select(Person).where(Person.workspace_id == workspace_id, Person.is_active)
    return (await session.scalars(here.order_by(Person.name, Person.id))).all()


async def with_role(
    session: AsyncSession, workspace_id: str, roles: Iterable[Role]
) -> Sequence[Person]:
    """Those in any of these roles who have not left, by name."""
    holders = select(Person).where(
        Person.workspace_id == workspace_id, Person.is_active, Person.role.in_(list(roles))
    )
    return (await session.scalars(holders.order_by(Person.name, Person.id))).all()


async def practice_admins(session: AsyncSession, workspace_id: str) -> Sequence[Person]:
    return await with_role(session, workspace_id, [Role.PRACTICE_ADMIN])


async def oldest_admin(session: AsyncSession, workspace_id: str) -> Person | None:
    """The practice administrator who has been here the longest."""
    admins = select(Person).where(
        Person.workspace_id == workspace_id,
        Person.is_active,
        Person.role == Role.PRACTICE_ADMIN,
    )
    order = (Person.first_seen_at.is_not(None), Person.first_seen_at, Person.id)
    return await session.scalar(admins.order_by(*order).limit(1))


async def clients_of(session: AsyncSession, workspace_id: str, person_id: str) -> frozenset[str]:
    """Ids of the clients assigned to this person."""
    assigned = select(Assignment.client_id).where(
        Assignment.workspace_id == workspace_id, Assignment.person_id == person_id
    )
    return frozenset(await session.scalars(assigned))


async def assigned_to(session: AsyncSession, workspace_id: str, client_id: str) -> Sequence[Person]:
    """The people this client is assigned to, by name."""
    people = (
        select(Person)
        .join(
            Assignment,
            (Assignment.workspace_id == Person.workspace_id) & (Assignment.person_id == Person.id),
        )
        .where(Assignment.workspace_id == workspace_id, Assignment.client_id == client_id)
    )
    return (await session.scalars(people.order_by(Person.name, Person.id))).all()


async def assign(
    session: AsyncSession, workspace_id: str, person_id: str, client_ids: Iterable[str]
) -> None:
    """Add to what is assigned already."""
    rows = [
        {"workspace_id": workspace_id, "person_id": person_id, "client_id": client_id}
        for client_id in client_ids
    ]
    if rows:
        await session.execute(insert_into(session, Assignment).on_conflict_do_nothing(), rows)


async def withdraw(
    session: AsyncSession, workspace_id: str, person_id: str, client_ids: Iterable[str]
) -> int:
    """Take assignments away; how many there were."""
    return await affected(
        session,
        delete(Assignment).where(
            Assignment.workspace_id == workspace_id,
            Assignment.person_id == person_id,
            Assignment.client_id.in_(list(client_ids)),
        ),
    )
