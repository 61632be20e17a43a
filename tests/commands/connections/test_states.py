"""Permitted actions of each state."""

import pytest

from commands.clients.standing import Standing
from commands.connections.states import Action, actions
from storage.models import Purpose


@pytest.mark.parametrize(
    ("now", "bookkeeping", "data_health"),
    [
        (
            Standing.CONNECTED,
            (
                Action.SETTINGS,
                Action.RECONNECT,
                Action.REFRESH,
                Action.CHANGE,
                Action.DISCONNECT,
            ),
            (Action.RECONNECT, Action.DISCONNECT, Action.DELETE),
        ),
        (
            Standing.EXPIRED,
            (Action.RECONNECT, Action.CHANGE, Action.DISCONNECT),
            (Action.RECONNECT, Action.DISCONNECT, Action.DELETE),
        ),
        (Standing.DISCONNECTED, (Action.CONNECT,), (Action.CONNECT, Action.DELETE)),
        (Standing.ERASING, (Action.UNDO,), (Action.UNDO,)),
        (Standing.NOT_CONNECTED, (Action.CONNECT,), (Action.CONNECT,)),
        (Standing.CONNECTING, (Action.CONNECT,), (Action.CONNECT,)),
    ],
)
def test_each_state_permits_what_makes_sense(
    now: Standing, bookkeeping: tuple[Action, ...], data_health: tuple[Action, ...]
) -> None:
    assert actions(now, Purpose.BOOKKEEPING) == bookkeeping
    assert actions(now, Purpose.DATA_HEALTH) == data_health
