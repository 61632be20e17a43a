"""One operation at QuickBooks' API: what every one of them looks up and checks first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES
from bot.sandbox.ledgers.quickbooks.keeping.money import House
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.rows import Fields, Row

NUMBER_LENGTH = 21
PLUS = frozenset({"QuickBooks Online Plus", "QuickBooks Online Advanced"})
SIMPLE = "QuickBooks Online Simple Start"
_OF_LARGER_PLANS = {"PurchaseOrder": PLUS, "ClassRef": PLUS, "DepartmentRef": PLUS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """`include` holds the options of the call, such as `allowduplicatedocnum`."""

    keeper: Bookkeeper
    include: frozenset[str]
    at: datetime

    @property
    def books(self) -> Books:
        return self.keeper.books

    @property
    def house(self) -> House:
        return self.keeper.house

    def named(self, kind: str, typed: Mapping[str, Any]) -> Row:
        """The row that is to be changed, as it is now; raises `Refusal`."""
        if not typed.get("Id"):
            raise refusals.missing("Id")
        row = self.books.get(kind, str(typed["Id"]))
        if row is None:
            raise refusals.gone(kind)
        token = typed.get("SyncToken")
        if token is None:
            raise refusals.missing("SyncToken")
        if str(token) != str(row.version):
            raise refusals.stale()
        return row

    def refer(self, typed: Mapping[str, Any], name: str, kind: str) -> Row | None:
        """What a reference points to; None where there is none."""
        given = typed.get(name)
        value = given.get("value") if isinstance(given, Mapping) else None
        if not value:
            return None
        row = self.books.get(kind, str(value))
        if row is None:
            raise refusals.no_reference(name, value)
        if row.fields.get("Active") is False:
            raise refusals.inactive(name)
        return row

    def needs(self, typed: Mapping[str, Any], name: str, kind: str) -> Row:
        row = self.refer(typed, name, kind)
        if row is None:
            raise refusals.missing(name)
        return row

    def allowed(self, what: str) -> None:
        """Whether the subscription has it; raises `Refusal`."""
        sku = next(
            each["Value"]
            for each in self.books.profile.fields["NameValue"]
            if each["Name"] == "OfferingSku"
        )
        bills = {"Bill", "BillPayment", "VendorCredit"}
        if (what in bills and sku == SIMPLE) or sku not in _OF_LARGER_PLANS.get(what, {sku}):
            raise refusals.not_in_plan(what)

    def open_on(self, day: str) -> None:
        """Whether the books are open on that day; raises `Refusal`."""
        info = self.books.rows("Preferences")[0].fields["AccountingInfoPrefs"]
        if day <= info.get("BookCloseDate", ""):
            raise refusals.closed()


def label(kind: str, row: Row) -> Fields:
    """A reference to a row of a list."""
    return {"value": row.id, "name": str(row.fields[ENTITIES[kind].label])}


def amount_of(value: object, name: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as reason:
        raise refusals.bad_choice(name, value) from reason


def day_of(value: object, default: date) -> date:
    if not value:
        return default
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as reason:
        raise refusals.bad_choice("date", value) from reason


def number_of(typed: Mapping[str, Any]) -> str | None:
    number = typed.get("DocNumber")
    if number and len(str(number)) > NUMBER_LENGTH:
        raise refusals.too_long("DocNumber", NUMBER_LENGTH, len(str(number)))
    return str(number) if number else None
