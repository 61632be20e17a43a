"""How a client's score has moved, and the pictures that the checks' figures make."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.charts import Chart
from commands.context import Context
from commands.health.card.pictures import pictures
from commands.health.registry import found as checks
from commands.health.running.held import Found, found, health_button
from commands.health.score.score import colour
from commands.health.score.stretches import (
    Span,
    Step,
    Stretch,
    score_chart,
    since,
    step_for,
    stretches,
)
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Option,
    Part,
    Reply,
    SmallPrint,
    Table,
    Words,
    call,
)
from storage.models import CheckOutcome, Client, HealthPoint
from storage.queries import health

SPANS = {Span.MONTH: "A month", Span.QUARTER: "3 months", Span.YEAR: "12 months", Span.ALL: "All"}
STEPS = {Step.DAY: "By day", Step.WEEK: "By week", Step.MONTH: "By month"}
AUTOMATIC = ""
SCORE = "score"
MOST_ROWS = 40  # of the table; a message has room for a hundred


@command(
    "health.history",
    usage="health history <client>",
    summary="how a client's score has moved, with pictures",
    permission=Permission.SEE_CLIENT,
    aliases=("history <client>",),
    changes=False,
)
async def history(
    context: Context,
    *,
    client: Client,
    span: Span = Span.YEAR,
    step: str = AUTOMATIC,
    picture: str = SCORE,
) -> Answer:
    """See the score of each day, week or month, and what moved it.

    Other pictures are of what the checks have counted: aged balances, costs by month, cash.
    """
    async with context.tools.database.read() as session:
        own = await found(session, context, client)
        outcomes = await health.outcomes(session, *own.look.whose)
        charts = charts_of(outcomes, own)
        if picture in charts:
            return _picture(own, span, picture, charts)
        return await _scores(session, own, span, _step(step), charts)


def charts_of(outcomes: Mapping[str, CheckOutcome], own: Found) -> Mapping[str, Chart]:
    """Every picture in what the checks have kept, by a name that stays."""
    every = checks()
    currency = own.look.books.currency
    return {
        f"{code}.{number}": chart
        for code in every
        if code in outcomes
        for number, chart in enumerate(
            pictures(every[code].title, outcomes[code].figures, currency=currency)
        )
    }


async def _scores(
    session: AsyncSession, own: Found, span: Span, step: Step | None, charts: Mapping[str, Chart]
) -> Reply:
    today = own.look.books.today
    points = await health.points(session, *own.look.whose, since=since(span, today))
    taken = step or step_for(points, today)
    told = [each for each in stretches(points, taken, today) if each.point is not None]
    parts: list[Part] = [Words(template="health/history", data=_facts(own, points, span))]
    chart = score_chart(points, today, step=taken, has_table=True)
    if chart is not None:
        parts.append(chart)
    parts += _filters(own, span, step, SCORE, charts, taken=taken)
    if told:
        parts.append(table(told))
    parts.append(SmallPrint(template="health/history_note", data=_note(own, points)))
    parts.append(Buttons(items=_steps(own.client)))
    return Reply(parts=tuple(parts))


def _picture(own: Found, span: Span, picture: str, charts: Mapping[str, Chart]) -> Reply:
    check = checks()[picture.partition(".")[0]]
    data = {
        "client": own.client.name,
        "title": check.title,
        "as_of": own.row.period_end,
        "synced_at": own.row.synced_at,
    }
    see = Button(
        label="Findings", does=call("health.findings", client=own.client.id, check=check.code)
    )
    return Reply(
        parts=(
            Words(template="health/picture", data=data),
            charts[picture],
            *_filters(own, span, None, picture, charts),
            Buttons(items=(see, *_steps(own.client))),
        )
    )


def _step(text: str) -> Step | None:
    return Step(text) if text in set(Step) else None


def _facts(own: Found, points: Sequence[HealthPoint], span: Span) -> dict[str, Any]:
    scores = [point.score for point in points]
    return {
        "client": own.client.name,
        "score": own.row.score,
        "colour": colour(own.row.score) if own.row.score is not None else None,
        "moved": scores[-1] - scores[0] if len(scores) > 1 else None,
        "first": points[0].day if points else None,
        "lowest": min(scores, default=None),
        "highest": max(scores, default=None),
        "span": SPANS[span].casefold(),
        "days": len(points),
    }


def _note(own: Found, points: Sequence[HealthPoint]) -> dict[str, Any]:
    return {
        "synced_at": own.row.synced_at,
        "weightings": len({point.weights_id for point in points}),
    }


def table(told: Sequence[Stretch]) -> Table:
    """Newest first: the score, what it was before, and which check moved it most."""
    rows = []
    for number, each in enumerate(told):
        assert each.point is not None
        before = told[number - 1].point if number else None
        change = each.point.score - before.score if before else 0
        rows.append(
            (
                each.name,
                str(each.point.score),
                colour(each.point.score).value,
                signed(change) if before else "–",
                moved_by(before, each.point) if before else "–",
            )
        )
    return Table(
        columns=("When", "Score", "Level", "Change", "Most because of"),
        rows=tuple(reversed(rows))[:MOST_ROWS],
        numeric=frozenset({1, 3}),
    )


def signed(change: int) -> str:
    """+4, −12 or 0."""
    return f"{'+' if change > 0 else '−'}{abs(change)}" if change else "0"


def moved_by(before: HealthPoint, after: HealthPoint) -> str:
    """The check that gained or lost most between the two, as far as they can be compared."""
    if before.weights_id != after.weights_id:
        return "other weights"
    changes = {
        code: float(after.parts[code][0]) - float(before.parts[code][0])
        for code in after.parts.keys() & before.parts.keys()
    }
    code = max(sorted(changes), key=lambda each: abs(changes[each]), default=None)
    if code is None or abs(changes[code]) < 0.5:
        return "–"
    check = checks().get(code)
    return f"{check.title if check else code} {signed(round(changes[code]))}"


def _filters(
    own: Found,
    span: Span,
    step: Step | None,
    picture: str,
    charts: Mapping[str, Chart],
    *,
    taken: Step | None = None,
) -> list[Part]:
    """`taken` is the step of the picture, which nobody may have chosen."""
    client = own.client.id
    scores = call("health.history", client=client, span=span, **({"step": step} if step else {}))
    spans = tuple(Option(value=each.value, label=label) for each, label in SPANS.items())
    steps = tuple(Option(value=each.value, label=label) for each, label in STEPS.items())
    shown = (
        Option(value=SCORE, label="Health score"),
        *(Option(value=name, label=chart.title) for name, chart in charts.items()),
    )
    filters: list[Part] = []
    if picture == SCORE:
        filters.append(
            Filter(label="How far back", name="span", does=scores, options=spans,
                   chosen=next(each for each in spans if each.value == span.value))
        )  # fmt: skip
        filters.append(
            Filter(label="Step", name="step", does=scores, options=steps,
                   chosen=next((each for each in steps if each.value == taken), None))
        )  # fmt: skip
    if charts:
        filters.append(
            Filter(label="Picture", name="picture", does=call("health.history", client=client),
                   options=shown, chosen=next(each for each in shown if each.value == picture))
        )  # fmt: skip
    return filters


def _steps(client: Client) -> tuple[Button, ...]:
    return (
        health_button(client),
        Button(label="Export", does=call("health.export", client=client.id)),
    )
