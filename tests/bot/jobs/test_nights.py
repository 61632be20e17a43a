"""Ten thousand ledgers over nights of every length: no stampede, no gap, none twice (F22, F23)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from commands.sync.schedule import NIGHT, next_sync

LEDGERS = 10_000
LONGEST_GAP = timedelta(hours=25)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe")


def starts(slot: int, zone: str, first: datetime, nights: int) -> list[datetime]:
    """When it begins, each time as soon as it is due; it takes up to two minutes."""
    found, now = [], first
    for _ in range(nights):
        now = next_sync(slot, zone, now)
        found.append(now)
        now += timedelta(seconds=slot % 120)
    return found


@pytest.mark.parametrize(
    "around",
    [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 6, 3)],
    ids=["clocks go forward", "clocks go back", "leap day", "an ordinary night"],
)
def test_a_night_of_ten_thousand_ledgers_is_even_and_nobody_waits_longer_than_25_hours(
    around: date,
) -> None:
    noon = datetime(around.year, around.month, around.day, 12, tzinfo=UTC) - timedelta(days=2)
    minutes: Counter[datetime] = Counter()
    longest = timedelta()
    for slot in range(LEDGERS):
        begun = starts(slot, "Europe/London", noon, 3)
        minutes.update(at.replace(second=0, microsecond=0) for at in begun)
        longest = max(longest, *(b - a for a, b in pairwise(begun)))

    assert max(minutes.values()) <= 3 * LEDGERS / (NIGHT / timedelta(minutes=1))
    assert longest <= LONGEST_GAP


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("slot", range(0, 200, 7))
def test_every_local_day_of_a_leap_year_has_one(zone: str, slot: int) -> None:
    first = datetime(2027, 12, 31, 12, tzinfo=UTC)
    days = Counter(
        at.astimezone(ZoneInfo(zone)).date() for at in starts(slot, zone, first, nights=366)
    )

    assert set(days.values()) == {1}
    assert date(2028, 2, 29) in days
