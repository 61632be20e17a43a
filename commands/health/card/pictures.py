"""What can be seen in the figures that checks keep: the one place that reads them as pictures.

Figures have these shapes, and anything else is no picture:

    pictures: [{kind, title, unit, categories, series: [{name, values}], marked}]
    buckets:  [{label, amount}, ...]               what is owed, by how late it is
    series:   {name: {"2026-05": amount, ...}}     one picture each, unusual months marked
    months:   {"2026-05": amount} or [{month, turnover}, ...]
    rows:     [{month, balance}, ...]              an account month by month
    accounts: [{name, months: {...}}, ...] or [{name, balance}, ...]
    top:      [{name, amount}, ...]                the largest of something
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from commands.charts import Chart, ChartKind, Series
from commands.health.reckoning.anomalies import Rule, anomalies

LONGEST_TITLE = 50
LONGEST_LABEL = 20
MOST_SERIES = 6
MOST_MONTHS = 24
MOST_BARS = 12
MOST_PICTURES = 6  # of one check

Drawn = Iterator[Chart]


def pictures(title: str, figures: Mapping[str, Any], *, currency: str) -> tuple[Chart, ...]:
    """All there are of one check, called after it where they have no name of their own."""
    found = [
        chart
        for shape, draw in _SHAPES.items()
        if shape in figures
        for chart in draw(title, figures[shape])
        if _is_whole(chart)
    ]
    unit = str(figures.get("currency") or currency)
    return tuple(_fitting(chart, unit) for chart in found[:MOST_PICTURES])


def _told(title: str, figures: Any) -> Drawn:
    """As the check itself drew it up."""
    for each in _rows(figures):
        try:
            yield msgspec.convert({"title": title, **each}, Chart, strict=False)
        except msgspec.ValidationError:  # kept by an earlier version of the check
            continue


def _buckets(title: str, figures: Any) -> Drawn:
    yield from _bars(title, _pairs(figures, "label", "amount"))


def _top(title: str, figures: Any) -> Drawn:
    yield from _bars(title, _pairs(figures, "name", "amount"))


def _series(_: str, figures: Any) -> Drawn:
    """What somebody cost each month; months that were unusual stand out."""
    for name, told in figures.items() if isinstance(figures, dict) else ():
        amounts = _since_the_first(_by_month(told))
        unusual = {each.month for each in anomalies(amounts, Rule())}
        for chart in _months(str(name), amounts, ChartKind.BAR):
            months = sorted(amounts)[-MOST_MONTHS:]
            marked = frozenset(place for place, month in enumerate(months) if month in unusual)
            yield replace(chart, marked=marked)


def _monthly(title: str, figures: Any) -> Drawn:
    amounts = _by_month(figures) or _by_month(_pairs(figures, "month", "turnover"))
    yield from _months(title, amounts, ChartKind.BAR)


def _balances(title: str, figures: Any) -> Drawn:
    amounts = _by_month(_pairs(figures, "month", "balance"))
    yield from _months(title, amounts, ChartKind.LINE)


def _accounts(title: str, figures: Any) -> Drawn:
    """Each account month by month in one picture, else what they hold side by side."""
    named = {
        str(row.get("name", title)): amounts
        for row in _rows(figures)
        if (amounts := _by_month(row.get("months")))
    }
    if not named:
        yield from _bars(f"{title}: balances", _pairs(figures, "name", "balance"))
        return
    months = sorted({month for amounts in named.values() for month in amounts})[-MOST_MONTHS:]
    yield Chart(
        kind=ChartKind.LINE,
        title=title,
        categories=tuple(map(_label, months)),
        series=tuple(
            Series(name=name, values=tuple(amounts.get(month) for month in months))
            for name, amounts in named.items()
        ),
    )


_SHAPES: Mapping[str, Callable[[str, Any], Drawn]] = {
    "pictures": _told,
    "buckets": _buckets,
    "series": _series,
    "months": _monthly,
    "rows": _balances,
    "accounts": _accounts,
    "top": _top,
}


def _rows(told: Any) -> Iterable[dict[str, Any]]:
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else ()


def _pairs(told: Any, label: str, value: str) -> dict[str, Decimal]:
    """Of rows that have both; empty where one is no number."""
    rows = [(str(row[label]), row[value]) for row in _rows(told) if label in row and value in row]
    return _amounts(dict(rows))


def _by_month(told: Any) -> dict[str, Decimal]:
    return {month: amount for month, amount in _amounts(told).items() if _month(month)}


def _since_the_first(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Without the months before there was anything."""
    first = min((month for month, amount in amounts.items() if amount), default="")
    return {month: amount for month, amount in amounts.items() if first and month >= first}


def _amounts(told: Any) -> dict[str, Decimal]:
    if not isinstance(told, dict):
        return {}
    try:
        return {str(name): Decimal(str(amount)) for name, amount in told.items()}
    except InvalidOperation:
        return {}


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None


def _label(month: str) -> str:
    return f"{_month(month):%b ’%y}"


def _bars(title: str, amounts: Mapping[str, Decimal]) -> Drawn:
    """One after the other; nothing where there is nothing to see."""
    if any(amounts.values()):
        shown = dict(list(amounts.items())[:MOST_BARS])
        yield _chart(ChartKind.BAR, title, tuple(shown), tuple(shown.values()))


def _months(title: str, amounts: Mapping[str, Decimal], kind: ChartKind) -> Drawn:
    months = sorted(amounts)[-MOST_MONTHS:]
    if len(months) > 1 and any(amounts.values()):
        yield _chart(kind, title, tuple(map(_label, months)), tuple(amounts[m] for m in months))


def _chart(
    kind: ChartKind, title: str, categories: tuple[str, ...], values: tuple[Decimal, ...]
) -> Chart:
    series = (Series(name="Amount", values=values),)
    return Chart(kind=kind, title=title, categories=categories, series=series)


def _is_whole(chart: Chart) -> bool:
    counts = {len(each.values) for each in chart.series}
    return bool(chart.categories) and counts == {len(chart.categories)}


def _fitting(chart: Chart, unit: str) -> Chart:
    """Within what any surface can show; what has no unit is in the base currency."""
    return replace(
        chart,
        title=_cut(chart.title, LONGEST_TITLE),
        unit=chart.unit or unit,
        categories=tuple(_cut(label, LONGEST_LABEL) for label in chart.categories),
        series=tuple(
            replace(each, name=_cut(each.name, LONGEST_LABEL))
            for each in chart.series[:MOST_SERIES]
        ),
    )


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split()) or "–"
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
