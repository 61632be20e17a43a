"""One connection of a client as a row of its Connections page, with what can be done about it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from commands.clients.standing import MARKS, Standing, standing
from commands.clients.summary import PURPOSES, software_name
from commands.connections.cards import doubt_buttons, doubt_facts, purpose_in_brackets
from commands.connections.losses import DEMO_RESET
from commands.connections.matching import Identity, doubts
from commands.connections.states import Action, actions
from commands.context import Context
from commands.replies import (
    Button,
    Buttons,
    Invocation,
    Menu,
    Part,
    SmallPrint,
    Style,
    Words,
    call,
)
from storage.models import Client, Purpose
from storage.queries.details import Detail, Details

LABELS = {
    Action.SETTINGS: "Settings",
    Action.RECONNECT: "Reconnect",
    Action.REFRESH: "Refresh lists",
    Action.CHANGE: "Change connection",
    Action.DISCONNECT: "Disconnect",
    Action.DELETE: "Disconnect and delete client data",
    Action.UNDO: "Undo",
}
COMMANDS = {
    Action.SETTINGS: "publishing.settings",
    Action.RECONNECT: "connections.reconnect",
    Action.REFRESH: "lists.refresh_one",
    Action.CHANGE: "connections.change",
    Action.DISCONNECT: "connections.disconnect",
    Action.DELETE: "connections.delete",
    Action.UNDO: "connections.undo_delete",
}
VERSIONED = frozenset({Action.CHANGE, Action.DISCONNECT, Action.DELETE})


def row(context: Context, found: Details, purpose: Purpose) -> Iterator[Part]:
    """Where the client's connection for this purpose stands, and the likeliest thing to do."""
    detail = found.connections.get(purpose)
    now = standing(detail, link_is_out=purpose in found.signing_in)
    data: dict[str, Any] = {
        "title": PURPOSES[purpose],
        "mark": MARKS[now],
        "standing": now.value,
    }
    if detail is None or now is Standing.NOT_CONNECTED:
        beside = _connect(found.client, purpose)
        yield Words(template="connections/row_empty", data=data, beside=beside)
        return
    allowed = actions(now, purpose)
    data |= _told(context, detail)
    beside_it = _beside(found.client, detail, allowed)
    yield Words(template="connections/row", data=data, beside=beside_it)
    yield SmallPrint(template="connections/row_detail", data=data)
    yield from _below(found.client, detail, allowed, now)
    yield from _doubts(found, detail, now)


def _told(context: Context, detail: Detail) -> dict[str, Any]:
    return {
        "organisation": detail.organisation,
        "software": software_name(context.tools, detail.provider),
        "by": detail.by,
        "connected_at": detail.connected_at,
        "lists_read_at": detail.lists_read_at,
        "next_at": detail.lists_due_at,
        "is_reading": detail.lists_lease_until is not None
        and detail.lists_lease_until > context.now,
        "consent_ends_at": detail.consent_ends_at,
        "since": detail.status_since,
        "reason": detail.status_reason,
        "erase_at": detail.erase_at,
        "is_synced": detail.purpose is Purpose.DATA_HEALTH,
        "synced_at": detail.synced_at,
        "sync_next_at": detail.sync_due_at,
        "sync_error": detail.sync_error,
        "is_syncing": detail.sync_lease_until is not None and detail.sync_lease_until > context.now,
    }


def _beside(client: Client, detail: Detail, allowed: Sequence[Action]) -> Button | Menu:
    if Action.CONNECT in allowed:
        return _connect(client, detail.purpose)
    if len(allowed) == 1:
        return _button(client, detail, allowed[0])
    return _manage(client.id, detail.id, detail.version, detail.purpose, tuple(allowed))


@lru_cache(maxsize=1024)  # seven buttons that stay the same until the connection changes
def _manage(
    client_id: str, connection_id: str, version: int, purpose: Purpose, allowed: tuple[Action, ...]
) -> Menu:
    return Menu(
        label="Manage",
        items=tuple(
            _pressed(_does(client_id, connection_id, version, action), LABELS[action], purpose)
            for action in allowed
        ),
        shown_by=call("connections.show", client=client_id),
    )


def _below(
    client: Client, detail: Detail, allowed: Sequence[Action], now: Standing
) -> Iterator[Part]:
    """What deserves a button of its own beside the one of the row."""
    if now is Standing.EXPIRED and detail.status_reason == DEMO_RESET:
        yield Buttons(items=(_button(client, detail, Action.DISCONNECT, style=Style.PRIMARY),))
    elif now is Standing.EXPIRED:
        yield Buttons(items=(_button(client, detail, Action.RECONNECT, style=Style.PRIMARY),))
    elif Action.CONNECT in allowed and Action.DELETE in allowed:
        yield Buttons(
            items=(_button(client, detail, Action.DELETE, label="Delete Data Health data"),)
        )
    elif detail.purpose is Purpose.DATA_HEALTH and now in {Standing.CONNECTED, Standing.ATTENTION}:
        yield Buttons(items=(Button(label="Sync now", does=call("sync.run", client=client.id)),))


def _connect(client: Client, purpose: Purpose) -> Button:
    return Button(
        label=f"Connect {purpose_in_brackets(purpose)}",
        does=call("connections.connect", client=client.id, purpose=purpose),
    )


def _button(
    client: Client, detail: Detail, action: Action, *, label: str = "", style: Style = Style.PLAIN
) -> Button:
    does = _does(client.id, detail.id, detail.version, action)
    return _pressed(does, label or LABELS[action], detail.purpose, style=style)


def _pressed(
    does: Invocation, label: str, purpose: Purpose, *, style: Style = Style.PLAIN
) -> Button:
    description = f"{label}: {PURPOSES[purpose]}"
    return Button(label=label, does=does, style=style, description=description)


def _does(client_id: str, connection_id: str, version: int, action: Action) -> Invocation:
    if action is Action.SETTINGS:  # they are the client's, and outlive a reconnect
        return call(COMMANDS[action], client=client_id)
    versioned = {"version": version} if action in VERSIONED else {}
    return call(COMMANDS[action], connection=connection_id, **versioned)


def _doubts(found: Details, detail: Detail, now: Standing) -> Iterator[Part]:
    """A name or anything else that does not fit, while it matters."""
    if now not in {Standing.CONNECTED, Standing.ATTENTION}:
        return
    name, own = found.client.name, _identity(detail)
    others = _still(next((d for p, d in found.connections.items() if p != detail.purpose), None))
    doubted = doubts(name, own, others, accepted=detail.accepted_names)
    if doubted:
        data = doubt_facts(name, doubted, own, others)
        yield Words(template="connections/doubts", data=data)
        yield Buttons(items=doubt_buttons(detail.id, detail.version, doubted))


def _still(other: Detail | None) -> Identity | None:
    gone = {Standing.DISCONNECTED, Standing.ERASING, Standing.NOT_CONNECTED}
    if other is None or standing(other) in gone:
        return None
    return _identity(other)


def _identity(detail: Detail) -> Identity:
    return Identity(
        tenant_id=detail.tenant_id,
        name=detail.organisation,
        legal_name=detail.legal_name,
        country=detail.country,
        base_currency=detail.base_currency,
        is_demo=detail.is_demo,
    )
