"""Charts as PNG, drawn in a thread; matplotlib is imported only where one is drawn.

The ground is see-through and everything written on it a middle grey: Slack shows pictures on
white and on nearly black.
"""

import asyncio
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from bot.slack.charts import amount
from commands.charts import Chart, ChartKind, Tone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN, HEIGHT_IN, DPI = 6.4, 2.8, 225  # 1,440 pixels: three for each that Slack shows
INK, FAINT = "#7b838c", "#9aa1a9"
TONES = {Tone.TEAL: "#12a594", Tone.AMBER: "#e8a317", Tone.RED: "#e5484d"}
COLOURS = ("#2f7de1", "#e8793a", "#12a594", "#8e5bd0", "#e8a317", "#d6409f")
MARKED = TONES[Tone.RED]
LABELLED = 12  # categories that have room for their names
ROOM = 84  # characters of such names beside each other, with the gaps between
_BAR = 0.78  # of the room of a category


async def draw(chart: Chart) -> bytes:
    """The picture of a chart."""
    return await asyncio.to_thread(drawn, chart)


def drawn(chart: Chart) -> bytes:
    """The same, here and now. It takes a third of a second, the first time more."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _bands(axes, chart)
    {ChartKind.LINE: _lines, ChartKind.BAR: _bars}[chart.kind](axes, chart)
    _scales(axes, chart)
    if len(chart.series) > 1:
        _legend(axes, len(chart.series))
    written = BytesIO()
    figure.savefig(written, format="png", transparent=True)
    return written.getvalue()


def _bands(axes: "Axes", chart: Chart) -> None:
    for band in chart.bands:
        axes.axhspan(band.low, band.high + 1, color=TONES[band.tone], alpha=0.16, linewidth=0)
    if chart.bands:
        axes.set_ylim(min(band.low for band in chart.bands), max(b.high for b in chart.bands) + 1)


def _lines(axes: "Axes", chart: Chart) -> None:
    """From figure to figure, also over what is not known between them."""
    for number, series in enumerate(chart.series):
        colour = INK if chart.bands else COLOURS[number % len(COLOURS)]
        known = [(place, value) for place, value in enumerate(series.values) if value is not None]
        heights = [float(value) for _, value in known]
        size = 5.5 if len(known) <= LABELLED * 2 else 0
        axes.plot(
            [place for place, _ in known], heights, color=colour, linewidth=2.2, marker="o",
            markersize=size, label=series.name, zorder=3, solid_capstyle="round",
        )  # fmt: skip
        for place, value in known:
            mark = MARKED if place in chart.marked else _tone(chart, value)
            if size and mark:
                axes.plot(place, float(value), marker="o", markersize=6.5, color=mark, zorder=4)
        if known and len(chart.series) == 1:
            _newest(axes, chart, *known[-1])


def _newest(axes: "Axes", chart: Chart, place: int, value: Decimal | int) -> None:
    """The last figure is what people look for."""
    axes.annotate(
        amount(value, chart.unit), (place, float(value)), xytext=(8, 0), va="center",
        textcoords="offset points", fontsize=12, fontweight="bold", color=INK,
    )  # fmt: skip


def _tone(chart: Chart, value: Decimal | int) -> str | None:
    for band in chart.bands:
        if band.low <= value <= band.high:
            return TONES[band.tone]
    return None


def _bars(axes: "Axes", chart: Chart) -> None:
    width = _BAR / len(chart.series)
    for number, series in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        colours = [
            MARKED if place in chart.marked else colour for place in range(len(series.values))
        ]
        lefts = [place - _BAR / 2 + number * width for place in range(len(series.values))]
        heights = [float(value or 0) for value in series.values]
        bars = axes.bar(
            lefts, heights, width * 0.94, align="edge", color=colours, label=series.name, zorder=3
        )
        if len(chart.series) == 1 and len(heights) <= LABELLED:
            said = [amount(round(height), chart.unit) for height in heights]
            axes.bar_label(bars, said, padding=3, fontsize=10, color=INK)
            axes.margins(y=0.14)


def _scales(axes: "Axes", chart: Chart) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415  # slow to import

    said = sum(len(label) + 2 for label in chart.categories)
    every = max(-(-len(chart.categories) // LABELLED), -(-said // ROOM))
    places = list(range(0, len(chart.categories), every))
    axes.set_xticks(places, [chart.categories[place] for place in places])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(partial(_tick, unit=chart.unit)))
    if chart.bands:
        axes.set_yticks(sorted({band.low for band in chart.bands} | {100}))
    axes.margins(x=0.06)
    axes.grid(axis="y", color=FAINT, alpha=0.35, linewidth=0.8, zorder=0)
    axes.tick_params(colors=INK, labelsize=11, length=0, pad=6)
    axes.spines[:].set_visible(False)
    if not chart.bands:
        axes.axhline(0, color=FAINT, linewidth=1, zorder=2)


def _tick(value: float, _: int, *, unit: str) -> str:
    for size, word in ((1_000_000, "m"), (10_000, "k")):
        if abs(value) >= size:
            shown = amount(round(value / (size if word == "m" else 1_000)), unit)
            return f"{shown}{word}"
    return amount(round(value), unit)


def _legend(axes: "Axes", count: int) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=min(count, 4), frameon=False,
        fontsize=11, labelcolor=INK, handlelength=1.1, borderaxespad=0.2, columnspacing=1.4,
    )  # fmt: skip
