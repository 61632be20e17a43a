"""Where a connection stands, in a word, and what may be done with it there."""

from enum import StrEnum

from storage.models import Connection, Purpose, Status


class Standing(StrEnum):
    """What a person reads about a connection; the value is the word."""

    CONNECTED = "Connected"
    ATTENTION = "Needs attention"
    EXPIRED = "Expired"
    CONNECTING = "Connecting"
    DISCONNECTED = "Disconnected"
    ERASING = "About to be erased"
    NOT_CONNECTED = "Not connected"


class Action(StrEnum):
    """What a person may do with a connection."""

    CONNECT = "connect"
    RECONNECT = "reconnect"
    REFRESH = "refresh"
    CHANGE = "change"
    DISCONNECT = "disconnect"
    DELETE = "delete"
    UNDO = "undo"


MARKS = {
    Standing.CONNECTED: "●",
    Standing.ATTENTION: "▲",
    Standing.EXPIRED: "■",
    Standing.CONNECTING: "○",
    Standing.DISCONNECTED: "○",
    Standing.ERASING: "▲",
    Standing.NOT_CONNECTED: "○",
}

URGENCY = (  # worst first: the order of "by status"
    Standing.EXPIRED,
    Standing.ATTENTION,
    Standing.ERASING,
    Standing.CONNECTING,
    Standing.DISCONNECTED,
    Standing.NOT_CONNECTED,
    Standing.CONNECTED,
)

_BY_STATUS = {
    Status.CONNECTED: Standing.CONNECTED,
    Status.ATTENTION: Standing.ATTENTION,
    Status.EXPIRED: Standing.EXPIRED,
    Status.DISCONNECTED: Standing.DISCONNECTED,
}

_MANAGED = (Action.RECONNECT, Action.REFRESH, Action.CHANGE, Action.DISCONNECT)
_ACTIONS = {
    Standing.CONNECTED: _MANAGED,
    Standing.ATTENTION: _MANAGED,
    Standing.EXPIRED: (Action.RECONNECT, Action.CHANGE, Action.DISCONNECT),
    Standing.CONNECTING: (Action.CONNECT,),
    Standing.DISCONNECTED: (Action.CONNECT,),
    Standing.ERASING: (Action.UNDO,),
    Standing.NOT_CONNECTED: (Action.CONNECT,),
}


def standing(connection: Connection | None, *, link_is_out: bool = False) -> Standing:
    """Where it stands; `link_is_out` means that somebody is signing in just now."""
    if connection is not None and connection.erase_at is not None:
        return Standing.ERASING
    if connection is not None and connection.status != Status.DISCONNECTED:
        return _BY_STATUS[connection.status]
    if link_is_out:
        return Standing.CONNECTING
    if connection is None or connection.erased_at is not None:
        return Standing.NOT_CONNECTED
    return Standing.DISCONNECTED


def actions(now: Standing, purpose: Purpose) -> tuple[Action, ...]:
    """What may be done, the most likely first (product §3.1).

    Data Health follows the software of the bookkeeping connection, so it is not changed but can be
    deleted, also after it was disconnected.
    """
    allowed = _ACTIONS[now]
    if purpose is Purpose.BOOKKEEPING:
        return allowed
    kept = tuple(a for a in allowed if a is not Action.CHANGE)
    deletable = Action.DISCONNECT in kept or now is Standing.DISCONNECTED
    return (*kept, Action.DELETE) if deletable else kept


def holds_organisation(connection: Connection) -> bool:
    """Whether it still claims its organisation, so that no other client may have it."""
    return connection.status != Status.DISCONNECTED
