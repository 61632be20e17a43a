"""Money that moved and nobody has reconciled yet, as the copy of the books has it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import DocumentKind, DocumentStatus
from storage.models import Item, ledger
from storage.queries.entered_there import entered_there
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
    found = (
        entered_there(
            workspace_id, organisation_id,
            documents.remote_id, documents.bank_account, documents.date, documents.total,
            documents.currency,
        )
        .where(
            documents.kind == DocumentKind.MONEY_OUT,
            documents.status.in_((DocumentStatus.OPEN, DocumentStatus.PAID)),
            documents.is_reconciled.is_not(True),
            documents.bank_account.is_not(None),
            documents.date >= since,
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
