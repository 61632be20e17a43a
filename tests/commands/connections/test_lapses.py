"""A consent that runs out is warned of at a few distances, each once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.connections.lapses import (
    WARNED,
    days_left,
    ends_at,
    is_near,
    next_warning,
    warning_card,
    warning_cards,
)

NOW = datetime(2026, 6, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def warnings(end: datetime, start: datetime, *, jitter_s: int = 0) -> list[int]:
    """Days left at each warning, looking as often as is asked for."""
    said, at, turn = [], start, 0
    while at <= end:
        seen = end + timedelta(seconds=jitter_s * (1 if turn % 2 else -1))
        if is_near(seen, at):
            said.append(days_left(seen, at))
        at, turn = max(next_warning(seen, at), at), turn + 1
    return said


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (100, [30, 14, 7, 1]),
        (30, [30, 14, 7, 1]),
        (20, [20, 14, 7, 1]),
        (7, [7, 1]),
        (0.5, [1]),
    ],
)
@pytest.mark.parametrize("jitter_s", [0, 2])
def test_each_distance_is_warned_of_once(known: float, said: list[int], jitter_s: int) -> None:
    end = NOW + DAY * known
    start = max(NOW, end - DAY * WARNED[0] + timedelta(seconds=5))

    assert warnings(end, start, jitter_s=jitter_s) == said


def test_of_two_warnings_within_an_hour_one_is_given() -> None:
    at = NOW - timedelta(minutes=30)  # half an hour before a week is left

    assert next_warning(NOW + 7 * DAY, at) == NOW + 6 * DAY


@given(
    left=st.timedeltas(timedelta(seconds=1), 40 * DAY),
    late=st.timedeltas(timedelta(), 40 * DAY),
)
def test_looking_late_never_says_more_than_once_a_distance(
    left: timedelta, late: timedelta
) -> None:
    end = NOW + left
    again = next_warning(end, NOW)

    assert again > NOW
    assert again <= end + timedelta(hours=1)
    assert next_warning(end, NOW + late) > NOW + late


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
    assert not is_near(NOW + timedelta(days=30, seconds=1), NOW)
    assert is_near(NOW + timedelta(days=30), NOW)


@pytest.mark.parametrize(("days", "stage"), [(30, 30), (20, 30), (14, 14), (8, 14), (2, 7), (1, 1)])
def test_a_warning_goes_by_its_distance(days: int, stage: int) -> None:
    card = warning_card("c", "g", days)

    assert card == f"ending:g:c:{stage}"
    assert card in warning_cards("c", "g")
