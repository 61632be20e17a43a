"""What a ledger itself posted, kept as it was told: nothing here is ever changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import Journal
from storage.bulk import upsert
from storage.models import ledger


async def store(session: AsyncSession, organisation_id: str, journals: Sequence[Any]) -> int:
    """Write a page of journals; how many of them were not here."""
    table = ledger.postings
    last = await session.scalar(
        select(func.max(table.c.number)).where(table.c.organisation_id == organisation_id)
    )
    rows = [row for each in journals for row in _rows_of(organisation_id, each)]
    await upsert(session, table, rows, are_new=True)
    return sum(last is None or each.number > last for each in journals)


def _rows_of(organisation_id: str, journal: Journal) -> Iterator[tuple[Any, ...]]:
    for position, each in enumerate(journal.postings):
        yield (
            organisation_id,
            journal.number,
            position,
            each.account_id,
            journal.date,
            each.amount,
            journal.kind,
            journal.origin,
            journal.origin_id,
        )
