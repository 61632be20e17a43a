"""The permission matrix of product §2.2, for what exists."""

import pytest

from commands.permissions import Actor, Permission, may, sees, visible
from storage.models import Role

PA, CA, PS, NO = Role.PRACTICE_ADMIN, Role.CLIENT_ADMIN, Role.STANDARD, Role.NONE
MATRIX = [  # permission, practice administrator, client administrator, assigned, other, no role
    (Permission.NOTHING, True, True, True, True, True),
    (Permission.SEE_CLIENT, True, True, True, False, False),
    (Permission.PUBLISH, True, True, True, False, False),
    (Permission.CONNECT, True, True, False, False, False),
    (Permission.DELETE_DATA, True, True, False, False, False),
    (Permission.MANAGE_CLIENTS, True, True, False, False, False),
    (Permission.MANAGE_PEOPLE, True, True, False, False, False),
    (Permission.MANAGE_PUBLISHING, True, True, False, False, False),
    (Permission.OVERRIDE, True, False, False, False, False),
]


def an_actor(role: Role, *clients: str, all_clients: bool = False) -> Actor:
    return Actor(
        workspace_id="T1",
        person_id="U1",
        name="Somebody",
        role=role,
        clients=frozenset(clients),
        all_clients=all_clients,
    )


@pytest.mark.parametrize(("permission", "expected"), [(row[0], row[1:]) for row in MATRIX])
def test_a_role_may(permission: Permission, expected: tuple[bool, ...]) -> None:
    actors = (
        an_actor(PA),
        an_actor(CA),
        an_actor(PS, "acme"),
        an_actor(PS, "beta"),
        an_actor(NO, "acme"),
    )

    assert tuple(may(actor, permission, "acme") for actor in actors) == expected


def test_every_permission_is_in_the_matrix() -> None:
    assert {row[0] for row in MATRIX} == set(Permission)


def test_only_administrators_connect() -> None:
    assert not may(an_actor(PS, "acme"), Permission.CONNECT, "acme")
    assert not may(an_actor(PS, all_clients=True), Permission.CONNECT)
    assert may(an_actor(CA), Permission.CONNECT)


def test_a_standard_user_for_all_clients_sees_every_one() -> None:
    assert sees(an_actor(PS, all_clients=True), "acme")
    assert not sees(an_actor(NO, all_clients=True), "acme")


def test_what_is_visible_follows_the_role() -> None:
    assert visible(an_actor(PA)) is None
    assert visible(an_actor(PS, all_clients=True)) is None
    assert visible(an_actor(PS, "acme")) == {"acme"}
    assert visible(an_actor(NO, "acme", all_clients=True)) == frozenset()
