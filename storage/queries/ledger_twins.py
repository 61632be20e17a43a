"""Documents of a ledger that an item may be, as the copy of the books has them."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import DocumentKind, DocumentStatus
from storage.models import ledger
from storage.queries.entered_there import entered_there

MOST = 100  # of one amount
GONE = (DocumentStatus.VOID, DocumentStatus.DELETED)


class LedgerDocument(NamedTuple):
    """Just enough of a document to tell whether an item is the same thing."""

    source: str
    remote_id: str
    kind: DocumentKind
    number: str | None
    day: date | None
    total: Decimal
    currency: str | None
    contact: str | None


async def of_amount(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    *,
    kinds: Collection[DocumentKind],
    total: Decimal,
) -> Sequence[LedgerDocument]:
    """Those of exactly this total that stand or are drafts, and that we did not publish."""
    own = ledger.documents.c
    found = (
        entered_there(
            workspace_id, organisation_id,
            own.source, own.remote_id, own.kind, own.number, own.date, own.total, own.currency,
        )
        .where(
            own.kind.in_([kind.value for kind in kinds]),
            own.total == total,
            own.status.not_in([status.value for status in GONE]),
        )
        .order_by(own.date.desc(), own.remote_id)
        .limit(MOST)
    )  # fmt: skip
    rows = await session.execute(found)
    return [
        LedgerDocument(source, remote_id, DocumentKind(kind), *others)
        for source, remote_id, kind, *others in rows
    ]
