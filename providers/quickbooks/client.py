"""Calls to QuickBooks Online: the company and its lists, by query."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from providers.amendments import Amended, Amendment
from providers.books import BooksPage, Walk
from providers.drafts import Attachment, Draft, Outcome, Published
from providers.errors import (
    AuthorizationLost,
    LossReason,
    Missing,
    NotPermitted,
    Rejected,
    WireMismatch,
)
from providers.paging import Part, walk
from providers.provider import Tenant
from providers.quickbooks import (
    amending,
    attaching,
    books,
    finding,
    following,
    publishing,
    wire,
)
from providers.quickbooks.desk import Desk
from providers.quickbooks.shapes import (
    AccountRow,
    CurrencyRow,
    DimensionRow,
    ItemRow,
    NameRow,
    Row,
    TaxCodeRow,
    TaxRateRow,
)
from providers.records import ListKind, ListRecord, Organisation, Page
from providers.session import ProviderSession

R = TypeVar("R", bound=Row)

_MINOR_VERSION = "75"  # everything is served as 75 since 1 August 2025; said all the same
_PAGE = 1000  # the most that a query gives
_AT_ONCE = 4
_FIELDS = {"Item": "*, Sku"}  # the star leaves the stock-keeping unit out
_REALM = re.compile(r"[0-9]{1,20}")  # it becomes part of an address


@dataclass(frozen=True, kw_only=True, slots=True)
class QuickBooksLedger:
    """The books of one QuickBooks company."""

    session: ProviderSession
    realm: str
    desk: Desk

    async def organisation(self) -> Organisation:
        """Describe the company, and which currencies it uses where it may use several."""
        described = await self.described()
        if not described.is_multi_currency:
            return described
        return replace(described, currencies=await self._currencies(described.base_currency))

    async def _currencies(self, base: str | None) -> tuple[str, ...] | None:
        try:
            found = [row async for row in self._every("CompanyCurrency", CurrencyRow)]
        except (Missing, NotPermitted, Rejected):
            return None
        used = (row.Code for row in found if row.Active is not False)
        return tuple(dict.fromkeys(code for code in (base, *used) if code))

    async def described(self) -> Organisation:
        """Without its currencies."""
        company, preferences = await asyncio.gather(
            self._get(f"companyinfo/{self.realm}"), self._get("preferences")
        )
        return wire.organisation(company, preferences, self.realm)

    async def list(self, kind: ListKind, *, since: datetime | None = None) -> AsyncIterator[Page]:
        """Walk a whole list, inactive entries included; `since` asks for changes only.

        Tax and tracking are small and belong together: they always come whole.
        """
        async for page in _LISTS[kind](self, since):
            yield page

    def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        """Read the books: whole by batches of queries, changes by change data capture."""
        return books.sync(self.session, self.realm, walks)

    async def amend(self, amendment: Amendment, *, key: str) -> Amended:
        """Make one change, unless it is so already."""
        return await amending.amend(self.session, self.realm, amendment, key=key)

    async def publish(self, drafts: Sequence[Draft], *, key: str) -> Sequence[Outcome]:
        """Create documents, with an outcome for each."""
        return await publishing.publish(self.desk, drafts, key=key)

    async def find(self, drafts: Sequence[Draft]) -> Sequence[Published | None]:
        """What became of drafts that were sent before."""
        return await finding.find(self.desk, drafts)

    async def settle(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Pay a bill or an invoice, unless it is paid."""
        return await following.settle(self.desk, published, draft, key=key)

    async def attach(self, published: Published, file: Attachment, *, key: str) -> None:
        """Hang a file on it, unless it hangs there."""
        await attaching.attach(self.desk, published, file, key=key)

    async def look_up(self, published: Published) -> Published | None:
        """As it is now."""
        return await following.look_up(self.desk, published)

    async def revise(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Fill it in again, unless something is linked to it."""
        return await following.revise(self.desk, published, draft, key=key)

    async def withdraw(self, published: Published, *, key: str) -> None:
        """Void or delete it, unless something is linked to it."""
        await following.withdraw(self.desk, published, key=key)

    async def accounts(self, since: datetime | None) -> AsyncIterator[Page]:
        """The chart of accounts, bank accounts included."""
        async for part in self.rows("Account", AccountRow, since):
            yield Page(records=[wire.account(row) for row in part.items], total=part.total)

    async def bank_accounts(self, since: datetime | None) -> AsyncIterator[Page]:
        """Bank and credit card accounts."""
        only = "AccountType IN ('Bank', 'Credit Card')"
        async for part in self.rows("Account", AccountRow, since, only):
            yield Page(records=[wire.bank_account(row) for row in part.items], total=part.total)

    async def tax_rates(self, since: datetime | None) -> AsyncIterator[Page]:
        """Tax codes with the sum of their rates."""
        del since
        rates = [row async for row in self._every("TaxRate", TaxRateRow)]
        codes = [row async for row in self._every("TaxCode", TaxCodeRow)]
        yield Page(records=wire.tax_rates(codes, rates), total=len(codes))

    async def contacts(self, since: datetime | None) -> AsyncIterator[Page]:
        """Vendors, then customers; projects are left to tracking."""
        async for part in self.rows("Vendor", NameRow, since):
            yield Page(records=[wire.contact(row, is_supplier=True) for row in part.items])
        async for part in self.rows("Customer", NameRow, since):
            customers = [row for row in part.items if not wire.is_project(row)]
            yield Page(records=[wire.contact(row, is_supplier=False) for row in customers])

    async def products(self, since: datetime | None) -> AsyncIterator[Page]:
        """Items that may stand on a line."""
        async for part in self.rows("Item", ItemRow, since):
            yield Page(records=[wire.product(row) for row in part.items if wire.is_sellable(row)])

    async def tracking(self, since: datetime | None) -> AsyncIterator[Page]:
        """Classes, locations and projects; a dimension nobody uses is left out."""
        del since
        classes = [row async for row in self._every("Class", DimensionRow)]
        locations = [row async for row in self._every("Department", DimensionRow)]
        customers = [row async for row in self._every("Customer", NameRow)]
        projects = [row for row in customers if wire.is_project(row)]
        records = [
            *_dimension(wire.Dimension.CLASS, classes),
            *_dimension(wire.Dimension.LOCATION, locations),
            *_dimension(wire.Dimension.PROJECT, projects),
        ]
        yield Page(records=records, total=len(records))

    def rows(
        self, entity: str, shape: type[R], since: datetime | None = None, only: str = ""
    ) -> AsyncIterator[Part[R]]:
        """Walk one entity. `only` is a further condition in Intuit's query language."""
        where = " AND ".join(filter(None, (only, "Active IN (true, false)", _changed(since))))

        async def fetch(number: int) -> Part[R]:
            start = (number - 1) * _PAGE + 1
            found = wire.rows(
                await self._query(
                    f"SELECT {_FIELDS.get(entity, '*')} FROM {entity} WHERE {where} "  # noqa: S608  # names are ours
                    f"ORDERBY Id STARTPOSITION {start} MAXRESULTS {_PAGE}"
                ),
                entity,
                shape,
            )
            if number > 1:
                return Part(items=found)
            total = len(found)
            if total == _PAGE:  # only now is it worth a call to know how many more there are
                total = wire.count(
                    await self._query(f"SELECT COUNT(*) FROM {entity} WHERE {where}")  # noqa: S608  # names are ours
                )
            return Part(items=found, total=total, pages=-(-total // _PAGE))

        return walk(fetch, size=_PAGE, at_once=_AT_ONCE, key=lambda row: row.Id)

    async def _every(self, entity: str, shape: type[R]) -> AsyncIterator[R]:
        async for part in self.rows(entity, shape):
            for row in part.items:
                yield row

    async def _query(self, statement: str) -> Any:
        return await self._get("query", {"query": statement})

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return await self.session.get(
            f"/v3/company/{self.realm}/{path}",
            params={**(params or {}), "minorversion": _MINOR_VERSION},
        )


_LISTS: dict[ListKind, Callable[[QuickBooksLedger, datetime | None], AsyncIterator[Page]]] = {
    ListKind.ACCOUNTS: QuickBooksLedger.accounts,
    ListKind.BANK_ACCOUNTS: QuickBooksLedger.bank_accounts,
    ListKind.TAX_RATES: QuickBooksLedger.tax_rates,
    ListKind.CONTACTS: QuickBooksLedger.contacts,
    ListKind.PRODUCTS: QuickBooksLedger.products,
    ListKind.TRACKING: QuickBooksLedger.tracking,
}


def ledger(session: ProviderSession, realm: str) -> QuickBooksLedger:
    """Raises WireMismatch for a realm that is not a number: it becomes part of an address."""
    if not _REALM.fullmatch(realm):
        raise WireMismatch(path="realmId", wanted="up to 20 digits", provider="quickbooks")
    own = session.of(realm)
    return QuickBooksLedger(session=own, realm=realm, desk=Desk(session=own, realm=realm))


async def tenants(session: ProviderSession, callback: Mapping[str, str]) -> Sequence[Tenant]:
    """The one company of a consent, named by the redirect.

    Raises AuthorizationLost(WRONG_ENVIRONMENT) when it does not know us a moment after consent:
    sandbox keys do not open production companies, nor the other way round.
    """
    books = ledger(session, callback.get("realmId", ""))
    try:
        company = await books.described()
    except AuthorizationLost as error:
        if error.reason is LossReason.ORGANISATION_GONE:
            error.reason = LossReason.WRONG_ENVIRONMENT
        raise
    return [
        Tenant(
            tenant_id=books.realm,
            name=company.name,
            legal_name=company.legal_name,
            country=company.country,
            base_currency=company.base_currency,
        )
    ]


def _changed(since: datetime | None) -> str:
    """Always with an offset: without one, Intuit reads Pacific time."""
    if since is None:
        return ""
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return f"MetaData.LastUpdatedTime >= '{moment}'"


def _dimension(
    dimension: wire.Dimension, rows: Iterable[DimensionRow | NameRow]
) -> Sequence[ListRecord]:
    options = [wire.option(row, dimension) for row in rows]
    return [wire.category(dimension), *options] if options else []
