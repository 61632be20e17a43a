"""A night of 10,000 connections by the timetable alone: no clock, no database."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from commands.sync.schedule import NIGHT, next_sync
from tests.bench.figures import Figure

CONNECTIONS = 10_000
ZONE = "Europe/London"  # all in one: nothing is harder
NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
CALLS_EACH = 15  # a full sync; an ordinary night takes half
APP_A_MINUTE = 10_000  # what Xero allows an application


def simulated() -> Iterator[Figure]:
    turns = (next_sync(slot, ZONE, NOON) for slot in range(CONNECTIONS))
    minutes = Counter(turn.replace(second=0, microsecond=0) for turn in turns)
    peak, mean = max(minutes.values()), CONNECTIONS / (NIGHT.total_seconds() / 60)
    yield Figure(
        what="10,000 connections in one night, fullest minute of the mean",
        seen=f"{peak} syncs; {mean:.1f}",
        value=peak / mean,
        aim=1.3,
    )
    yield Figure(
        what="calls of Xero in that minute, with 15 each",
        seen=f"{len(minutes)} minutes",
        value=peak * CALLS_EACH,
        aim=APP_A_MINUTE,
        unit="calls",
    )
