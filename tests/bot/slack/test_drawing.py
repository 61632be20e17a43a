"""Pictures of charts, whatever the figures."""

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from bot.slack.drawing import TONES, drawn
from commands.charts import Band, Chart, ChartKind, Series, Tone

BANDS = (
    Band(low=0, high=35, tone=Tone.RED),
    Band(low=36, high=70, tone=Tone.AMBER),
    Band(low=71, high=100, tone=Tone.TEAL),
)


def a_chart(
    kind: ChartKind, *values: Decimal | int | None, series: int = 1, **over: object
) -> Chart:
    return Chart(
        **{
            "kind": kind,
            "title": "Health score",
            "categories": tuple(f"{n} May" for n in range(len(values))),
            "series": tuple(Series(name=f"Series {n}", values=values) for n in range(series)),
            **over,
        }
    )


def picture(chart: Chart) -> Image.Image:
    return Image.open(BytesIO(drawn(chart)))


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize(
    "values",
    [(60, 64), (1,), (None, None), (0, 0, 0), (-5, None, Decimal("12.30")), (10**7,) * 400],
    ids=["two", "one", "none", "nothing", "gaps", "many"],
)
def test_every_chart_becomes_a_picture_of_one_size(
    kind: ChartKind, values: tuple[Decimal | int | None, ...]
) -> None:
    image = picture(a_chart(kind, *values))

    assert (image.format, image.size) == ("PNG", (1440, 630))


def test_the_ground_is_see_through() -> None:
    image = picture(a_chart(ChartKind.BAR, 60, 64))

    assert image.mode == "RGBA"
    assert image.getpixel((0, 0))[3] == 0


def test_bands_have_the_colours_of_the_score() -> None:
    image = picture(a_chart(ChartKind.LINE, 20, 50, 90, bands=BANDS))
    middle = [image.getpixel((1000, y))[:3] for y in (60, 250, 500)]
    wanted = [TONES[tone] for tone in (Tone.TEAL, Tone.AMBER, Tone.RED)]
    told = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in wanted]

    assert all(
        abs(a - b) < 12
        for seen, meant in zip(middle, told, strict=True)
        for a, b in zip(seen, meant, strict=True)
    )


def test_what_is_marked_stands_out() -> None:
    plain = drawn(a_chart(ChartKind.BAR, 10, 50, 12))
    marked = drawn(a_chart(ChartKind.BAR, 10, 50, 12, marked=frozenset({1})))

    assert plain != marked


def test_several_series_have_a_legend_and_two_colours() -> None:
    one = drawn(a_chart(ChartKind.BAR, 10, 50, 12))
    two = drawn(a_chart(ChartKind.BAR, 10, 50, 12, series=2))

    assert one != two
