"""Charts as Slack draws them, and what they say in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.slack import charts, limits, render
from bot.slack.payloads import CHARTS, Payloads
from commands.charts import Band, Chart, ChartKind, Series, Tone
from commands.replies import Home, Reply

SCORES = Chart(
    kind=ChartKind.LINE,
    title="Health score",
    categories=("May 2026", "Jun 2026"),
    series=(Series(name="Score", values=(60, 64)),),
    bands=(Band(low=0, high=35, tone=Tone.RED), Band(low=36, high=70, tone=Tone.AMBER)),
)
AGED = Chart(
    kind=ChartKind.BAR,
    title="Aged receivables",
    categories=("Not due", "Over 90 days"),
    series=(Series(name="Owed to us", values=(Decimal("1200.40"), Decimal("-3"))),),
    unit="GBP",
)


def test_slack_draws_what_it_can_say_whole() -> None:
    payload = render.message(Reply(parts=(AGED,)))
    (drawn,) = [block for block in payload["blocks"] if block["type"] == "data_visualization"]

    assert limits.check_message(payload) == []
    assert drawn["chart"]["series"][0]["data"] == [
        {"label": "Not due", "value": 1200.4},
        {"label": "Over 90 days", "value": -3.0},
    ]
    assert drawn["chart"]["axis_config"]["y_label"] == "£"


def test_bands_are_said_by_the_axis() -> None:
    assert charts.native(SCORES)["chart"]["axis_config"]["y_label"] == "red 0–35, amber 36–70"


def test_figures_are_said_in_words_unless_a_table_has_them() -> None:
    said = [block["type"] for block in render.message(Reply(parts=(AGED,)))["blocks"]]
    silent = render.message(Reply(parts=(replace(AGED, has_table=True),)))["blocks"]

    assert charts.figures(AGED) == "Not due £1,200, Over 90 days −£3"
    assert said == ["data_visualization", "context"]
    assert [block["type"] for block in silent] == ["data_visualization"]


def test_several_series_are_said_one_after_the_other() -> None:
    both = replace(AGED, series=(*AGED.series, Series(name="Owed by us", values=(None, 5))))

    assert charts.figures(both) == (
        "Owed to us: Not due £1,200, Over 90 days −£3; Owed by us: Over 90 days £5"
    )


@pytest.mark.parametrize(
    "chart",
    [
        replace(SCORES, series=(Series(name="Score", values=(60, None)),)),
        replace(SCORES, marked=frozenset({1})),
        replace(
            SCORES,
            categories=tuple(f"Day {n}" for n in range(21)),
            series=(Series(name="Score", values=(1,) * 21),),
        ),
        replace(SCORES, categories=("a category beyond its length", "Jun")),
        replace(SCORES, categories=("Jun", "Jun")),
    ],
    ids=["a gap", "a mark", "too many", "too long", "twice the same"],
)
def test_what_slack_cannot_draw_waits_for_a_picture(chart: Chart) -> None:
    payload = Payloads(is_strict=True).message(Reply(parts=(chart,)))

    assert payload["blocks"][0]["type"] == "image"
    assert charts.waiting(payload["blocks"][0]) == 0
    assert len(payload[CHARTS]) == 1


def test_views_and_a_slack_that_does_not_draw_have_pictures() -> None:
    home = Payloads(is_strict=True).home(Home(parts=(AGED, SCORES)))
    message = Payloads(is_strict=True, draws_charts=False).message(Reply(parts=(AGED,)))

    assert [charts.waiting(block) for block in home["blocks"]] == [0, None, 1, None]
    assert [chart["title"] for chart in home[CHARTS]] == ["Aged receivables", "Health score"]
    assert len(message[CHARTS]) == 1


def test_the_second_chart_of_a_message_is_a_picture() -> None:
    payload = Payloads(is_strict=True).message(Reply(parts=(AGED, SCORES)))

    assert [charts.waiting(block) for block in payload["blocks"] if block["type"] == "image"] == [1]
    assert len(payload[CHARTS]) == 2


def test_a_picture_is_described_by_its_figures() -> None:
    payload = Payloads(is_strict=True, draws_charts=False).message(Reply(parts=(SCORES,)))

    assert payload["blocks"][0]["alt_text"] == "Health score. May 2026 60, Jun 2026 64"
    assert "May 2026 60" in payload["text"]


@pytest.mark.parametrize(
    "chart",
    [
        replace(SCORES, series=()),
        replace(SCORES, categories=(), series=(Series(name="Score", values=()),)),
        replace(SCORES, series=(Series(name="Score", values=(None, None)),)),
    ],
)
def test_a_chart_of_nothing_says_so(chart: Chart) -> None:
    payload = Payloads(is_strict=True).message(Reply(parts=(chart, AGED)))

    assert [block["type"] for block in payload["blocks"]][:2] == ["context", "data_visualization"]
