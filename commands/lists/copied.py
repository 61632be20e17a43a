"""The lists of a Data Health connection: out of the copy of the books, not asked for again."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from providers.provider import Ledger
from providers.records import (
    Account,
    Contact,
    ListKind,
    ListRecord,
    Page,
    Product,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)
from storage.database import Database
from storage.queries import copied

PAGE = 500  # rows: the event loop stays quick
QUICKBOOKS_CUSTOMERS, QUICKBOOKS_EMPLOYEES = "Customer", "Employee"
_NAMED_ALONE = frozenset({"TrackingCategories", QUICKBOOKS_CUSTOMERS})  # their ids need no prefix


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedLists:
    """An organisation whose lists are taken from its copy; the vendor is asked for the others.

    Those are bank accounts, of which the books keep less than the list shows, and what the sync
    reads only once it is in use.
    """

    vendor: Ledger
    database: Database
    organisation_id: str

    async def list(self, kind: ListKind) -> AsyncIterator[Page]:
        """Walk a whole list, inactive entries included."""
        async with self.database.read() as session:
            is_copied = await copied.has(session, self.organisation_id, kind)
        pages = self._copied(kind) if is_copied else self.vendor.list(kind)
        async for page in pages:
            yield page

    async def _copied(self, kind: ListKind) -> AsyncIterator[Page]:
        projects = await self._projects() if kind is ListKind.CONTACTS else frozenset()
        after: copied.Place | None = None
        told: set[str] = set()
        while True:
            async with self.database.read() as session:
                rows = await copied.page(
                    session, self.organisation_id, kind, after=after, limit=PAGE
                )
            listed = [row for row in rows if not _is_left_out(row, projects)]
            yield Page(records=_records(kind, listed, told))
            if len(rows) < PAGE:
                return
            after = (rows[-1].source, rows[-1].remote_id)

    async def _projects(self) -> frozenset[str]:
        async with self.database.read() as session:
            found = await copied.of_source(
                session, self.organisation_id, ListKind.TRACKING, QUICKBOOKS_CUSTOMERS
            )
        return frozenset(each.replace("project:", "customer:", 1) for each in found)


def _is_left_out(row: Any, projects: frozenset[str]) -> bool:
    """People on the payroll, and projects, which QuickBooks counts among customers."""
    return row.source == QUICKBOOKS_EMPLOYEES or row.remote_id in projects


def _records(kind: ListKind, rows: Sequence[Any], told: set[str]) -> Sequence[ListRecord]:
    """`told` are the tracking categories that have been among the records already."""
    if kind is ListKind.TRACKING:
        return [*_categories(rows, told), *map(_option, rows)]
    return [_MADE[kind](row) for row in rows]


def _categories(rows: Iterable[Any], told: set[str]) -> list[ListRecord]:
    new = {row.category_id: row.category for row in rows if row.category_id not in told}
    told |= new.keys()
    return [TrackingCategory(remote_id=key, name=name) for key, name in new.items()]


def _option(row: Any) -> TrackingOption:
    is_alone = row.source in _NAMED_ALONE
    return TrackingOption(
        remote_id=row.remote_id if is_alone else f"{row.category_id}:{row.remote_id}",
        name=row.name,
        active=row.is_active,
        category_id=row.category_id,
        category_name=row.category,
    )


def _account(row: Any) -> Account:
    return Account(
        remote_id=row.remote_id,
        name=row.name,
        code=row.code,
        active=row.is_active,
        account_class=row.account_class,
        account_type=row.account_type,
        tax_rate=row.tax_rate,
        currency=row.currency,
    )


def _tax_rate(row: Any) -> TaxRate:
    """Xero's are known by the code that lines name."""
    return TaxRate(
        remote_id=row.remote_id,
        name=row.name,
        code=row.remote_id if row.source == "TaxRates" else None,
        active=row.is_active,
        rate=row.rate,
        on_costs=row.on_costs,
        on_sales=row.on_sales,
    )


def _contact(row: Any) -> Contact:
    return Contact(
        remote_id=row.remote_id,
        name=row.name,
        active=row.is_active,
        is_supplier=row.is_supplier,
        is_customer=row.is_customer,
        email=row.email,
        tax_number=row.tax_number,
        currency=row.currency,
    )


def _product(row: Any) -> Product:
    is_sold, is_bought = row.sales_account is not None, row.purchase_account is not None
    return Product(
        remote_id=row.remote_id,
        name=row.name,
        code=row.code,
        active=row.is_active,
        is_sold=is_sold or not is_bought,
        is_bought=is_bought,
    )


_MADE: dict[ListKind, Callable[[Any], ListRecord]] = {
    ListKind.ACCOUNTS: _account,
    ListKind.TAX_RATES: _tax_rate,
    ListKind.CONTACTS: _contact,
    ListKind.PRODUCTS: _product,
}
