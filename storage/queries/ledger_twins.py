"""Documents of a ledger that an item may be, as the copy of the books has them."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import DocumentKind, DocumentStatus
from storage.models import Organisation, Publication, PublicationState, ledger

MOST = 100  # of one amount
GONE = (DocumentStatus.VOID, DocumentStatus.DELETED)


# Ledgers name the contact of a document by id; those that know none give a name.
_documents, _contacts = ledger.documents.c, ledger.contacts.c
named = func.coalesce(_contacts.name, _documents.contact_name)
whose = and_(
    _contacts.organisation_id == _documents.organisation_id,
    _contacts.remote_id == _documents.contact_id,
)


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
    ours = select(Publication.result["remote_id"].as_string()).where(
        Publication.workspace_id == workspace_id,
        Publication.state == PublicationState.PUBLISHED,
    )
    owned = select(Organisation.id).where(
        Organisation.workspace_id == workspace_id, Organisation.id == organisation_id
    )
    found = (
        select(
            own.source, own.remote_id, own.kind, own.number, own.date, own.total, own.currency,
            named,
        )
        .outerjoin(ledger.contacts, whose)
        .where(
            own.organisation_id.in_(owned),
            own.kind.in_([kind.value for kind in kinds]),
            own.total == total,
            own.status.not_in([status.value for status in GONE]),
            own.gone_at.is_(None),
            own.remote_id.not_in(ours),
        )
        .order_by(own.date.desc(), own.remote_id)
        .limit(MOST)
    )  # fmt: skip
    rows = await session.execute(found)
    return [LedgerDocument(*row[:2], DocumentKind(row[2]), *row[3:]) for row in rows]
