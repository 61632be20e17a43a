"""Who may do what (product §2.2)."""

from dataclasses import dataclass
from enum import StrEnum

from storage.models import Role


class Permission(StrEnum):
    """Something a role allows; the value completes "... needs" in an answer."""

    SEE_CLIENT = "see client"
    PUBLISH = "publish"
    CONNECT = "connect"
    DELETE_DATA = "delete data"
    MANAGE_CLIENTS = "manage clients"
    MANAGE_PEOPLE = "manage people"
    MANAGE_PUBLISHING = "manage publishing"
    OVERRIDE = "override"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who is asking. `clients` are the ids a standard user is assigned to."""

    workspace_id: str
    person_id: str
    name: str
    role: Role
    time_zone: str = "UTC"
    all_clients: bool = False
    clients: frozenset[str] = frozenset()


SYSTEM = "system"
ADMINISTRATORS = frozenset({Role.PRACTICE_ADMIN, Role.CLIENT_ADMIN})
EVERYBODY_WITH_A_ROLE = ADMINISTRATORS | {Role.STANDARD}


def sees(actor: Actor, client_id: str) -> bool:
    """Whether the client exists for this person at all."""
    if actor.role in ADMINISTRATORS:
        return True
    return actor.role is Role.STANDARD and (actor.all_clients or client_id in actor.clients)


ROLES: dict[Permission, frozenset[Role]] = {
    Permission.NOTHING: frozenset(Role),
    Permission.SEE_CLIENT: EVERYBODY_WITH_A_ROLE,
    Permission.PUBLISH: EVERYBODY_WITH_A_ROLE,
    Permission.CONNECT: ADMINISTRATORS,
    Permission.MANAGE_CLIENTS: ADMINISTRATORS,
    Permission.DELETE_DATA: ADMINISTRATORS,
    Permission.MANAGE_PEOPLE: ADMINISTRATORS,
    Permission.MANAGE_PUBLISHING: ADMINISTRATORS,
    Permission.OVERRIDE: frozenset({Role.PRACTICE_ADMIN}),
}
COMES_WITH_THE_CLIENT = frozenset({Permission.SEE_CLIENT, Permission.PUBLISH})


def has_clients(actor: Actor) -> bool:
    """Whether there can be any client this person works for."""
    return actor.role in ADMINISTRATORS or actor.all_clients or bool(actor.clients)


def may(actor: Actor, permission: Permission, client_id: str | None = None) -> bool:
    """Whether this person may do this, to this client where there is one."""
    if actor.role not in ROLES[permission]:
        return False
    return client_id is None or permission is Permission.NOTHING or sees(actor, client_id)


def visible(actor: Actor) -> frozenset[str] | None:
    """The ids of the clients this person works for; None stands for all of them."""
    if actor.role in ADMINISTRATORS or (actor.role is Role.STANDARD and actor.all_clients):
        return None
    return actor.clients if actor.role is Role.STANDARD else frozenset()
