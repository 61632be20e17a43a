"""Fields of Xero's rows by the kind of value they hold, for whoever filters or sorts by them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.reading.resources import Resource
from bot.sandbox.ledgers.xero.wire import instant_of


class BadQuery(ValueError):
    """A query parameter Xero could not make sense of."""


class Kind(StrEnum):
    """In the words of Xero's error messages."""

    GUID = "Guid"
    TEXT = "String"
    NUMBER = "Decimal"
    DATE = "DateTime"
    TRUTH = "Boolean"


_DATES = frozenset(
    {
        "Date",
        "DueDate",
        "FullyPaidOnDate",
        "ExpectedPaymentDate",
        "PlannedPaymentDate",
        "DeliveryDate",
        "UpdatedDateUTC",
        "CreatedDateUTC",
        "JournalDate",
        "PeriodLockDate",
        "EndOfYearLockDate",
    }
)
# What a row may have and every row of some organisation may happen to lack.
_OPTIONAL = {
    "Invoices": "Url FullyPaidOnDate ExpectedPaymentDate PlannedPaymentDate BrandingThemeID",
    "Contacts": "ContactNumber AccountNumber CompanyNumber DefaultCurrency Website "
    "SalesDefaultAccountCode PurchasesDefaultAccountCode AccountsReceivableTaxType "
    "AccountsPayableTaxType MergedToContactID",
    "Accounts": "Description SystemAccount BankAccountNumber CurrencyCode ReportingCode",
    "BankTransactions": "Url PrepaymentID OverpaymentID",
    "CreditNotes": "FullyPaidOnDate BrandingThemeID",
    "Payments": "BatchPaymentID",
    "PurchaseOrders": "DeliveryDate",
    "Organisation": "PeriodLockDate EndOfYearLockDate",
}
# Dynamic LINQ speaks of one row.
_ONE = {"Currencies": "Currency", "TrackingCategories": "TrackingCategory"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of every row of a resource; `read` answers None where a row has none."""

    kind: Kind
    read: Callable[[Row], Any]


class Columns:
    """What can be asked about the rows of one resource in one set of books."""

    def __init__(self, resource: Resource, books: Books) -> None:
        self._resource = resource
        self._key = books.table(resource.name).key
        self._rows = books.rows(resource.name)

    def field(self, path: str) -> Field:
        """By name, in any case, with dots between the names; raises `BadQuery`."""
        outer, _, inner = path.partition(".")
        name = self._spelled(outer)
        if name is None:
            raise BadQuery(f"No property or field '{outer}' exists in type '{self._type}'")
        if inner:
            return self._inner(name, inner)
        if name == self._key:
            return Field(kind=_kind_of(name, ""), read=lambda row: row.id)
        if name == self._resource.stamp:
            return Field(kind=Kind.DATE, read=lambda row: row.updated)
        kind = _kind_of(name, self._example(name))
        return Field(kind=kind, read=lambda row: _value(kind, row.read(name)))

    @property
    def _type(self) -> str:
        name = self._resource.name
        return _ONE.get(name) or (name[:-1] if name.endswith("s") else name)

    def _spelled(self, wanted: str) -> str | None:
        """How Xero spells this name; None where it has no such field."""
        own = [self._key, self._resource.stamp or self._key]
        optional = _OPTIONAL.get(self._resource.name, "").split()
        known = chain(own, optional, chain.from_iterable(self._peeked()))
        return next((name for name in known if name.casefold() == wanted.casefold()), None)

    def _peeked(self) -> Iterable[Fields]:
        return (row.peek() for row in self._rows)

    def _example(self, name: str) -> Any:
        return next((f[name] for f in self._peeked() if f.get(name) is not None), None)

    def _inner(self, outer: str, path: str) -> Field:
        example = self._example(outer)
        known = example if isinstance(example, dict) else {}
        name = next((each for each in known if each.casefold() == path.casefold()), None)
        if name is None:
            raise BadQuery(f"No property or field '{path}' exists in type '{outer}'")
        kind = _kind_of(name, known[name])
        return Field(kind=kind, read=lambda row: _value(kind, (row.read(outer) or {}).get(name)))


def _kind_of(name: str, example: Any) -> Kind:
    if name in _DATES:
        return Kind.DATE
    if name.endswith("ID"):
        return Kind.GUID
    if isinstance(example, bool):
        return Kind.TRUTH
    if isinstance(example, int | float | Decimal):
        return Kind.NUMBER
    return Kind.TEXT


def _value(kind: Kind, kept: Any) -> Any:
    """As it is compared; an empty text is none at all."""
    if kept is None or kept == "":
        return None
    match kind:
        case Kind.DATE:
            return _instant(kept)
        case Kind.NUMBER:
            return Decimal(str(kept))
        case Kind.TEXT | Kind.GUID:
            return str(kept)
    return kept


def _instant(kept: Any) -> datetime:
    if isinstance(kept, datetime):
        return kept
    if isinstance(kept, date):
        return datetime(kept.year, kept.month, kept.day, tzinfo=UTC)
    return instant_of(str(kept))
