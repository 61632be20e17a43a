"""Why the score is what it is: what each check brings, and what would bring it up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.check import Finding
from commands.health.registry import found as checks
from commands.health.running.held import Found, found, health_button
from commands.health.running.looking import DEFAULT_WEIGHTS
from commands.health.running.outcomes import made_of
from commands.health.running.standing import finding
from commands.health.score.gains import Fix, fixes, reached, target
from commands.health.score.score import ALL, Part, Score
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Reply,
    SmallPrint,
    Table,
    Words,
    call,
)
from storage.models import CheckOutcome, Client
from storage.queries import findings, health


@command(
    "health.why",
    usage="health why <client>",
    summary="how a client's score comes about, and what would bring it up",
    permission=Permission.SEE_CLIENT,
    aliases=("why <client>",),
    changes=False,
)
async def why(context: Context, *, client: Client) -> Answer:
    """See what each check weighs, how it came out and the points that were lost.

    Below stands what gains most. Checks without an answer are left out, and their weight is spread
    over the others.
    """
    async with context.tools.database.read() as session:
        own = await found(session, context, client)
        outcomes = await health.outcomes(session, *own.look.whose)
        score = made_of(own.look.weights, outcomes)
        if score is None:
            return _too_little(own, outcomes)
        best = await _fixes(session, own, score, outcomes)
    return _told(own, score, outcomes, best)


async def _fixes(
    session: AsyncSession, own: Found, score: Score, outcomes: Mapping[str, CheckOutcome]
) -> Sequence[Fix]:
    opened: dict[str, list[Finding]] = {}
    for part in score.parts:
        if part.lost:
            listed = await findings.page(
                session, *own.look.whose, part.code, today=own.look.books.today, limit=None
            )
            opened[part.code] = [finding(each.finding.body) for each in listed]

    def judge(code: str, left: Sequence[Finding]) -> Decimal | None:
        figures, options = outcomes[code].figures, own.look.options[code]
        return checks()[code].judge(left, figures, options).share

    return fixes(score.parts, opened, judge)


def _told(
    own: Found, score: Score, outcomes: Mapping[str, CheckOutcome], best: Sequence[Fix]
) -> Reply:
    parts = sorted(score.parts, key=lambda part: (-part.lost, part.code))
    table = Table(
        columns=("Check", "Weight", "Result", "Points", "Lost"),
        rows=tuple(_row(part, outcomes[part.code]) for part in parts),
        numeric=frozenset({1, 3, 4}),
    )
    data = _facts(own, score, outcomes, best)
    shown = tuple(
        Button(
            label=checks()[fix.code].title,
            does=call("health.findings", client=own.client.id, check=fix.code),
        )
        for fix in best
    )
    return Reply(
        parts=(
            Words(template="health/why", data=data),
            table,
            Words(template="health/fixes", data=data),
            SmallPrint(template="health/left_out", data=data),
            Buttons(items=(*shown, health_button(own.client))),
        )
    )


def _row(part: Part, outcome: CheckOutcome) -> tuple[str, ...]:
    return (
        checks()[part.code].title,
        f"{part.weight} %",
        outcome.says,
        f"{part.points:.1f} of {part.most:.1f}",
        f"{part.lost:.1f}" if part.lost else "–",
    )


def _facts(
    own: Found, score: Score, outcomes: Mapping[str, CheckOutcome], best: Sequence[Fix]
) -> dict[str, Any]:
    weights = own.look.weights
    told = sum(part.weight for part in score.parts)
    brought = sum((part.weight * part.share for part in score.parts), Decimal())
    taken, after = reached(score.value, brought * ALL / told, best)
    return {
        "client": own.client.name,
        "score": score.value,
        "colour": score.colour.value,
        "is_custom": own.look.weights_id != DEFAULT_WEIGHTS,
        "brought": f"{brought:.1f}",
        "told": told,
        "target": target(score.value),
        "after": after,
        "fixes": [_said(fix) for fix in best[:taken]],
        "others": [_said(fix) for fix in best[taken:]],
        "left_out": [
            {
                "title": checks()[code].title if code in checks() else code,
                "weight": weights[code],
                "why": _missing(outcomes.get(code)),
            }
            for code in score.left_out
            if weights[code]
        ],
        "of": own.row.synced_at,
        "as_of": own.row.period_end,
    }


def _said(fix: Fix) -> dict[str, Any]:
    return {
        "title": checks()[fix.code].title,
        "count": fix.count,
        "total": fix.total,
        "first": fix.first,
        "gain": f"{fix.gain:.0f}" if fix.gain >= 1 else f"{fix.gain:.1f}",
    }


def _missing(outcome: CheckOutcome | None) -> str:
    if outcome is None:
        return "not looked at yet"
    return f"{outcome.level}: {outcome.says}"


def _too_little(own: Found, outcomes: Mapping[str, CheckOutcome]) -> Reply:
    missing = [
        {
            "title": checks()[code].title if code in checks() else code,
            "weight": weight,
            "why": _missing(outcomes.get(code)),
        }
        for code, weight in own.look.weights.items()
        if outcomes.get(code) is None or outcomes[code].share is None
    ]
    data = {"client": own.client.name, "left_out": missing}
    words = Words(template="health/why_none", data=data)
    small = SmallPrint(template="health/left_out", data=data)
    return Reply(parts=(words, small, Buttons(items=(health_button(own.client),))))
