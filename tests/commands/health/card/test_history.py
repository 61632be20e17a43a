"""How a score has moved, and what moved it."""

from datetime import timedelta

import pytest

from commands.charts import Chart
from commands.errors import NotAllowed, Refused
from commands.health.card.history import moved_by, signed
from commands.health.samples import bill, contact, day, line
from commands.replies import Filter, Table, call
from storage.models import CheckOutcome, HealthPoint
from tests.builders import WORKSPACE, save
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, buttons, words

BOOKS = (contact("c1", "Pens"), bill("a", line("100.00"), date=day(6, 1)))


async def scored(surgery: Surgery, *scores: int, step: int = 1, weights: str = "w") -> None:
    """Scores of days that have gone, the last of them `step` days ago."""
    today = surgery.clock().date()
    for place, score in enumerate(reversed(scores), 1):
        await save(
            surgery.practice.database,
            HealthPoint(
                organisation_id=surgery.organisation_id,
                workspace_id=WORKSPACE,
                day=today - timedelta(days=step * place),
                score=score,
                weights_id=weights,
                parts={"lock-dates": [str(score / 10), "10"]},
            ),
        )


async def looked_at(surgery: Surgery) -> None:
    await surgery.holds(*BOOKS)
    await surgery.look()


def part(answer: object, kind: type) -> object:
    return next(each for each in answer.parts if isinstance(each, kind))  # type: ignore[attr-defined]


async def test_the_scores_are_a_picture_and_a_table(surgery: Surgery) -> None:
    await looked_at(surgery)
    await scored(surgery, 31, 40, 72)
    answer = await surgery.practice.say(ANA, "health history acme")
    chart, table = part(answer, Chart), part(answer, Table)

    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    assert chart.series[0].values[:3] == (31, 40, 72)
    assert chart.has_table
    assert [row[1:4] for row in table.rows][-3:] == [
        ("72", "teal", "+32"), ("40", "amber", "+9"), ("31", "red", "–"),
    ]  # fmt: skip
    assert "Acme Ltd · Health" in words(answer)


async def test_the_card_has_the_picture_as_soon_as_there_are_two_scores(surgery: Surgery) -> None:
    await looked_at(surgery)
    first = await surgery.practice.say(ANA, "health acme")
    await scored(surgery, 31, 72, step=150)
    card = await surgery.practice.say(ANA, "health acme")
    chart = part(card, Chart)

    assert not [each for each in first.parts if isinstance(each, Chart)]
    assert isinstance(chart, Chart)
    assert {31, 72} <= set(chart.series[0].values)
    assert not chart.has_table, "the card says the figures besides"


async def test_a_longer_time_is_told_by_month(surgery: Surgery) -> None:
    await looked_at(surgery)
    await scored(surgery, *range(40, 50), step=30)
    answer = await surgery.practice.say(ANA, "health history acme")
    table = part(answer, Table)

    assert isinstance(table, Table)
    assert table.rows[0][0] == "July 2026"
    assert len(table.rows) >= 10


async def test_a_span_leaves_out_what_is_older(surgery: Surgery) -> None:
    await looked_at(surgery)
    await scored(surgery, 40, 50, step=60)
    does = call("health.history", client=surgery.client.id, span="month")
    answer = await surgery.practice.press(ANA, does)

    assert not [each for each in answer.parts if isinstance(each, Chart)]


async def test_pictures_are_of_what_checks_have_kept(surgery: Surgery) -> None:
    await looked_at(surgery)
    async with surgery.practice.database.begin() as session:
        kept = await session.get(CheckOutcome, (surgery.organisation_id, "duplicate-transactions"))
        assert kept is not None
        kept.figures = {
            **kept.figures,
            "buckets": [{"label": "not due", "amount": "10"}, {"label": "older", "amount": "5"}],
        }
    first = await surgery.practice.say(ANA, "health history acme")
    picker = next(
        each for each in first.parts if isinstance(each, Filter) and each.name == "picture"
    )
    chosen = [each for each in picker.options if each.label == "Duplicate transactions"]
    answer = await surgery.practice.press(ANA, picker.does.having(picture=chosen[0].value))
    chart = part(answer, Chart)

    assert isinstance(chart, Chart)
    assert chart.categories == ("not due", "older")
    assert not chart.has_table
    assert "Duplicate transactions" in words(answer)
    assert buttons(answer)["Findings"]


async def test_nothing_is_shown_before_a_first_look(surgery: Surgery) -> None:
    with pytest.raises(Refused):
        await surgery.practice.say(ANA, "health history acme")


async def test_who_may_not_see_the_client_sees_no_scores(surgery: Surgery) -> None:
    await looked_at(surgery)

    with pytest.raises(NotAllowed):
        await surgery.practice.press(BEN, call("health.history", client=surgery.client.id))


@pytest.mark.parametrize(("change", "said"), [(4, "+4"), (-12, "−12"), (0, "0")])
def test_a_change_has_its_sign(change: int, said: str) -> None:
    assert signed(change) == said


def a_point(weights: str = "w", **parts: list[str]) -> HealthPoint:
    return HealthPoint(
        organisation_id="o",
        workspace_id=WORKSPACE,
        day=day(6, 1),
        score=60,
        weights_id=weights,
        parts={name.replace("_", "-"): each for name, each in parts.items()},
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (a_point(lock_dates=["10", "10"]), a_point(lock_dates=["5", "10"]), "Lock dates −5"),
        (a_point(lock_dates=["1", "10"]), a_point(lock_dates=["1.2", "10"]), "–"),
        (a_point(lock_dates=["1", "10"]), a_point("v", lock_dates=["9", "10"]), "other weights"),
        (a_point(), a_point(lock_dates=["9", "10"]), "–"),
    ],
)
def test_the_check_that_moved_it_most_is_named(
    before: HealthPoint, after: HealthPoint, said: str
) -> None:
    assert moved_by(before, after).casefold() == said.casefold()
