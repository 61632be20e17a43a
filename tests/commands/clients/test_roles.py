"""Who may give which role to whom."""

import pytest

from commands.clients.roles import Objection, first_role, grantable, objection
from commands.permissions import Actor
from storage.models import Role

PA, CA, PS, NO = Role.PRACTICE_ADMIN, Role.CLIENT_ADMIN, Role.STANDARD, Role.NONE


def an_actor(role: Role) -> Actor:
    return Actor(workspace_id="T1", person_id="U1", name="Somebody", role=role)


@pytest.mark.parametrize(
    ("is_owner", "is_admin", "is_guest", "role"),
    [
        (True, True, False, PA),
        (False, True, False, PA),
        (True, False, False, PA),
        (False, False, False, PS),
        (False, False, True, NO),
        (False, True, True, NO),
    ],
)
def test_slack_decides_the_first_role(
    is_owner: bool, is_admin: bool, is_guest: bool, role: Role
) -> None:
    assert first_role(is_owner=is_owner, is_admin=is_admin, is_guest=is_guest) is role


@pytest.mark.parametrize(
    ("actor", "was", "becomes", "administrators", "found"),
    [
        (PA, PS, PA, 1, None),
        (PA, PA, PS, 2, None),
        (PA, PA, PS, 1, Objection.LAST_ADMIN),
        (PA, PA, NO, 1, Objection.LAST_ADMIN),
        (PA, PA, PA, 1, None),
        (PA, NO, CA, 1, None),
        (CA, PS, CA, 1, None),
        (CA, CA, PS, 1, None),
        (CA, NO, PS, 1, None),
        (CA, PS, PA, 1, Objection.MAKES_ADMIN),
        (CA, PA, PS, 5, Objection.CHANGES_ADMIN),
        (CA, PA, PA, 5, Objection.CHANGES_ADMIN),
        (PS, PS, PS, 1, Objection.MAKES_ADMIN),
        (NO, NO, PS, 1, Objection.MAKES_ADMIN),
    ],
)
def test_a_change_of_role_meets(
    actor: Role, was: Role, becomes: Role, administrators: int, found: Objection | None
) -> None:
    actual = objection(an_actor(actor), was=was, becomes=becomes, practice_admins=administrators)

    assert actual is found


def test_only_practice_administrators_are_offered_all_roles() -> None:
    assert grantable(an_actor(PA)) == (PA, CA, PS, NO)
    assert grantable(an_actor(CA)) == (CA, PS, NO)
    assert grantable(an_actor(PS)) == ()
