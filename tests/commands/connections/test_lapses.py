"""A consent that runs out is warned of on a few mornings, each distance once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.connections.lapses import (
    HORIZON,
    days_left,
    ends_at,
    first_warning,
    is_near,
    next_warning,
    warning_card,
    warning_cards,
)
from commands.mornings import next_morning

NOW = datetime(2026, 6, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


LONDON = ZoneInfo("Europe/London")


def at_eight(at: datetime) -> datetime:
    return next_morning(at, LONDON)


def warnings(end: datetime, start: datetime, *, jitter_s: int = 0) -> list[tuple[int, datetime]]:
    """Days left at each warning and when it is given, looking as often as is asked for."""
    said, at, turn = [], first_warning(end, start, at_eight), 0
    while at <= end:
        seen = end + timedelta(seconds=jitter_s * (1 if turn % 2 else -1))
        if is_near(seen, at):
            said.append((days_left(seen, at), at))
        at, turn = next_warning(seen, at, at_eight), turn + 1
    return said


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (100, [30, 14, 7, 1]),
        (30, [29, 14, 7, 1]),  # seen in the course of a day, said the next morning
        (20, [19, 14, 7, 1]),
        (7, [6, 1]),
        (0.5, [1]),
    ],
)
@pytest.mark.parametrize("jitter_s", [0, 2])
def test_each_distance_is_warned_of_once(known: float, said: list[int], jitter_s: int) -> None:
    end = NOW + DAY * known
    start = max(NOW, end - HORIZON + timedelta(seconds=5))

    assert [days for days, _ in warnings(end, start, jitter_s=jitter_s)] == said


@given(
    end=st.datetimes(datetime(2026, 3, 1), datetime(2027, 3, 1), timezones=st.just(UTC)),
    known=st.timedeltas(timedelta(days=2), 60 * DAY),
    jitter_s=st.integers(0, 5),
)
def test_people_are_warned_in_the_morning_and_never_twice_of_one_distance(
    end: datetime, known: timedelta, jitter_s: int
) -> None:
    found = warnings(end, max(end - known, end - HORIZON), jitter_s=jitter_s)
    cards = [warning_card("c", "g", days) for days, _ in found]

    assert {at.astimezone(LONDON).time() for _, at in found} == {time(8)}
    assert len(set(cards)) == len(cards)
    assert found[-1][0] == 1


def test_what_ends_before_the_next_morning_is_said_at_once() -> None:
    assert first_warning(NOW + timedelta(hours=3), NOW, at_eight) == NOW


@given(
    left=st.timedeltas(timedelta(seconds=1), 40 * DAY),
    late=st.timedeltas(timedelta(), 40 * DAY),
)
def test_looking_late_never_says_more_than_once_a_distance(
    left: timedelta, late: timedelta
) -> None:
    end = NOW + left
    again = next_warning(end, NOW, at_eight)

    assert NOW < again <= end + timedelta(hours=1)
    assert next_warning(end, NOW + late, at_eight) > NOW + late


@pytest.mark.parametrize(
    ("consent", "refresh", "end"),
    [
        (NOW, None, NOW),
        (None, NOW, NOW),
        (NOW, NOW + DAY, NOW),
        (NOW + DAY, NOW, NOW),
    ],
)
def test_whatever_ends_first_ends_it(
    consent: datetime | None, refresh: datetime | None, end: datetime
) -> None:
    assert ends_at(consent, refresh) == end


def test_what_has_ended_is_not_near() -> None:
    assert not is_near(NOW, NOW)
    assert not is_near(NOW + HORIZON + timedelta(seconds=1), NOW)
    assert is_near(NOW + HORIZON, NOW)


@pytest.mark.parametrize(("days", "stage"), [(30, 30), (20, 30), (14, 14), (8, 14), (2, 7), (1, 1)])
def test_a_warning_goes_by_its_distance(days: int, stage: int) -> None:
    card = warning_card("c", "g", days)

    assert card == f"ending:g:c:{stage}"
    assert card in warning_cards("c", "g")
