"""The vocabulary every ledger is translated into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ListKind(StrEnum):
    """A list that publishing and checks choose from; its value is also the word people type."""

    ACCOUNTS = "accounts"
    TAX_RATES = "tax"
    CONTACTS = "contacts"
    PRODUCTS = "products"
    TRACKING = "tracking"
    BANK_ACCOUNTS = "banks"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRecord:
    """One entry of a list. `active` is false for what the ledger calls archived or inactive."""

    remote_id: str
    name: str
    code: str | None = None
    active: bool = True
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account(ListRecord):
    """An account of the chart of accounts.

    `account_class` and `account_type` are the ledger's own words, unknown ones included. To one
    that `is_closed` no line can be coded: a bank account, or one that the ledger alone posts to.
    """

    account_class: str = ""
    account_type: str = ""
    tax_rate: str | None = None
    currency: str | None = None
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class BankAccount(ListRecord):
    """A bank, card or cash account. `number` holds at most the last four digits."""

    bank_type: str = ""
    currency: str | None = None
    number: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxRate(ListRecord):
    """A tax rate. `rate` is a percentage: Decimal("20") is twenty per cent."""

    rate: Decimal | None = None
    on_costs: bool = True
    on_sales: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact(ListRecord):
    """A supplier, a customer, both or neither yet."""

    is_supplier: bool = False
    is_customer: bool = False
    email: str | None = None
    tax_number: str | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Product(ListRecord):
    """A product or service."""

    is_sold: bool = True
    is_bought: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackingCategory(ListRecord):
    """A dimension of analysis, as Xero calls it; QuickBooks: classes, locations, projects."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackingOption(ListRecord):
    """One choice within a tracking category."""

    category_id: str
    category_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """One set of books as its ledger describes it.

    `time_zone` is an IANA name or None where the ledger's word for it is unknown to us.
    `lock_date` is the day up to and including which ordinary users cannot post. The financial year
    ends in `year_end_month` (1 is January), on its last day where `year_end_day` is None.
    """

    remote_id: str
    name: str
    legal_name: str | None = None
    country: str | None = None
    base_currency: str | None = None
    time_zone: str | None = None
    plan: str | None = None
    vat_scheme: str | None = None
    lock_date: date | None = None
    year_end_lock_date: date | None = None
    year_end_month: int | None = None
    year_end_day: int | None = None
    is_demo: bool = False
    is_active: bool = True
    tax_number: str | None = None
    company_number: str | None = None
    short_code: str | None = None  # its name in the vendor's addresses
    is_multi_currency: bool | None = None  # None where the ledger does not tell
    currencies: tuple[str, ...] | None = None  # those it uses; None where the ledger does not tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Part of a list. `total` is the size of the whole list where the ledger tells it."""

    records: Sequence[ListRecord]
    total: int | None = None
    resume: dict[str, Any] = field(default_factory=dict)
