"""People as they are seen, and what they are given."""

from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.models import AccessRequest, Person, Role
from storage.queries import access, people
from tests.builders import NOW, WORKSPACE, a_client, a_person, a_workspace, save


@pytest.fixture(autouse=True)
async def workspace(database: Database) -> None:
    await save(database, a_workspace())


async def see(database: Database, **told: Any) -> Person:
    known = {"name": "Ana", "time_zone": "UTC", "is_guest": False, "first_role": Role.STANDARD}
    async with database.begin() as session:
        return await people.see(session, WORKSPACE, "U01ANA", now=NOW, **(known | told))


async def test_a_role_given_here_outlasts_what_slack_says(database: Database) -> None:
    first = await see(database, first_role=Role.PRACTICE_ADMIN)
    again = await see(database, name="Ana Lima", time_zone="Europe/Lisbon")

    assert first.role is Role.PRACTICE_ADMIN
    assert (again.role, again.name, again.time_zone) == (
        Role.PRACTICE_ADMIN,
        "Ana Lima",
        "Europe/Lisbon",
    )


async def test_administrators_are_those_who_are_here(database: Database) -> None:
    await save(
        database,
        a_person(id="U1", name="Zoe"),
        a_person(id="U2", name="Ana"),
        a_person(id="U3", is_active=False),
        a_person(id="U4", role=Role.STANDARD),
    )

    async with database.read() as session:
        admins = await people.practice_admins(session, WORKSPACE)
        everybody = await people.everybody(session, WORKSPACE)

    assert [person.id for person in admins] == ["U2", "U1"]
    assert {person.id for person in everybody} == {"U1", "U2", "U4"}


async def test_clients_are_assigned_and_withdrawn(database: Database) -> None:
    acme, bakery = a_client(), a_client(name="Bright Bakery")
    await save(database, a_person(id="U02BEN", name="Ben"), acme, bakery)

    async with database.begin() as session:
        for _ in range(2):
            await people.assign(session, WORKSPACE, "U02BEN", [acme.id, bakery.id])
        both = await people.clients_of(session, WORKSPACE, "U02BEN")
        withdrawn = await people.withdraw(session, WORKSPACE, "U02BEN", [bakery.id])
        one = await people.clients_of(session, WORKSPACE, "U02BEN")
        helpers = await people.assigned_to(session, WORKSPACE, acme.id)

    assert both == {acme.id, bakery.id}
    assert (withdrawn, one) == (1, {acme.id})
    assert [person.name for person in helpers] == ["Ben"]


async def test_a_request_is_decided_once(database: Database) -> None:
    request = AccessRequest(
        id="r1",
        workspace_id=WORKSPACE,
        person_id="U02BEN",
        command="connections.connect",
        arguments={"client": "c1"},
        asked_at=NOW,
    )
    await save(database, request)

    async with database.begin() as session:
        waiting = await access.undecided(session, WORKSPACE, "U02BEN")
        first = await access.decide(session, WORKSPACE, "r1", approved=True, by="U01ANA", now=NOW)
        second = await access.decide(
            session, WORKSPACE, "r1", approved=False, by="U03CHL", now=NOW + timedelta(minutes=1)
        )
        left = await access.undecided(session, WORKSPACE)

    assert [one.id for one in waiting] == ["r1"]
    assert first is not None
    assert (first.approved, first.decided_by, second, list(left)) == (True, "U01ANA", None, [])
