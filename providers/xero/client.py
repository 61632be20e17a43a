"""Calls to Xero: connections, the organisation, its lists and its books."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from providers.amendments import Amended, Amendment
from providers.books import BooksPage, Walk
from providers.drafts import Attachment, Draft, Outcome, Published
from providers.errors import (
    AuthorizationLost,
    Lack,
    LossReason,
    Missing,
    NotPermitted,
    ProviderError,
    TryAgain,
    Withheld,
)
from providers.paging import Part, walk
from providers.provider import Tenant
from providers.records import ListKind, ListRecord, Organisation, Page
from providers.session import ProviderSession
from providers.xero import amending, attaching, books, finding, publishing, wire
from providers.xero.correcting import Corrections
from providers.xero.shapes import Connection
from providers.xero.streams import API, headers

_PAGE = 1000  # the most that Contacts gives
_AT_ONCE = 4  # of five concurrent calls, one stays free for people
_DESCRIBED = 25  # organisations to choose from that are described in full, a call each

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Whole:
    """A list that comes in one answer. `changes` says whether If-Modified-Since works on it."""

    path: str
    read: Callable[[Any], Sequence[ListRecord]]
    params: Mapping[str, str]
    changes: bool


_WHOLE = {
    ListKind.ACCOUNTS: _Whole(path="Accounts", read=wire.accounts, params={}, changes=True),
    ListKind.BANK_ACCOUNTS: _Whole(
        path="Accounts", read=wire.bank_accounts, params={}, changes=True
    ),
    ListKind.TAX_RATES: _Whole(path="TaxRates", read=wire.tax_rates, params={}, changes=False),
    ListKind.PRODUCTS: _Whole(path="Items", read=wire.products, params={}, changes=True),
    ListKind.TRACKING: _Whole(
        path="TrackingCategories",
        read=wire.tracking,
        params={"includeArchived": "true"},
        changes=False,
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class XeroLedger:
    """The books of one Xero organisation."""

    session: ProviderSession
    tenant_id: str

    async def organisation(self) -> Organisation:
        """Describe the organisation, and which currencies it uses."""
        described, currencies = await asyncio.gather(self.described(), self._currencies())
        return replace(described, currencies=currencies)

    async def described(self) -> Organisation:
        """Without its currencies: a single call."""
        return wire.organisation(await self._get("Organisation", {}), self.tenant_id)

    async def _currencies(self) -> tuple[str, ...] | None:
        try:
            return wire.currencies(await self._get("Currencies", {}))
        except (Missing, NotPermitted):
            return None

    async def list(self, kind: ListKind, *, since: datetime | None = None) -> AsyncIterator[Page]:
        """Walk a whole list, archived entries included; `since` asks for changes only.

        Tax rates and tracking have no date of change at Xero: they always come whole.
        """
        if kind is ListKind.CONTACTS:
            async for part in self._contacts(since):
                yield Page(records=part.items, total=part.total)
            return
        whole = _WHOLE[kind]
        body = await self._get(whole.path, whole.params, since if whole.changes else None)
        records = whole.read(body)
        yield Page(records=records, total=len(records))

    def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        """Read several streams side by side."""
        return books.sync(self.session, self.tenant_id, walks)

    async def amend(self, amendment: Amendment, *, key: str) -> Amended:
        """Make one change, unless it is so already."""
        return await amending.amend(self.session, self.tenant_id, amendment, key=key)

    async def publish(self, drafts: Sequence[Draft], *, key: str) -> Sequence[Outcome]:
        """Create documents: an outcome for each, in their order."""
        return await publishing.publish(self.session, self.tenant_id, drafts, key=key)

    async def find(self, drafts: Sequence[Draft]) -> Sequence[Published | None]:
        """What became of drafts that were sent before; in their order."""
        return await finding.find(self.session, self.tenant_id, drafts)

    async def settle(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Record that it was paid as the draft says, unless it is so already."""
        return await self._corrections.settle(published, draft, key=key)

    async def attach(self, published: Published, file: Attachment, *, key: str) -> None:
        """Hang a file on it, unless it hangs there already."""
        del key  # a file of the same name takes the place of itself
        await attaching.attach(self.session, self.tenant_id, published, file)

    async def look_up(self, published: Published) -> Published | None:
        """As it is now; None where it was deleted."""
        return await self._corrections.look_up(published)

    async def revise(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Make it what the draft says, while it is not approved."""
        del key  # said twice, it is so no more than said once
        return await self._corrections.revise(published, draft)

    async def withdraw(self, published: Published, *, key: str) -> None:
        """Void or delete it; gone already is fine."""
        del key  # it is looked at before, and again after a refusal
        await self._corrections.withdraw(published)

    @property
    def _corrections(self) -> Corrections:
        return Corrections(session=self.session, tenant_id=self.tenant_id)

    def _contacts(self, since: datetime | None) -> AsyncIterator[Part[ListRecord]]:
        async def fetch(number: int) -> Part[ListRecord]:
            # by id: in the order of changes, a contact touched while we read moves to the end
            # and another one slips from a page to come onto one that has been read
            params = {
                "page": str(number),
                "pageSize": str(_PAGE),
                "includeArchived": "true",
                "order": "ContactID",
            }
            return wire.contacts(await self._get("Contacts", params, since))

        return walk(fetch, size=_PAGE, at_once=_AT_ONCE, key=lambda record: record.remote_id)

    async def _get(
        self, path: str, params: Mapping[str, str], since: datetime | None = None
    ) -> Any:
        bound = headers(self.tenant_id, since)
        return await self.session.get(API + path, params=params, headers=bound)


async def connections(
    session: ProviderSession, params: Mapping[str, str] | None = None
) -> Sequence[Connection]:
    """The organisations a grant reaches."""
    return wire.connections(await session.get("/connections", params=params or {}))


async def tenants(session: ProviderSession) -> Sequence[Tenant]:
    """The organisations of this very consent; all of the person's, where Xero does not tell.

    It does not tell when the token has no event id, and when the person went through consent
    without adding an organisation.
    """
    event = (await session.claims()).get("authentication_event_id")
    rows = await connections(session, {"authEventId": event}) if isinstance(event, str) else []
    rows = rows or await connections(session)
    if not 1 < len(rows) <= _DESCRIBED:
        return [wire.tenant(row) for row in rows]
    return await asyncio.gather(*(_described(session, row) for row in rows))


async def _described(session: ProviderSession, row: Connection) -> Tenant:
    ledger = XeroLedger(session=session.of(row.tenant_id), tenant_id=row.tenant_id)
    try:
        return wire.tenant(row, await ledger.described())
    except ProviderError as error:  # one lapsed organisation must not hide the others
        log.warning("tenant.not_described", extra={"provider": "xero", "error": str(error)})
        return wire.tenant(row)


async def detach(session: ProviderSession, tenant_id: str) -> None:
    """Take one organisation out of the grant. Xero wants the connection's id, not the tenant's."""
    found = [row for row in await connections(session) if row.tenant_id == tenant_id]
    for row in found:
        with suppress(Missing):  # gone since we looked
            await session.delete(f"/connections/{row.id}")


async def confirm(session: ProviderSession, tenant_id: str, error: ProviderError) -> ProviderError:
    """Xero refuses now and then what it still connects, with a 403 or a 401: look."""
    if not isinstance(error, AuthorizationLost):
        return error
    if any(row.tenant_id == tenant_id for row in await connections(session)):
        return await _withheld(session, tenant_id, f"{error} for an organisation that is connected")
    return AuthorizationLost(str(error), reason=LossReason.ORGANISATION_GONE)


async def _withheld(session: ProviderSession, tenant_id: str, message: str) -> ProviderError:
    """Xero opens what is connected as long as it is active, which the organisation itself tells
    (developer.xero.com, OAuth 2.0 troubleshooting)."""
    try:
        body = await session.get(API + "Organisation", headers=headers(tenant_id))
    except AuthorizationLost:
        return Withheld(message)
    except NotPermitted:  # it may not be described
        return TryAgain(message)
    if wire.organisation(body, tenant_id).is_active:
        return TryAgain(message)
    return NotPermitted(message, needed="an organisation that is active", lack=Lack.ACTIVE)
