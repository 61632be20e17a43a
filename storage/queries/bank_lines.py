"""Money that moved and nobody has reconciled yet, as the copy of the books has it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import DocumentKind, DocumentStatus
from storage.models import Item, Organisation, ledger
from storage.models.publishing import Publication, PublicationState
from storage.queries import ledger_twins
from storage.queries.statements import table_of

MOST = 200  # of one amount


class MoneyOut(NamedTuple):
    """What left an account of the bank; `amount` is positive."""

    remote_id: str
    bank_account: str
    date: date
    amount: Decimal
    currency: str
    name: str | None


async def paid_out(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, since: date
) -> Sequence[MoneyOut]:
    """Unreconciled payments straight out of the bank, the latest first.

    Nothing of what we published ourselves: that is the other half of a match, not one.
    """
    documents = ledger.documents.c
    ours = select(Publication.result["remote_id"].as_string()).where(
        Publication.workspace_id == workspace_id,
        Publication.state == PublicationState.PUBLISHED,
    )
    owned = select(Organisation.id).where(
        Organisation.workspace_id == workspace_id, Organisation.id == organisation_id
    )
    found = (
        select(
            documents.remote_id, documents.bank_account, documents.date, documents.total,
            documents.currency, ledger_twins.named,
        )
        .outerjoin(ledger.contacts, ledger_twins.whose)
        .where(
            documents.organisation_id.in_(owned),
            documents.kind == DocumentKind.MONEY_OUT,
            documents.status.in_((DocumentStatus.OPEN, DocumentStatus.PAID)),
            documents.gone_at.is_(None),
            documents.is_reconciled.is_not(True),
            documents.bank_account.is_not(None),
            documents.date >= since,
            documents.remote_id.not_in(ours),
        )
        .order_by(documents.date.desc())
        .limit(MOST)
    )  # fmt: skip
    return [MoneyOut(*row) for row in await session.execute(found)]


async def taken(
    session: AsyncSession, workspace_id: str, client_id: str, *, besides: str
) -> frozenset[str]:
    """Bank lines that paid for other items."""
    items = table_of(Item).c
    line = items.read["bank_line"]["value"].as_string()
    found = select(line).where(
        items.workspace_id == workspace_id,
        items.client_id == client_id,
        items.id != besides,
        line.is_not(None),
    )
    return frozenset(filter(None, await session.scalars(found)))
