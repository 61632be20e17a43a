"""Scores over time, a point for each day, week or month, whichever suits the time looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from commands.charts import Band, Chart, ChartKind, Series, Tone
from commands.health.books.periods import month_begin, months_before
from storage.models import HealthPoint

BANDS = (
    Band(low=0, high=35, tone=Tone.RED),
    Band(low=36, high=70, tone=Tone.AMBER),
    Band(low=71, high=100, tone=Tone.TEAL),
)
A_FORTNIGHT_AND_MORE = 31  # days that are told one by one
HALF_A_YEAR = 184
EVER = date(2000, 1, 1)


class Span(StrEnum):
    """How far back people look."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


class Step(StrEnum):
    """How far apart the points are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A day, week or month that begins on `day`, and the score that stood at its end.

    `label` is short enough for an axis, `name` says it in full.
    """

    day: date
    label: str
    name: str
    point: HealthPoint | None


def since(span: Span, today: date) -> date:
    """The first day that belongs to it."""
    if span is Span.ALL:
        return EVER
    return months_before(today, MONTHS[span]) + timedelta(days=1)


def step_for(points: Sequence[HealthPoint], today: date) -> Step:
    """What suits the time that these points cover."""
    days = (today - points[0].day).days + 1 if points else 0
    if days <= A_FORTNIGHT_AND_MORE:
        return Step.DAY
    return Step.WEEK if days <= HALF_A_YEAR else Step.MONTH


def stretches(points: Sequence[HealthPoint], step: Step, today: date) -> Sequence[Stretch]:
    """From the first point to today without a break; points come oldest first."""
    if not points:
        return ()
    last = {_begin(point.day, step): point for point in points}
    found, day = [], _begin(points[0].day, step)
    while day <= today:
        label, point = _label(day, step, today), last.get(day)
        found.append(Stretch(day=day, label=label, name=_name(day, step), point=point))
        day = _next(day, step)
    return found


def score_chart(
    points: Sequence[HealthPoint], today: date, *, step: Step | None = None, has_table: bool = False
) -> Chart | None:
    """The picture of them; None where there is only one to show."""
    found = stretches(points, step or step_for(points, today), today)
    if sum(each.point is not None for each in found) < 2:
        return None
    values = tuple(each.point.score if each.point else None for each in found)
    return Chart(
        kind=ChartKind.LINE,
        title="Health score",
        categories=tuple(each.label for each in found),
        series=(Series(name="Score", values=values),),
        bands=BANDS,
        has_table=has_table,
    )


def _begin(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else day


def _next(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return month_begin(day, 1)
    return day + timedelta(days=7 if step is Step.WEEK else 1)


def _label(day: date, step: Step, today: date) -> str:
    """Never twice the same: another year is told."""
    short = f"{day:%b}" if step is Step.MONTH else f"{day.day} {day:%b}"
    return short if day.year == today.year else f"{short} ’{day:%y}"


def _name(day: date, step: Step) -> str:
    if step is Step.MONTH:
        return f"{day:%B %Y}"
    return f"{'week of ' if step is Step.WEEK else ''}{day.day} {day:%B %Y}"
