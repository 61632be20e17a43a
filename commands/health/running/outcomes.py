"""How the checks of one organisation stand, as it is kept, and the score they make."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.health.check import Level
from commands.health.registry import found
from commands.health.running.looking import Look
from commands.health.running.standing import Judged, finding, judged
from commands.health.running.survey import Seen
from commands.health.score.score import Score, score
from storage.models import CheckOutcome, HealthPoint
from storage.queries import findings, health

UNANSWERED = frozenset({Level.NOT_AVAILABLE, Level.NOT_CONFIGURED})


async def keep(
    session: AsyncSession, own: Look, seen: Mapping[str, Seen], *, at: datetime
) -> Score | None:
    """Judge everything that was seen over what is open."""
    closed = await findings.closed(session, *own.whose, today=own.books.today)
    known = dict(await health.outcomes(session, *own.whose))
    for code, here in seen.items():
        check, chosen = found()[code], own.options[code]
        one = judged(check, here, chosen, closed=closed.get(code, frozenset()))
        await _keep(session, own, known.pop(code, None), one, at)
    for left_over in known.values():
        if left_over.code not in found():  # a check that is no more; one that broke keeps its own
            await session.delete(left_over)
    await session.flush()
    return await settle(session, own)


async def judge_again(
    session: AsyncSession, own: Look, codes: Iterable[str], *, at: datetime
) -> Score | None:
    """Judge these once more from what is kept: a finding was dismissed, or is back."""
    known = await health.outcomes(session, *own.whose)
    for code in codes:
        outcome, check = known.get(code), found().get(code)
        if outcome is None or check is None or Level(outcome.level) in UNANSWERED:
            continue
        listed = await findings.page(session, *own.whose, code, today=own.books.today, limit=None)
        opened = [finding(each.finding.body) for each in listed]
        verdict = check.judge(opened, outcome.figures, own.options[code])
        one = Judged(code=code, verdict=verdict, opened=len(opened), figures=outcome.figures)
        await _keep(session, own, outcome, one, at)
    await session.flush()
    return await settle(session, own)


async def _keep(
    session: AsyncSession, own: Look, known: CheckOutcome | None, one: Judged, at: datetime
) -> None:
    share = one.verdict.share
    values: dict[str, Any] = {
        "level": one.verdict.level.value,
        "says": one.verdict.says,
        "share": None if share is None else str(share),
        "opened": one.opened,
        "figures": dict(one.figures),
        "options": msgspec.to_builtins(asdict(own.options[one.code])),
        "computed_at": at,
    }
    if known is None:
        workspace_id, organisation_id = own.whose
        session.add(
            CheckOutcome(
                workspace_id=workspace_id, organisation_id=organisation_id, code=one.code, **values
            )
        )
        return
    for name, value in values.items():
        setattr(known, name, value)


async def settle(session: AsyncSession, own: Look) -> Score | None:
    """The score that the outcomes make, kept as the point of the client's day."""
    made = made_of(own.weights, await health.outcomes(session, *own.whose))
    row = await health.find(session, *own.whose)
    assert row is not None, "outcomes without their organisation's row"
    row.score = made.value if made else None
    row.weights_id = own.weights_id
    if made is not None:
        workspace_id, organisation_id = own.whose
        await session.merge(
            HealthPoint(
                workspace_id=workspace_id,
                organisation_id=organisation_id,
                day=own.books.today,
                score=made.value,
                weights_id=own.weights_id,
                parts={part.code: [str(part.points), str(part.most)] for part in made.parts},
                synced_at=own.books.synced_at,
            )
        )
    return made


def made_of(weights: Mapping[str, int], outcomes: Mapping[str, CheckOutcome]) -> Score | None:
    """The score of outcomes as they are kept."""
    shares = {
        code: Decimal(outcome.share) if outcome.share is not None else None
        for code, outcome in outcomes.items()
    }
    return score(weights, shares)
