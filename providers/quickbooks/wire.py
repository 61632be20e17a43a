"""QuickBooks' JSON and our records: shapes as in Intuit's Finance.xsd, read leniently."""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from providers.answers import shaped
from providers.errors import WireMismatch
from providers.quickbooks.shapes import (
    AccountRow,
    CompanyInfo,
    DimensionRow,
    ItemRow,
    NameRow,
    Preferences,
    Ref,
    Row,
    TaxCodeRow,
    TaxRateDetailPart,
    TaxRateList,
    TaxRateRow,
)
from providers.records import (
    Account,
    BankAccount,
    Contact,
    Organisation,
    Product,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)

T = TypeVar("T")

_SIMPLE = frozenset({None, "TaxOnAmount"})  # other rates build on one another: no plain sum
_ENDED = frozenset({"CANCELED", "CANCELLED", "EXPIRED", "SUSPENDED"})
_CLOSED = frozenset({"Bank", "Accounts Receivable", "Accounts Payable"})
_BEFORE = {  # the month in which a year ends that starts in this one
    name: number or 12 for number, name in enumerate(list(calendar.month_name)[1:])
}
_PACIFIC = ZoneInfo("America/Los_Angeles")
_IANA = re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}")


def rows(body: Any, entity: str, shape: type[T]) -> list[T]:
    """The rows of a query. An empty result lacks the entity altogether."""
    if not isinstance(body, dict) or not isinstance(body.get("QueryResponse"), dict):
        raise WireMismatch(path="$.QueryResponse", wanted="a query response")
    found = body["QueryResponse"].get(entity, [])
    return shaped(found, list[shape], path=f"$.QueryResponse.{entity}")  # type: ignore[valid-type]


def count(body: Any) -> int:
    """The answer to `SELECT COUNT(*)`."""
    response = body.get("QueryResponse") if isinstance(body, dict) else None
    total = response.get("totalCount") if isinstance(response, dict) else None
    return shaped(total, int, path="$.QueryResponse.totalCount")


def organisation(company: Any, preferences: Any, realm: str) -> Organisation:
    """The company of CompanyInfo and Preferences. The books are closed up to the lock date."""
    info = shaped(_inside(company, "CompanyInfo"), CompanyInfo, path="$.CompanyInfo")
    prefs = shaped(_inside(preferences, "Preferences"), Preferences, path="$.Preferences")
    facts = {pair.Name: pair.Value for pair in info.NameValue or ()}
    currency = prefs.CurrencyPrefs
    books = prefs.AccountingInfoPrefs
    automated = prefs.TaxPrefs is not None and prefs.TaxPrefs.PartnerTaxEnabled
    zone = info.DefaultTimeZone or ""
    return Organisation(
        remote_id=realm,
        name=info.CompanyName,
        legal_name=info.LegalName or None,
        country=info.Country or None,
        base_currency=currency.HomeCurrency.value
        if currency is not None and currency.HomeCurrency is not None
        else None,
        time_zone=zone if _IANA.fullmatch(zone) else None,
        plan=facts.get("OfferingSku") or None,
        vat_scheme="automated sales tax" if automated else None,
        lock_date=civil_date(books.BookCloseDate) if books is not None else None,
        year_end_month=_BEFORE.get((info.FiscalYearStartMonth or "").capitalize()),
        is_demo=bool(info.SampleFile),
        is_active=(facts.get("SubscriptionStatus") or "").upper() not in _ENDED,
        is_multi_currency=currency.MultiCurrencyEnabled if currency is not None else None,
    )


def account(row: AccountRow) -> Account:
    """An account of the chart; a sub-account carries its parents in its name."""
    return Account(
        remote_id=row.Id,
        name=row.FullyQualifiedName or row.Name,
        code=row.AcctNum or None,
        active=row.Active is not False,
        updated_at=_updated(row),
        account_class=row.Classification or "",
        account_type=row.AccountType or "",
        tax_rate=_value(row.TaxCodeRef),
        currency=_value(row.CurrencyRef),
        is_closed=row.AccountType in _CLOSED,
    )


def bank_account(row: AccountRow) -> BankAccount:
    """An account of type Bank or Credit Card."""
    digits = "".join(character for character in row.BankNum or "" if character.isdigit())
    return BankAccount(
        remote_id=row.Id,
        name=row.FullyQualifiedName or row.Name,
        code=row.AcctNum or None,
        active=row.Active is not False,
        updated_at=_updated(row),
        bank_type=row.AccountSubType or row.AccountType or "",
        currency=_value(row.CurrencyRef),
        number=digits[-4:] or None,
    )


def tax_rates(codes: Iterable[TaxCodeRow], rates: Iterable[TaxRateRow]) -> list[TaxRate]:
    """Tax codes, which are what lines refer to, with the rates behind them."""
    percent_by_id = {rate.Id: rate.RateValue for rate in rates}
    return [_tax_rate(code, percent_by_id) for code in codes]


def contact(row: NameRow, *, is_supplier: bool) -> Contact:
    """A vendor or a customer. Their ids overlap, so ours say which it is: `vendor:12`."""
    kind = "vendor" if is_supplier else "customer"
    number = row.PrimaryTaxIdentifier or row.TaxIdentifier or row.GSTIN or row.BusinessNumber
    return Contact(
        remote_id=f"{kind}:{row.Id}",
        name=row.DisplayName or row.FullyQualifiedName or row.Id,
        code=row.AcctNum or None,
        active=row.Active is not False,
        updated_at=_updated(row),
        is_supplier=is_supplier,
        is_customer=not is_supplier,
        email=row.PrimaryEmailAddr.Address or None if row.PrimaryEmailAddr else None,
        tax_number=number or None,
        currency=_value(row.CurrencyRef),
    )


def is_project(row: NameRow) -> bool:
    """A project, or a sub-customer that is a job: both serve as a dimension of analysis."""
    return bool(row.IsProject or row.Job)


def is_sellable(row: ItemRow) -> bool:
    """Categories only group items and stand on no line."""
    return row.Type != "Category"


def product(row: ItemRow) -> Product:
    """A product or service; which side it is for shows in the accounts it has."""
    is_sold, is_bought = row.IncomeAccountRef is not None, row.ExpenseAccountRef is not None
    tells_nothing = not is_sold and not is_bought  # bundles have neither
    return Product(
        remote_id=row.Id,
        name=row.FullyQualifiedName or row.Name,
        code=row.Sku or None,
        active=row.Active is not False,
        updated_at=_updated(row),
        is_sold=is_sold or tells_nothing,
        is_bought=is_bought,
    )


class Dimension(StrEnum):
    """What QuickBooks analyses by; the value is the category's remote id."""

    CLASS = "class"
    LOCATION = "location"
    PROJECT = "project"


def category(dimension: Dimension) -> TrackingCategory:
    """QuickBooks' dimensions are fixed, so the category is ours; its options are the entries."""
    return TrackingCategory(remote_id=dimension, name=dimension.capitalize())


def option(row: DimensionRow | NameRow, dimension: Dimension) -> TrackingOption:
    """A class, a location or a project; ids of the three overlap."""
    own = row.DisplayName if isinstance(row, NameRow) else row.Name
    return TrackingOption(
        remote_id=f"{dimension}:{row.Id}",
        name=row.FullyQualifiedName or own or row.Id,
        active=row.Active is not False,
        updated_at=_updated(row),
        category_id=dimension,
        category_name=dimension.capitalize(),
    )


def instant(text: str | None) -> datetime | None:
    """ISO 8601 in UTC. QuickBooks writes Pacific time with its offset, and without it means it.

    Raises WireMismatch for anything else.
    """
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=_PACIFIC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WireMismatch(path="date", wanted="ISO 8601") from None


def civil_date(text: str | None) -> date | None:
    """The company's own date. Raises WireMismatch for anything but year-month-day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WireMismatch(path="date", wanted="year-month-day") from None


def _inside(body: Any, name: str) -> Any:
    if not isinstance(body, dict) or name not in body:
        raise WireMismatch(path=f"$.{name}", wanted="an object")
    return body[name]


def _updated(row: Row) -> datetime | None:
    return instant(row.MetaData.LastUpdatedTime) if row.MetaData is not None else None


def _value(ref: Ref | None) -> str | None:
    return (ref.value or None) if ref is not None else None


def _tax_rate(code: TaxCodeRow, percent_by_id: Mapping[str, Decimal | None]) -> TaxRate:
    costs, sales = _details(code.PurchaseTaxRateList), _details(code.SalesTaxRateList)
    is_pseudo = not costs and not sales  # TAX and NON of the United States
    if is_pseudo:
        rate = Decimal(0) if code.Taxable is False else None
    else:
        rate = _sum(costs or sales, percent_by_id)
    return TaxRate(
        remote_id=code.Id,
        name=code.Name,
        active=code.Active is not False and not code.Hidden,
        updated_at=_updated(code),
        rate=rate,
        on_costs=bool(costs) or is_pseudo,
        on_sales=bool(sales) or is_pseudo,
    )


def _details(rates: TaxRateList | None) -> Sequence[TaxRateDetailPart]:
    return (rates.TaxRateDetail or ()) if rates is not None else ()


def _sum(
    details: Sequence[TaxRateDetailPart], percent_by_id: Mapping[str, Decimal | None]
) -> Decimal | None:
    """The rates of one code together; None where one is unknown or is levied on another."""
    total = Decimal(0)
    for detail in details:
        percent = percent_by_id.get(detail.TaxRateRef.value or "")
        if percent is None or detail.TaxTypeApplicable not in _SIMPLE:
            return None
        total += percent
    return total
