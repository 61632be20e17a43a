"""Everything around an item that decides how it is published, read from what is stored."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import name_key
from commands.context import Tools
from commands.publishing.lists import Lists
from providers.errors import UnknownProvider
from providers.records import (
    Account,
    BankAccount,
    Contact,
    ListKind,
    ListRecord,
    Product,
    TaxRate,
    TrackingOption,
)
from providers.records import Organisation as OrganisationRecord
from storage.models import Connection, ListEntry, Organisation
from storage.queries import lists, organisations

Record = TypeVar("Record", bound=ListRecord)

MOST = 10_000  # entries of a list that is read whole
READ = "lists read by this transaction"
ALIKE = 20  # contacts beginning with the same word, to compare a name with


async def lists_of(
    session: AsyncSession,
    tools: Tools,
    connection: Connection,
    *,
    contacts: Collection[str] = (),
    named: str | None = None,
    products: Collection[str] = (),
) -> Lists | None:
    """None where the ledger takes nothing from us.

    Of contacts and products only these are read, and contacts whose name is like `named`.
    """
    organisation = await organisations.find(
        session, connection.workspace_id, connection.organisation_id
    )
    assert organisation is not None
    described = record_of(organisation)
    try:
        provider = tools.gateway.provider(connection.provider)
    except UnknownProvider:
        return None
    publishing = provider.publishing(described)
    if publishing is None:
        return None
    whole = _Reader(session, connection)
    return Lists(
        key=provider.key,
        software=provider.name,
        organisation=described,
        publishing=publishing,
        accounts=await whole.all(ListKind.ACCOUNTS, Account),
        tax_rates=await whole.all(ListKind.TAX_RATES, TaxRate),
        tracking=await whole.all(ListKind.TRACKING, TrackingOption),
        banks=await whole.all(ListKind.BANK_ACCOUNTS, BankAccount),
        contacts=await whole.contacts(contacts, named),
        products=await whole.some(ListKind.PRODUCTS, Product, products),
        as_of=connection.lists_read_at,
    )


def record_of(organisation: Organisation) -> OrganisationRecord:
    """The organisation as its ledger described it last."""
    own = {
        "remote_id": organisation.tenant_id,
        "name": organisation.name,
        "legal_name": organisation.legal_name,
        "country": organisation.country,
        "base_currency": organisation.base_currency,
        "time_zone": organisation.time_zone,
        "plan": organisation.plan,
        "is_demo": organisation.is_demo,
    }
    told = {name: value for name, value in organisation.details.items() if value is not None}
    return msgspec.convert({**told, **own}, OrganisationRecord)


def entry_as(entry: ListEntry, kind: type[Record]) -> Record:
    """A stored entry as the record it was made of."""
    own: dict[str, Any] = {
        "remote_id": entry.remote_id,
        "name": entry.name,
        "code": entry.code,
        "active": entry.active and entry.removed_at is None,
    }
    return msgspec.convert({**entry.details, **own}, kind)


class _Reader:
    def __init__(self, session: AsyncSession, connection: Connection) -> None:
        self._session = session
        self._where = (connection.workspace_id, connection.id)

    async def all(self, kind: ListKind, record: type[Record]) -> Mapping[str, Record]:
        """Read once for all items that are judged in one transaction."""
        known: dict[Any, Mapping[str, Record]] = self._session.info.setdefault(READ, {})
        key = (*self._where, kind)
        if key not in known:
            found = await lists.search(
                self._session, *self._where, kind.value, inactive=True, limit=MOST
            )
            known[key] = _by_id(found, record)
        return known[key]

    async def some(
        self, kind: ListKind, record: type[Record], ids: Collection[str]
    ) -> Mapping[str, Record]:
        if not ids:
            return {}
        found = await lists.some(self._session, *self._where, kind.value, sorted(ids))
        return _by_id(found, record)

    async def contacts(self, ids: Collection[str], named: str | None) -> Mapping[str, Contact]:
        found = dict(await self.some(ListKind.CONTACTS, Contact, ids))
        for text in _beginnings(named):
            alike = await lists.search(
                self._session, *self._where, ListKind.CONTACTS.value, text, inactive=True,
                limit=ALIKE,
            )  # fmt: skip
            found |= _by_id(alike, Contact)
        return found


def _beginnings(name: str | None) -> Sequence[str]:
    """The name itself, then its first word: whoever spells it a little differently is there."""
    if not name or not name.strip():
        return ()
    first = name_key(name).split(" ")[0]
    return tuple(dict.fromkeys((name.strip(), first)))


def _by_id(entries: Sequence[ListEntry], record: type[Record]) -> Mapping[str, Record]:
    own = RECORD_NAMES.get(record)
    return {e.remote_id: entry_as(e, record) for e in entries if own in (None, e.record)}


RECORD_NAMES: Mapping[type[ListRecord], str] = {TrackingOption: "tracking_option"}
