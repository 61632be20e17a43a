"""Every civil day has one morning, and a digest only what people should hear."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.mornings import last_morning, morning, next_morning, zone_name, zone_of
from commands.sync.mornings import SOON, STALE, Copy, Digest, Link, digest

NOW = datetime(2026, 6, 3, 7, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)
CHANGES = [  # (zone, the day its clocks go on, the day they go back)
    ("Europe/London", date(2026, 3, 29), date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8), date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4), date(2026, 4, 5)),
]
INSTANTS = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31), timezones=st.just(UTC)
)
ZONES = [zone for zone, _, _ in CHANGES]


@pytest.mark.parametrize(("name", "on", "back"), CHANGES)
def test_the_morning_is_at_eight_on_days_of_any_length(name: str, on: date, back: date) -> None:
    zone = ZoneInfo(name)
    for day in (on, back):
        found = morning(day, zone)

        assert found.astimezone(zone).time() == time(8)
        assert last_morning(found, zone) == day
        assert last_morning(found - timedelta(seconds=1), zone) == day - timedelta(days=1)
    one_day = timedelta(days=1)
    assert morning(on, zone) - morning(on - one_day, zone) < one_day
    assert morning(back, zone) - morning(back - one_day, zone) > one_day


@given(at=INSTANTS, name=st.sampled_from(ZONES), late_s=st.integers(0, 7_200))
def test_the_next_morning_is_the_first_one_from_then_on(
    at: datetime, name: str, late_s: int
) -> None:
    zone, late = ZoneInfo(name), timedelta(seconds=late_s)
    found = next_morning(at, zone, late=late)
    day = (found - late).astimezone(zone).date()

    assert found >= at
    assert found - late == morning(day, zone)
    assert morning(day - timedelta(days=1), zone) + late < at


@pytest.mark.parametrize(
    ("zone", "name"),
    [("Europe/London", "London"), ("America/New_York", "New York"), (None, "UTC")],
)
def test_a_zone_is_called_by_its_town(zone: str | None, name: str) -> None:
    assert zone_name(zone_of(zone)) == name


@pytest.mark.parametrize("name", ZONES)
def test_a_year_of_half_hours_has_each_morning_once(name: str) -> None:
    zone, now = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC)
    told: Counter[date] = Counter()
    last = last_morning(now, zone)
    while now < datetime(2027, 1, 1, tzinfo=UTC):
        day = last_morning(now, zone)
        if day > last:
            told[day] += 1
            last = day
            assert now.astimezone(zone).hour == 8
        now += timedelta(minutes=30)

    assert set(told.values()) == {1}
    assert len(told) == 365


@given(now=INSTANTS, name=st.sampled_from(ZONES))
def test_the_last_morning_is_never_ahead_nor_two_days_ago(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    day = last_morning(now, zone)

    assert morning(day, zone) <= now < morning(day + timedelta(days=1), zone)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus_Mons", "/etc/passwd"])
def test_a_zone_nobody_knows_is_utc(name: str | None) -> None:
    assert zone_of(name) is UTC


def a_copy(**over: object) -> Copy:
    known = {"client": "Acme Ltd", "software": "Xero", "connected_at": NOW - timedelta(days=90)}
    return Copy(**(known | {"synced_at": NOW - timedelta(hours=6)} | over))  # type: ignore[arg-type]


def a_link(ends_at: datetime | None) -> Link:
    return Link(client="Acme Ltd", software="Xero", purpose="Data Health", ends_at=ends_at)


def test_nothing_connected_is_nothing_to_say() -> None:
    assert digest([], [], since=SINCE, now=NOW).is_empty


def test_copies_of_the_night_are_counted() -> None:
    old = a_copy(synced_at=SINCE - timedelta(hours=1))

    assert digest([a_copy(), old], [], since=SINCE, now=NOW) == Digest(updated=1, of=2)


@pytest.mark.parametrize(
    ("over", "is_stale"),
    [
        ({"synced_at": NOW - STALE}, False),
        ({"synced_at": NOW - STALE - timedelta(seconds=1)}, True),
        ({"synced_at": None}, True),
        ({"synced_at": None, "connected_at": NOW - timedelta(hours=2)}, False),
        ({"synced_at": None, "error": "day_spent"}, False),  # it is told with its reason
    ],
)
def test_a_copy_is_stale_after_a_day_and_a_half(over: dict[str, object], is_stale: bool) -> None:
    copy = a_copy(**over)

    assert digest([copy], [], since=SINCE, now=NOW).stale == ((copy,) if is_stale else ())


def test_a_failure_is_told_though_its_copy_is_of_the_night() -> None:
    failed = a_copy(error="vendor_silent")
    found = digest([failed], [], since=SINCE, now=NOW)

    assert (found.failed, found.updated) == ((failed,), 1)


def test_permissions_are_told_of_when_they_have_run_out_or_will_within_a_week() -> None:
    gone, late, soon = a_link(None), a_link(NOW + SOON), a_link(NOW + timedelta(days=1))
    far = a_link(NOW + SOON + timedelta(seconds=1))
    found = digest([], [far, late, gone, soon], since=SINCE, now=NOW)

    assert found.expired == (gone,)
    assert found.ending == (soon, late)
    assert not found.is_empty
