"""Scores by day, week and month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.charts import Tone
from commands.health.score.stretches import (
    BANDS,
    EVER,
    Span,
    Step,
    score_chart,
    since,
    step_for,
    stretches,
)
from storage.models import HealthPoint
from tests.builders import WORKSPACE

TODAY = date(2026, 6, 30)


def a_point(day: date, score: int = 60) -> HealthPoint:
    return HealthPoint(
        organisation_id="o", workspace_id=WORKSPACE, day=day, score=score, weights_id="default-1"
    )


@pytest.mark.parametrize(
    ("span", "first"),
    [
        (Span.MONTH, date(2026, 5, 31)),
        (Span.QUARTER, date(2026, 3, 31)),
        (Span.YEAR, date(2025, 7, 1)),
        (Span.ALL, EVER),
    ],
)
def test_a_span_begins_the_day_after_the_same_day_earlier(span: Span, first: date) -> None:
    assert since(span, TODAY) == first


@pytest.mark.parametrize(
    ("days", "step"), [(0, Step.DAY), (30, Step.DAY), (31, Step.WEEK), (183, Step.WEEK),
                       (184, Step.MONTH)],
)  # fmt: skip
def test_the_step_suits_the_time_covered(days: int, step: Step) -> None:
    assert step_for([a_point(TODAY - timedelta(days=days))], TODAY) is step


def test_a_stretch_shows_the_score_at_its_end() -> None:
    points = [a_point(date(2026, 6, 1), 50), a_point(date(2026, 6, 5), 55)]
    (week, *_) = stretches(points, Step.WEEK, TODAY)

    assert (week.day, week.label) == (date(2026, 6, 1), "1 Jun")
    assert week.point is points[1]


def test_a_week_without_a_score_is_a_gap() -> None:
    points = [a_point(date(2026, 6, 1)), a_point(date(2026, 6, 16))]
    found = stretches(points, Step.WEEK, date(2026, 6, 18))

    assert [each.point is None for each in found] == [False, True, False]


def test_days_of_another_year_say_so() -> None:
    points = [a_point(date(2025, 12, 31))]
    found = stretches(points, Step.DAY, date(2026, 1, 1))

    assert [each.label for each in found] == ["31 Dec ’25", "1 Jan"]


def test_months_of_this_year_need_not_say_it() -> None:
    found = stretches([a_point(date(2025, 12, 3))], Step.MONTH, date(2026, 1, 5))

    assert [each.label for each in found] == ["Dec ’25", "Jan"]
    assert [each.name for each in found] == ["December 2025", "January 2026"]


def test_one_score_makes_no_picture() -> None:
    assert score_chart([a_point(TODAY)], TODAY) is None
    assert score_chart([], TODAY) is None


def test_the_picture_has_the_bands_of_the_score() -> None:
    chart = score_chart([a_point(TODAY - timedelta(days=1), 35), a_point(TODAY, 71)], TODAY)

    assert chart is not None
    assert chart.series[0].values == (35, 71)
    assert [(band.low, band.high) for band in BANDS] == [(0, 35), (36, 70), (71, 100)]
    assert [band.tone for band in BANDS] == [Tone.RED, Tone.AMBER, Tone.TEAL]


@given(
    st.sets(st.dates(min_value=date(2024, 1, 1), max_value=TODAY), min_size=1, max_size=30),
    st.sampled_from(Step),
)
def test_no_stretch_is_left_out_and_none_twice(days: set[date], step: Step) -> None:
    points = [a_point(day) for day in sorted(days)]
    found = stretches(points, step, TODAY)

    assert len({each.day for each in found}) == len(found)
    assert len({each.label for each in found}) == len(found)
    assert found[-1].day <= TODAY
    assert found[0].point is not None
    assert [each.point for each in found if each.point][-1] is points[-1]
