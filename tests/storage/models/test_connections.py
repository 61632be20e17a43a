"""From which state of a connection which other may follow."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storage.models import Connection, IllegalTransition, Status
from tests.builders import NOW, a_connection

LATER = NOW + timedelta(hours=1)


def activate(connection: Connection) -> None:
    connection.activate(grant_id="g2", organisation_id="o2", by="U02BEN", now=LATER)


def expire(connection: Connection) -> None:
    connection.expire(reason="refresh_refused", now=LATER)


def worry(connection: Connection) -> None:
    connection.worry(reason="not_permitted", now=LATER)


def recover(connection: Connection) -> None:
    connection.recover(now=LATER)


def disconnect(connection: Connection) -> None:
    connection.disconnect(by="U02BEN", now=LATER)


def schedule_erasure(connection: Connection) -> None:
    connection.schedule_erasure(by="U02BEN", at=LATER)


def keep(connection: Connection) -> None:
    connection.keep()


CONNECTED, ATTENTION, EXPIRED, DISCONNECTED = Status
MOVES: list[tuple[Status, Callable[[Connection], None], Status | None]] = [
    (CONNECTED, activate, CONNECTED),
    (CONNECTED, expire, EXPIRED),
    (CONNECTED, worry, ATTENTION),
    (CONNECTED, recover, CONNECTED),
    (CONNECTED, disconnect, DISCONNECTED),
    (CONNECTED, schedule_erasure, None),
    (CONNECTED, keep, None),
    (ATTENTION, activate, CONNECTED),
    (ATTENTION, expire, EXPIRED),
    (ATTENTION, worry, ATTENTION),
    (ATTENTION, recover, CONNECTED),
    (ATTENTION, disconnect, DISCONNECTED),
    (ATTENTION, schedule_erasure, None),
    (ATTENTION, keep, None),
    (EXPIRED, activate, CONNECTED),
    (EXPIRED, expire, EXPIRED),
    (EXPIRED, worry, None),
    (EXPIRED, recover, EXPIRED),
    (EXPIRED, disconnect, DISCONNECTED),
    (EXPIRED, schedule_erasure, None),
    (EXPIRED, keep, None),
    (DISCONNECTED, activate, CONNECTED),
    (DISCONNECTED, expire, None),
    (DISCONNECTED, worry, None),
    (DISCONNECTED, recover, DISCONNECTED),
    (DISCONNECTED, disconnect, None),
    (DISCONNECTED, schedule_erasure, DISCONNECTED),
    (DISCONNECTED, keep, None),
]


@pytest.mark.parametrize(
    ("before", "move", "after"), MOVES, ids=[f"{b}-{m.__name__}" for b, m, _ in MOVES]
)
def test_a_connection_moves_as_the_table_says(
    before: Status, move: Callable[[Connection], None], after: Status | None
) -> None:
    connection = a_connection(status=before)

    if after is None:
        with pytest.raises(IllegalTransition):
            move(connection)
    else:
        move(connection)

    assert connection.status is (after or before)


def test_connecting_again_makes_the_lists_due_and_forgets_the_end() -> None:
    connection = a_connection(lists_attempts=3, lists_error="try_again")
    disconnect(connection)

    activate(connection)

    assert connection.is_usable
    assert (connection.grant_id, connection.organisation_id) == ("g2", "o2")
    assert (connection.disconnected_at, connection.disconnected_by) == (None, None)
    assert (connection.lists_due_at, connection.lists_attempts) == (LATER, 0)
    assert connection.lists_error is None


@pytest.mark.parametrize("end", [expire, disconnect])
def test_nothing_is_due_for_a_connection_that_cannot_be_used(
    end: Callable[[Connection], None],
) -> None:
    connection = a_connection(lists_due_at=NOW, grant_id="g1")

    end(connection)

    assert connection.lists_due_at is None
    assert not connection.is_usable


def test_the_status_lasts_since_it_last_changed() -> None:
    connection = a_connection(status=Status.ATTENTION, status_reason="not_permitted")

    worry(connection)

    assert connection.status_since == NOW
    expire(connection)
    assert connection.status_since == LATER


def test_an_erasure_is_scheduled_once_and_can_be_undone() -> None:
    connection = a_connection(status=Status.DISCONNECTED)

    schedule_erasure(connection)
    with pytest.raises(IllegalTransition):
        schedule_erasure(connection)
    with pytest.raises(IllegalTransition):
        activate(connection)
    keep(connection)

    assert (connection.erase_at, connection.erase_asked_by) == (None, None)
