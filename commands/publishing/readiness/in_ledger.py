"""Whether an item is in the ledger already, entered there by somebody else."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import name_key
from commands.publishing.facts import Facts, ItemKind, Side
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.twins import Document, twins
from providers.books import DocumentKind
from storage.models import Connection, Item
from storage.queries import ledger_twins
from storage.queries.ledger_twins import LedgerDocument

PREFIX = "ledger:"  # what people said it is not, among Item.twins_accepted
CREDITS = {Side.COST: DocumentKind.BILL_CREDIT, Side.SALE: DocumentKind.INVOICE_CREDIT}
DEBITS = {
    Side.COST: (DocumentKind.BILL, DocumentKind.MONEY_OUT),
    Side.SALE: (DocumentKind.INVOICE, DocumentKind.MONEY_IN),
}


async def in_ledger(
    session: AsyncSession, item: Item, connection: Connection, facts: Facts
) -> Obstacle | None:
    """The likeliest document of the copy of the books; None where there is none, or no copy."""
    if not facts.supplier or not facts.total:
        return None
    rows = await ledger_twins.of_amount(
        session,
        item.workspace_id,
        connection.organisation_id,
        kinds=_kinds(facts),
        total=facts.total,
    )
    known = {f"{PREFIX}{row.source}:{row.remote_id}": row for row in rows}
    others = [
        _document(key, row, facts) for key, row in known.items() if key not in item.twins_accepted
    ]
    found = twins(_own(item, facts), others)
    if not found:
        return None
    key = found[0].document.id
    return Obstacle(code="PRE_IN_LEDGER", facts={"name": _called(known[key]), "document": key})


def _kinds(facts: Facts) -> tuple[DocumentKind, ...]:
    side = Side.SALE if facts.side is Side.SALE else Side.COST
    return (CREDITS[side],) if facts.kind is ItemKind.CREDIT_NOTE else DEBITS[side]


def _own(item: Item, facts: Facts) -> Document:
    return Document(
        id=item.id,
        side=facts.side,
        supplier=name_key(facts.supplier or ""),
        total=facts.total,
        kind=facts.kind,
        day=facts.day,
        number=facts.number,
        currency=facts.currency,
    )


def _document(key: str, row: LedgerDocument, facts: Facts) -> Document:
    is_banked = row.kind in {DocumentKind.MONEY_OUT, DocumentKind.MONEY_IN}
    return Document(
        id=key,
        side=facts.side,
        supplier=name_key(row.contact or ""),
        total=row.total,
        kind=None if is_banked else facts.kind,
        day=row.day,
        number=row.number,
        currency=row.currency,
        in_ledger=True,
    )


def _called(row: LedgerDocument) -> str:
    return " ".join(filter(None, (row.kind.value, row.number, _of(row.day))))


def _of(day: date | None) -> str:
    return f"of {day:%-d %B %Y}" if day else ""
