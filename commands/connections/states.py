"""What may be done with a connection where it stands."""

from enum import StrEnum

from commands.clients.standing import Standing
from storage.models import Connection, Purpose, Status


class Action(StrEnum):
    """What a person may do with a connection."""

    CONNECT = "connect"
    SETTINGS = "settings"
    RECONNECT = "reconnect"
    REFRESH = "refresh"
    CHANGE = "change"
    DISCONNECT = "disconnect"
    DELETE = "delete"
    UNDO = "undo"


_MANAGED = (
    Action.SETTINGS, Action.RECONNECT, Action.REFRESH, Action.CHANGE, Action.DISCONNECT,
)  # fmt: skip
_OF_BOOKKEEPING = frozenset({Action.SETTINGS, Action.CHANGE, Action.REFRESH})
_ACTIONS = {
    Standing.CONNECTED: _MANAGED,
    Standing.ATTENTION: _MANAGED,
    Standing.EXPIRED: (Action.RECONNECT, Action.CHANGE, Action.DISCONNECT),
    Standing.CONNECTING: (Action.CONNECT,),
    Standing.DISCONNECTED: (Action.CONNECT,),
    Standing.ERASING: (Action.UNDO,),
    Standing.NOT_CONNECTED: (Action.CONNECT,),
}


def actions(now: Standing, purpose: Purpose) -> tuple[Action, ...]:
    """What may be done, the most likely first (product §3.1).

    Data Health follows the software of the bookkeeping connection, so it is not changed but can be
    deleted, also after it was disconnected. Its lists are read with those of bookkeeping, which
    alone has settings of publishing.
    """
    allowed = _ACTIONS[now]
    if purpose is Purpose.BOOKKEEPING:
        return allowed
    kept = tuple(a for a in allowed if a not in _OF_BOOKKEEPING)
    deletable = Action.DISCONNECT in kept or now is Standing.DISCONNECTED
    return (*kept, Action.DELETE) if deletable else kept


def holds_organisation(connection: Connection) -> bool:
    """Whether it still claims its organisation, so that no other client may have it."""
    return connection.status != Status.DISCONNECTED
