"""Charts as Slack draws them itself, as pictures, and in words; nothing here touches the world.

Slack's own block stands in messages only and knows neither gaps, nor marks, nor coloured bands:
what those say is in the label of its axis. Source of its limits: bot/slack/limits.py.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.slack import limits
from bot.slack.texts import shortened
from commands.charts import Chart, Series

Json = dict[str, Any]

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "A$", "NZD": "NZ$", "CAD": "C$"}
TITLE = 50  # characters, of a native chart and its axes
WAITING = "picture."  # begins the id of a file that is not uploaded yet
FIGURES = 1_000  # characters of figures said below a chart


def is_native(chart: Chart) -> bool:
    """Whether Slack's own block can say all of it."""
    names = [each.name for each in chart.series]
    labels = [*names, *chart.categories]
    return (
        1 <= len(chart.series) <= limits.CHART_SERIES
        and 1 <= len(chart.categories) <= limits.CHART_CATEGORIES
        and not chart.marked
        and all(None not in each.values for each in chart.series)
        and all(1 <= len(label) <= limits.CHART_LABEL for label in labels)
        and len(set(chart.categories)) == len(chart.categories)
        and len(set(names)) == len(names)
    )


def native(chart: Chart) -> Json:
    """Slack's own block, of a chart that `is_native`."""
    axes: Json = {"categories": list(chart.categories)}
    if label := _axis(chart):
        axes["y_label"] = shortened(label, TITLE)
    return {
        "type": "data_visualization",
        "title": shortened(chart.title, TITLE),
        "chart": {
            "type": chart.kind.value,
            "series": [_series(each, chart) for each in chart.series],
            "axis_config": axes,
        },
    }


def image(chart: Chart, file_id: str) -> Json:
    """The picture of a chart, once it is a file of Slack's."""
    return {
        "type": "image",
        "title": {"type": "plain_text", "text": shortened(chart.title, limits.HEADER_TEXT)},
        "alt_text": shortened(f"{chart.title}. {figures(chart)}", limits.ALT_TEXT),
        "slack_file": {"id": file_id},
    }


def waiting(block: Json) -> int | None:
    """Which of the charts beside a payload this block waits for; None where it waits for none."""
    file_id = str((block.get("slack_file") or {}).get("id", ""))
    is_waiting = block.get("type") == "image" and file_id.startswith(WAITING)
    return int(file_id.removeprefix(WAITING)) if is_waiting else None


def figures(chart: Chart) -> str:
    """What it shows, in plain words: every category with its value."""
    if len(chart.series) == 1:
        return ", ".join(_said(chart, chart.series[0]))
    return "; ".join(f"{each.name}: {', '.join(_said(chart, each))}" for each in chart.series)


def amount(value: Decimal | int, unit: str) -> str:
    """£1,200 or 12 %, without pence: a chart is for the eye."""
    whole = f"{abs(value):,.0f}"
    minus = "−" if value < 0 and whole != "0" else ""
    sign = SIGNS.get(unit)
    return f"{minus}{sign}{whole}" if sign else f"{minus}{whole} {unit}".rstrip()


def _said(chart: Chart, series: Series) -> Iterator[str]:
    for place, (category, value) in enumerate(zip(chart.categories, series.values, strict=True)):
        if value is not None:
            mark = " (stands out)" if place in chart.marked else ""
            yield f"{category} {amount(value, chart.unit)}{mark}"


def _axis(chart: Chart) -> str:
    bands = ", ".join(f"{band.tone} {band.low}–{band.high}" for band in chart.bands)
    return bands or SIGNS.get(chart.unit, chart.unit)


def _series(series: Series, chart: Chart) -> Json:
    pairs = zip(chart.categories, series.values, strict=True)
    return {
        "name": series.name,
        "data": [{"label": label, "value": _number(value)} for label, value in pairs],
    }


def _number(value: Decimal | int | None) -> int | float:
    """As JSON has it: the picture is not where amounts are kept."""
    if value is None:
        return 0
    return value if isinstance(value, int) else round(float(value), 2)
