"""Looking at the books again: after a sync, or when something that is not in them has changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.health.registry import found
from commands.health.running.announce import announce
from commands.health.running.looking import Look, look
from commands.health.running.outcomes import keep
from commands.health.running.standing import columns
from commands.health.running.survey import Seen, survey
from commands.health.score.score import Score
from commands.heartbeat import LEASE, beating
from commands.registry import job
from storage.identity import new_id
from storage.models import Health
from storage.queries import findings, health
from storage.queries.findings import Difference

log = structlog.get_logger()


@job("health.recalculate", due=health.due)
async def recalculate(tools: Tools, key: str) -> None:
    """Every check on one snapshot of the copy; then findings, score and what changed at once."""
    run_id, now = new_id(), tools.now()
    async with tools.database.begin() as session:
        held = await health.claim(session, key, run_id=run_id, now=now, until=now + LEASE)
        if held is None:
            return
        own = await look(session, tools, held.workspace_id, key, now=now)
        if own is None:  # nobody has these books for Data Health any more
            await health.release(session, key, run_id, due_at=None, synced_at=now)
            return
    async with beating(lambda: _extend(tools, key, run_id)):
        seen = await survey(tools.database, own.books, own.asked)
    async with tools.database.begin() as session:
        row = await health.hold(session, key, run_id)
        if row is None:
            log.info("health.handed_over", organisation=key)
            return
        score = await _finish(session, tools, own, row, seen, began_at=now)
    log.info("health.recalculated", organisation=key, score=score.value if score else None)


async def _extend(tools: Tools, key: str, run_id: str) -> bool:
    async with tools.database.begin() as session:
        return await health.extend(session, key, run_id, until=tools.now() + LEASE)


async def _finish(
    session: AsyncSession,
    tools: Tools,
    own: Look,
    row: Health,
    seen: Mapping[str, Seen],
    *,
    began_at: datetime,
) -> Score | None:
    differences = await _store(session, own, seen, now=began_at)
    before, is_first = row.score, row.computed_at is None
    score = await keep(session, own, seen, at=began_at)
    change = change_of(before, score, differences, at=began_at)
    if not is_first and (change["checks"] or change["from"] != change["to"]):
        row.change = change
    row.computed_at, row.synced_at = began_at, own.books.synced_at
    row.period_begin, row.period_end = own.books.period.begin, own.books.period.end
    if row.due_at is not None and row.due_at <= began_at:  # else somebody wants it once more
        row.due_at = None
    row.run_id = row.lease_until = None
    new = {code: each.new for code, each in differences.items() if each.new}
    await announce(session, tools, own, row, score, new={} if is_first else new)
    if row.due_at is None:
        row.asked_by = None
    return score


async def _store(
    session: AsyncSession, own: Look, seen: Mapping[str, Seen], *, now: datetime
) -> Mapping[str, Difference]:
    return {
        code: await findings.replace(
            session,
            *own.whose,
            code,
            {each.fingerprint(code): columns(each) for each in here.found.findings},
            now=now,
        )
        for code, here in seen.items()
    }


def change_of(
    before: int | None,
    score: Score | None,
    differences: Mapping[str, Difference],
    *,
    at: datetime,
) -> dict[str, Any]:
    """What is different from the last look: {at, from, to, checks: [{title, new, gone}]}."""
    return {
        "at": at.isoformat(),
        "from": before,
        "to": score.value if score else None,
        "checks": [
            {
                "code": code,
                "title": found()[code].title,
                "new": len(each.new),
                "gone": len(each.gone),
            }
            for code, each in differences.items()
            if each.new or each.gone
        ],
    }
