"""Where a connection stands, in a word and a mark."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from storage.models import Status


class Standing(StrEnum):
    """What a person reads about a connection; the value is the word."""

    CONNECTED = "Connected"
    ATTENTION = "Needs attention"
    EXPIRED = "Expired"
    CONNECTING = "Connecting"
    DISCONNECTED = "Disconnected"
    ERASING = "About to be erased"
    NOT_CONNECTED = "Not connected"


MARKS = {
    Standing.CONNECTED: "●",
    Standing.ATTENTION: "▲",
    Standing.EXPIRED: "■",
    Standing.CONNECTING: "○",
    Standing.DISCONNECTED: "○",
    Standing.ERASING: "▲",
    Standing.NOT_CONNECTED: "○",
}

_BY_STATUS = {
    Status.CONNECTED: Standing.CONNECTED,
    Status.ATTENTION: Standing.ATTENTION,
    Status.EXPIRED: Standing.EXPIRED,
    Status.DISCONNECTED: Standing.DISCONNECTED,
}


class Known(Protocol):
    """What it takes to know where a connection stands: the entity, or a row with these columns."""

    @property
    def status(self) -> Status: ...

    @property
    def erase_at(self) -> datetime | None: ...

    @property
    def erased_at(self) -> datetime | None: ...


def standing(connection: Known | None, *, link_is_out: bool = False) -> Standing:
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
