"""Who may give which role to whom (product §2)."""

from enum import StrEnum

from commands.permissions import ADMINISTRATORS, Actor
from storage.models import Role

TITLES = {
    Role.PRACTICE_ADMIN: "Practice administrator",
    Role.CLIENT_ADMIN: "Client administrator",
    Role.STANDARD: "Standard user",
    Role.NONE: "No access",
}

MEANINGS = {
    Role.PRACTICE_ADMIN: "Everything, for every client, and people's roles",
    Role.CLIENT_ADMIN: "Every client, and people other than practice administrators",
    Role.STANDARD: "The clients assigned to them",
    Role.NONE: "Nothing here",
}


class Objection(StrEnum):
    """Why a role is not given; the value completes `people/objection`."""

    MAKES_ADMIN = "makes admin"
    CHANGES_ADMIN = "changes admin"
    LAST_ADMIN = "last admin"


def first_role(*, is_owner: bool, is_admin: bool, is_guest: bool) -> Role:
    """What somebody is on first sight, from what they are in Slack.

    A guest stays one even where Slack calls the same person an administrator elsewhere.
    """
    if is_guest:
        return Role.NONE
    return Role.PRACTICE_ADMIN if is_owner or is_admin else Role.STANDARD


def grantable(actor: Actor) -> tuple[Role, ...]:
    """The roles this person may give."""
    if actor.role is Role.PRACTICE_ADMIN:
        return tuple(Role)
    if actor.role in ADMINISTRATORS:
        return tuple(role for role in Role if role is not Role.PRACTICE_ADMIN)
    return ()


def objection(actor: Actor, *, was: Role, becomes: Role, practice_admins: int) -> Objection | None:
    """What speaks against the change, if anything. `practice_admins` counts them as it is now."""
    if was is Role.PRACTICE_ADMIN and actor.role is not Role.PRACTICE_ADMIN:
        return Objection.CHANGES_ADMIN
    if becomes not in grantable(actor):
        return Objection.MAKES_ADMIN
    is_withdrawn = was is Role.PRACTICE_ADMIN and becomes is not Role.PRACTICE_ADMIN
    if is_withdrawn and practice_admins < 2:
        return Objection.LAST_ADMIN
    return None
