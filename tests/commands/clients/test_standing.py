"""Words and marks of each state."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.clients.standing import MARKS, Standing, standing
from storage.models import Connection, Purpose, Status

NOW = datetime(2026, 6, 3, 10, tzinfo=UTC)


def a_connection(status: Status, **changes: datetime) -> Connection:
    return Connection(
        id="c1",
        workspace_id="T1",
        client_id="a1",
        purpose=Purpose.BOOKKEEPING,
        provider="xero",
        organisation_id="o1",
        status=status,
        status_since=NOW,
        connected_by="U1",
        connected_at=NOW,
        **changes,
    )


@pytest.mark.parametrize(
    ("status", "changes", "link_is_out", "expected"),
    [
        (Status.CONNECTED, {}, False, Standing.CONNECTED),
        (Status.CONNECTED, {}, True, Standing.CONNECTED),
        (Status.ATTENTION, {}, False, Standing.ATTENTION),
        (Status.EXPIRED, {}, True, Standing.EXPIRED),
        (Status.DISCONNECTED, {}, False, Standing.DISCONNECTED),
        (Status.DISCONNECTED, {}, True, Standing.CONNECTING),
        (Status.DISCONNECTED, {"erase_at": NOW + timedelta(minutes=10)}, True, Standing.ERASING),
        (Status.DISCONNECTED, {"erased_at": NOW}, False, Standing.NOT_CONNECTED),
    ],
)
def test_a_connection_stands_where_its_row_says(
    status: Status, changes: dict[str, datetime], link_is_out: bool, expected: Standing
) -> None:
    assert standing(a_connection(status, **changes), link_is_out=link_is_out) == expected


def test_without_a_row_there_is_only_the_link() -> None:
    assert standing(None) == Standing.NOT_CONNECTED
    assert standing(None, link_is_out=True) == Standing.CONNECTING


def test_every_state_has_a_mark() -> None:
    assert set(MARKS) == set(Standing)
