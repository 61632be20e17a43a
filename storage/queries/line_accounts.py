"""Which account a line is of, where its ledger names that by a code, or by a product alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import AnyRecord, Document, LedgerAccount, Line
from storage.models import ledger
from storage.queries.statements import among

_AT_ONCE = 500  # ids a statement
# Transactions of QuickBooks on which products are bought; on all others they are sold.
_BOUGHT = ("Bill", "Purchase", "PurchaseOrder", "VendorCredit")


class Sides(NamedTuple):
    """The accounts that a product is sold from and bought to."""

    sold: str | None
    bought: str | None

    def of(self, document: Document) -> str | None:
        return self.bought if document.source in _BOUGHT else self.sold


def names_by_code(record: AnyRecord) -> bool:
    """Whether lines may name an account by nothing but its code, or are named so by now."""
    if isinstance(record, Document):
        return any(line.account_id is None and line.account_code for line in record.lines)
    return isinstance(record, LedgerAccount)


async def of_codes(session: AsyncSession, organisation_id: str) -> None:
    """Give lines the id of the account whose code they name, as soon as both are here."""
    line, known = ledger.lines, ledger.accounts
    named = (
        select(func.min(known.c.remote_id))
        .where(
            known.c.organisation_id == line.c.organisation_id,
            known.c.code == line.c.account_code,
            known.c.gone_at.is_(None),
        )
        .scalar_subquery()
    )
    is_named = line.c.account_code.is_not(None)
    await session.execute(
        update(line).where(_unknown(organisation_id), is_named).values(account_id=named)
    )


async def of_products(
    session: AsyncSession, organisation_id: str, documents: Iterable[Document]
) -> Mapping[str, Sides]:
    """The accounts of the products that stand on these in place of an account.

    QuickBooks leaves it to whoever reads a purchase to know where its products are posted.
    """
    lines = (line for document in documents for line in document.lines)
    wanted = {product for line in lines if (product := _in_place(line)) is not None}
    return await _sides(session, organisation_id, sorted(wanted)) if wanted else {}


def completed(document: Document, known: Mapping[str, Sides]) -> Sequence[Line]:
    """Its lines, those of known products with their account."""
    return (
        [_completed(document, line, known) for line in document.lines] if known else document.lines
    )


def _completed(document: Document, line: Line, known: Mapping[str, Sides]) -> Line:
    sides = known.get(_in_place(line) or "")
    return line if sides is None else replace(line, account_id=sides.of(document))


def _in_place(line: Line) -> str | None:
    """The product that stands there in place of an account."""
    return line.product if line.account_id is None and not line.account_code else None


async def of_lines(session: AsyncSession, organisation_id: str, products: Sequence[str]) -> None:
    """Give lines that came before their products the accounts of these."""
    for account, which in _by_account(await _sides(session, organisation_id, products)):
        line = ledger.lines
        await session.execute(
            update(line)
            .where(_unknown(organisation_id), line.c.account_code.is_(None), which)
            .values(account_id=account)
        )


def _by_account(sides: Mapping[str, Sides]) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Each account, and which lines are of it."""
    line = ledger.lines.c
    is_bought = line.source.in_(_BOUGHT)
    wanted: dict[str, dict[bool, list[str]]] = {}
    for product, own in sides.items():
        for account, side in ((own.sold, False), (own.bought, True)):
            if account is not None:
                wanted.setdefault(account, {}).setdefault(side, []).append(product)
    for account, by_side in wanted.items():
        parts = (
            and_(is_bought if side else ~is_bought, line.product.in_(each))
            for side, each in by_side.items()
        )
        yield account, or_(*parts)


async def _sides(
    session: AsyncSession, organisation_id: str, products: Sequence[str]
) -> dict[str, Sides]:
    table = ledger.products
    found: dict[str, Sides] = {}
    for start in range(0, len(products), _AT_ONCE):
        rows = await session.execute(
            select(
                table.c.remote_id,
                table.c.sales_account,
                func.coalesce(table.c.stock_account, table.c.purchase_account),
            ).where(
                table.c.organisation_id == organisation_id,
                among(session, table.c.remote_id, products[start : start + _AT_ONCE]),
            )
        )
        found |= {product: Sides(sold, bought) for product, sold, bought in rows}
    return found


def _unknown(organisation_id: str) -> ColumnElement[bool]:
    """Lines without the id of an account, whether they stand or not, as the index has them."""
    line = ledger.lines
    return and_(
        line.c.organisation_id == organisation_id,
        line.c.stands.in_((True, False)),
        line.c.account_id.is_(None),
    )
