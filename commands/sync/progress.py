"""What whoever waits for a sync reads of it: what, how far, until when it waits, when it ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import subject_of
from commands.replies import Reply, SmallPrint, Words
from commands.sync.cards import Telling, tell
from commands.sync.run import Run, Tally, hold
from providers.errors import TryAgain

PACE = timedelta(seconds=1)  # between edits of one message
FOLLOWED = 6  # streams whose progress is shown, the largest first
PAUSE = timedelta(seconds=5)  # a shorter one is not worth a word
MANY = 3_000  # records left before it is worth saying how long they take
SURE = timedelta(seconds=4)  # before that nobody knows how quick it is


async def tell_progress(session: AsyncSession, run: Run) -> None:
    """How far it is, not oftener than a person can read, and only where somebody waits."""
    if is_time(run):
        await _tell(session, run)


def is_time(run: Run) -> bool:
    """Whether there is somebody to tell, and as much time has passed as it takes to read."""
    now = run.tools.now()
    return run.is_awaited and (run.told_at is None or now - run.told_at >= PACE)


async def count_calls(run: Run) -> None:
    """Ask how many calls are left today, when that is about to be told."""
    if not is_time(run):
        return
    try:
        run.calls_left = await run.tools.gateway.calls_left(
            run.connection.provider, tenant_id=run.organisation.tenant_id
        )
    except TryAgain:  # then it is not said
        run.calls_left = None


async def tell_pause(run: Run, seconds: float) -> None:
    """The vendor lets us wait, for longer than goes unnoticed. Raises Stopped."""
    now = run.tools.now()
    until = now + timedelta(seconds=seconds)
    is_known = run.paused_until is not None and until - run.paused_until < PAUSE
    if not run.is_awaited or until - now < PAUSE or is_known:
        return
    run.paused_until = until
    async with run.tools.database.begin() as session:
        await hold(session, run)
        await _tell(session, run)


def ends_at(tallies: Iterable[Tally], *, began_at: datetime, now: datetime) -> datetime | None:
    """When it will be done at the pace so far; None where that is soon, or nobody can tell."""
    told = [tally for tally in tallies if tally.total is not None]
    left = sum(max((tally.total or 0) - tally.read, 0) for tally in told if not tally.is_done)
    done = sum(tally.new + tally.changed + tally.same for tally in tallies)
    if left < MANY or not done or now - began_at < SURE:
        return None
    return now + (now - began_at) * (left / done)


async def _tell(session: AsyncSession, run: Run) -> None:
    now = run.tools.now()
    run.told_at = now
    subject = await subject_of(session, run.tools, run.connection)
    tallies = tuple(run.tallies.values())
    begun = sorted((t for t in tallies if t.read), key=lambda t: t.read, reverse=True)
    is_paused = run.paused_until is not None and run.paused_until > now
    data: dict[str, Any] = {
        "streams": [
            {"title": t.title, "read": t.read, "total": t.total, "is_done": t.is_done}
            for t in begun[:FOLLOWED]
        ],
        "more": max(len(begun) - FOLLOWED, 0),
        "is_first": run.is_first,
        "began_at": run.started_at,
        "read": sum(tally.read for tally in begun),
        "software": software_name(run.tools, run.connection.provider),
        "calls_left": run.calls_left,
        "paused_until": run.paused_until if is_paused else None,
        "ends_at": None if is_paused else ends_at(tallies, began_at=run.started_at, now=now),
    }
    parts = (
        Words(template="sync/running", data=subject.facts | data),
        SmallPrint(template="sync/progress", data=data),
    )
    await tell(session, run, subject, Telling.PROGRESS, Reply(parts=parts))
