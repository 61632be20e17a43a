"""All clients of a practice beside each other: by score, by how it moved, by what is at stake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.health.books.periods import months_before
from commands.health.check import Level
from storage.models import Status
from storage.queries import practice
from storage.queries.practice import Stake, Standing

LOCKS, LOANS = "lock-dates", "directors-loan"
OVERDRAWN = frozenset({Level.WARNING.value, Level.ERROR.value})
NOTHING = Stake(opened=0, serious=0, amount=Decimal())
STALE = timedelta(hours=36)


class Sort(StrEnum):
    """By what clients are lined up."""

    SCORE = "score"
    MOVEMENT = "movement"
    STAKE = "stake"
    NAME = "name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One client. `moved` is the change of its score, None where that is not known; `lock` and
    `loan` are how its lock dates and its directors' loans stand, with a level first."""

    standing: Standing
    stake: Stake
    moved: int | None
    lock: tuple[str, str] | None
    loan: tuple[str, str] | None = None
    volume: int | None = None

    @property
    def score(self) -> int | None:
        return self.standing.score


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """Of all clients together; None where there is nothing to take an average of."""

    clients: int
    scored: int
    average: int | None
    moved: int | None
    worsened: int
    locks: Mapping[str, int]
    overdrawn: int
    caring: int
    stale: int


async def rows_of(
    session: AsyncSession,
    workspace_id: str,
    only: frozenset[str] | None,
    *,
    today: date,
    before: date,
) -> list[Row]:
    """Clients with books, moved since the day `before`; volumes are left out."""
    standings = await practice.standings(session, workspace_id, only=only)
    then = await practice.scores_at(session, workspace_id, day=before)
    stakes = await practice.stakes(session, workspace_id, today=today)
    locks = await practice.levels(session, workspace_id, LOCKS)
    loans = await practice.levels(session, workspace_id, LOANS)
    return [
        Row(
            standing=each,
            stake=stakes.get(each.organisation_id, NOTHING),
            moved=_moved(each.score, then.get(each.organisation_id)),
            lock=locks.get(each.organisation_id),
            loan=loans.get(each.organisation_id),
        )
        for each in standings
    ]


def _moved(score: int | None, before: int | None) -> int | None:
    return None if score is None or before is None else score - before


KEYS: Mapping[Sort, Any] = {
    Sort.SCORE: lambda row: (row.score is None, row.score or 0, row.standing.client.casefold()),
    Sort.MOVEMENT: lambda row: (row.moved is None, row.moved or 0, row.score or 0),
    Sort.STAKE: lambda row: (-row.stake.amount, row.standing.client.casefold()),
    Sort.NAME: lambda row: row.standing.client.casefold(),
}


async def with_volumes(
    session: AsyncSession, workspace_id: str, rows: Sequence[Row], today: date
) -> list[Row]:
    ids = [row.standing.organisation_id for row in rows]
    counted = await practice.volumes(session, workspace_id, ids, since=months_before(today, 12))
    return [replace(row, volume=counted.get(row.standing.organisation_id, 0)) for row in rows]


def summed(rows: Sequence[Row], now: datetime) -> Overview:
    """What all of them come to."""
    scores = [row.score for row in rows if row.score is not None]
    moves = [row.moved for row in rows if row.moved is not None]
    levels = [row.lock[0] for row in rows if row.lock]
    ages = [row.standing.synced_at for row in rows]
    return Overview(
        clients=len(rows),
        scored=len(scores),
        average=_mean(scores),
        moved=_mean(moves),
        worsened=sum(move < 0 for move in moves),
        locks={level.value: levels.count(level.value) for level in Level},
        overdrawn=sum(row.loan is not None and row.loan[0] in OVERDRAWN for row in rows),
        caring=sum(row.standing.status != Status.CONNECTED for row in rows),
        stale=sum(at is None or now - at > STALE for at in ages),
    )


def _mean(values: Sequence[int]) -> int | None:
    return round(Decimal(sum(values)) / len(values)) if values else None
