"""Each organisation has its own moment of its own night, whatever the clocks do."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.sync.schedule import EVERY, LEAST_GAP, NIGHT, may_ask_at, next_sync

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", None)
INSTANTS = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31), timezones=st.just(UTC)
)


@given(slot=st.integers(0, 20_000), zone=st.sampled_from(ZONES), now=INSTANTS)
def test_the_next_turn_is_in_the_night_and_within_25_hours(
    slot: int, zone: str | None, now: datetime
) -> None:
    due = next_sync(slot, zone, now)
    local = due.astimezone(ZoneInfo(zone) if zone else UTC)

    # the civil night may last an hour more or less on the two days the clocks change
    assert now + LEAST_GAP <= due <= now + timedelta(hours=26)
    assert timedelta(hours=local.hour) <= NIGHT + timedelta(hours=1)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("slot", [0, 1, 2, 3, 5, 8])
def test_a_year_of_nights_has_one_sync_each(zone: str, slot: int) -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    days: Counter[object] = Counter()
    while now < datetime(2027, 1, 1, tzinfo=UTC):
        due = next_sync(slot, zone, now)
        days[due.astimezone(ZoneInfo(zone)).date()] += 1
        now = due + timedelta(minutes=3)  # it takes a little

    assert set(days.values()) == {1}
    assert len(days) in {365, 366}


def test_ten_thousand_of_one_time_zone_are_spread_evenly() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    starts = Counter(
        next_sync(slot, "Europe/London", now).replace(second=0, microsecond=0)
        for slot in range(10_000)
    )

    # 10,000 over 300 minutes are 33.3 a minute
    assert max(starts.values()) <= 1.3 * 10_000 / (NIGHT / timedelta(minutes=1))


@given(slot=st.integers(0, 20_000), hours=st.sampled_from([1, 6, 12, 48]), now=INSTANTS)
def test_other_intervals_keep_their_distance(slot: int, hours: int, now: datetime) -> None:
    every = timedelta(hours=hours)
    first = next_sync(slot, "Europe/London", now, every=every)
    second = next_sync(slot, "Europe/London", first, every=every)

    assert now < first <= now + every + every / 24
    assert second - first == every


def test_people_wait_five_minutes_between_syncs() -> None:
    then = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert may_ask_at(None, None) is None
    assert may_ask_at(then, None) == then + timedelta(minutes=5)
    assert may_ask_at(then, then + timedelta(minutes=1)) == then + timedelta(minutes=6)
    assert timedelta(hours=24) == EVERY
