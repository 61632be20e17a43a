"""Slack's people are the practice's people, or are told that they are not."""

from typing import Any

import pytest
from sqlalchemy import delete

from bot.slack.actor import Outside, Outsider, profile
from storage.models import Assignment, Person, Role
from tests.bot.slack.conftest import ANA, BEN, TEAM, Practice


def a_user(**over: Any) -> dict[str, Any]:
    return {"id": "U1", "team_id": "T1", "real_name": "Eve Adams", "tz": "Europe/Paris"} | over


@pytest.mark.parametrize(
    ("over", "role", "outside"),
    [
        ({}, Role.STANDARD, None),
        ({"is_admin": True}, Role.PRACTICE_ADMIN, None),
        ({"is_owner": True}, Role.PRACTICE_ADMIN, None),
        ({"is_primary_owner": True}, Role.PRACTICE_ADMIN, None),
        ({"is_restricted": True}, Role.NONE, Outside.GUEST),
        ({"is_ultra_restricted": True, "is_admin": True}, Role.NONE, Outside.GUEST),
        ({"is_stranger": True}, Role.NONE, Outside.STRANGER),
        ({"team_id": "T2"}, Role.NONE, Outside.STRANGER),
        ({"deleted": True}, Role.NONE, Outside.GONE),
        ({"is_bot": True}, Role.NONE, Outside.BOT),
        ({"id": "USLACKBOT"}, Role.NONE, Outside.BOT),
    ],
)
def test_first_roles(over: dict[str, Any], role: Role, outside: Outside | None) -> None:
    found = profile(a_user(**over), "T1")

    assert (found.first_role, found.outside) == (role, outside)
    assert (found.name, found.time_zone) == ("Eve Adams", "Europe/Paris")


def test_somebody_without_a_name_has_at_least_an_id() -> None:
    assert profile({"id": "U1"}, "T1").name == "U1"


async def test_somebody_new_is_asked_about_once(practice: Practice) -> None:
    async with practice.application.tools.database.begin() as session:
        await session.execute(delete(Assignment))
        await session.execute(delete(Person))
    actors = practice.application.slack.actors

    first, second = await actors.find(TEAM, ANA), await actors.find(TEAM, ANA)

    assert (first.name, first.role) == ("Ana Patel", Role.PRACTICE_ADMIN)
    assert second == first
    assert len(await practice.calls("users.info")) == 1


async def test_a_changed_role_is_heard_at_once(practice: Practice) -> None:
    actors = practice.application.slack.actors
    assert (await actors.find(TEAM, BEN)).role is Role.STANDARD
    async with practice.application.tools.database.begin() as session:
        ben = await session.get_one(Person, (TEAM, BEN))
        ben.role = Role.CLIENT_ADMIN

    assert (await actors.find(TEAM, BEN)).role is Role.CLIENT_ADMIN


async def test_an_assignment_is_heard_at_once(practice: Practice) -> None:
    actors = practice.application.slack.actors
    assert len((await actors.find(TEAM, BEN)).clients) == 1
    async with practice.application.tools.database.begin() as session:
        await session.execute(delete(Assignment))

    assert (await actors.find(TEAM, BEN)).clients == frozenset()


async def test_guests_are_outside(practice: Practice) -> None:
    with pytest.raises(Outsider) as found:
        await practice.application.slack.actors.find(TEAM, "U0DORA")

    assert found.value.why is Outside.GUEST


async def test_a_guest_with_a_role_may_act(practice: Practice) -> None:
    actors = practice.application.slack.actors
    with pytest.raises(Outsider):
        await actors.find(TEAM, "U0DORA")
    async with practice.application.tools.database.begin() as session:
        (await session.get_one(Person, (TEAM, "U0DORA"))).role = Role.STANDARD

    assert (await actors.find(TEAM, "U0DORA")).role is Role.STANDARD


async def test_somebody_who_left_is_outside_and_keeps_the_role_for_later(
    practice: Practice,
) -> None:
    actors = practice.application.slack.actors
    await actors.changed(TEAM, a_user(id=BEN, team_id=TEAM, deleted=True))
    with pytest.raises(Outsider):
        await actors.find(TEAM, BEN)
    await actors.changed(TEAM, a_user(id=BEN, team_id=TEAM))

    assert (await actors.find(TEAM, BEN)).role is Role.STANDARD


async def test_a_profile_of_somebody_we_never_met_is_not_kept(practice: Practice) -> None:
    await practice.application.slack.actors.changed(TEAM, a_user(id="U0NEW", team_id=TEAM))

    async with practice.application.tools.database.read() as session:
        assert await session.get(Person, (TEAM, "U0NEW")) is None
