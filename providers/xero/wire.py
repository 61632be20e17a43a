"""Xero's JSON and our records: shapes as in Xero OpenAPI 16.1.0, read leniently."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from providers.answers import shaped
from providers.errors import WireMismatch
from providers.paging import Part
from providers.provider import Tenant
from providers.records import (
    Account,
    BankAccount,
    Contact,
    ListRecord,
    Organisation,
    Product,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)
from providers.xero.shapes import (
    AccountRow,
    CategoryRow,
    Connection,
    ContactRow,
    CurrencyRow,
    ItemRow,
    OrganisationRow,
    Pagination,
    TaxRateRow,
)
from providers.xero.timezones import IANA_NAMES

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_BASES = {
    "ACCRUAL": "accrual",
    "ACCRUALS": "accrual",
    "CASH": "cash",
    "FLATRATEACCRUAL": "flat rate, accrual",
    "FLATRATECASH": "flat rate, cash",
    "INVOICE": "invoice",
    "PAYMENTS": "payments",
}
_PERIODS = {
    "1MONTHLY": "monthly",
    "2MONTHLY": "every two months",
    "3MONTHLY": "quarterly",
    "6MONTHLY": "every six months",
    "ANNUALLY": "yearly",
    "MONTHLY": "monthly",
    "ONEMONTHS": "monthly",
    "QUARTERLY": "quarterly",
    "QUARTERLY1": "quarterly",
    "QUARTERLY2": "quarterly",
    "QUARTERLY3": "quarterly",
    "SIXMONTHS": "every six months",
    "TWOMONTHS": "every two months",
    "YEARLY": "yearly",
}


# Xero posts to these alone: a line coded to one is "not a valid code for this document".
_CLOSED = frozenset(
    {"DEBTORS", "CREDITORS", "UNPAIDEXPCLM", "TRACKINGTRANSFERS", "BANKCURRENCYGAIN"}
)
_GONE = frozenset({"ARCHIVED", "DELETED", "GDPRREQUEST"})


def connections(body: Any) -> list[Connection]:
    """The organisations of GET /connections; practices (tenantType PRACTICE) have no books."""
    rows = shaped(body, list[Connection], path="$")
    return [row for row in rows if row.tenant_type in ("", "ORGANISATION")]


def tenant(row: Connection, organisation: Organisation | None = None) -> Tenant:
    """What a person chooses from; `organisation` adds what a connection row does not tell."""
    if organisation is None:
        return Tenant(tenant_id=row.tenant_id, name=row.tenant_name or row.tenant_id)
    return Tenant(
        tenant_id=row.tenant_id,
        name=organisation.name,
        legal_name=organisation.legal_name,
        country=organisation.country,
        base_currency=organisation.base_currency,
    )


def organisation(body: Any, tenant_id: str) -> Organisation:
    """The organisation of GET /Organisation, which answers with a list of one."""
    rows = _rows(body, "Organisations", OrganisationRow)
    if not rows:
        raise WireMismatch(path="$.Organisations", wanted="an organisation")
    row = rows[0]
    locked, year_locked = civil_date(row.PeriodLockDate), civil_date(row.EndOfYearLockDate)
    return Organisation(
        remote_id=tenant_id,
        name=row.Name,
        legal_name=row.LegalName or None,
        country=row.CountryCode or None,
        base_currency=row.BaseCurrency or None,
        time_zone=IANA_NAMES.get((row.Timezone or "").upper()),
        plan=row.Class or None,
        vat_scheme=_vat_scheme(row.SalesTaxBasis, row.SalesTaxPeriod),
        # the lock at the year's end stops everybody, ordinary users among them
        lock_date=max(filter(None, (locked, year_locked)), default=None),
        year_end_lock_date=year_locked,
        year_end_month=row.FinancialYearEndMonth,
        year_end_day=row.FinancialYearEndDay,
        is_demo=bool(row.IsDemoCompany),
        is_active=row.OrganisationStatus in (None, "", "ACTIVE"),
        tax_number=row.TaxNumber or None,
        company_number=row.RegistrationNumber or None,
        short_code=row.ShortCode or None,
    )


def currencies(body: Any) -> tuple[str, ...]:
    """The codes of GET /Currencies: those in which the organisation may have documents."""
    return tuple(row.Code for row in _rows(body, "Currencies", CurrencyRow))


def accounts(body: Any) -> list[Account]:
    """The chart of accounts, bank accounts included."""
    return [
        Account(
            remote_id=row.AccountID,
            name=row.Name,
            code=row.Code or None,
            active=_is_active(row.Status),
            updated_at=instant(row.UpdatedDateUTC),
            account_class=row.Class or "",
            account_type=row.Type or "",
            tax_rate=row.TaxType or None,
            currency=row.CurrencyCode or None,
            is_closed=row.Type == "BANK" or row.SystemAccount in _CLOSED,
        )
        for row in _rows(body, "Accounts", AccountRow)
    ]


def bank_accounts(body: Any) -> list[BankAccount]:
    """The accounts of type BANK, which are also where cards and PayPal live."""
    return [
        BankAccount(
            remote_id=row.AccountID,
            name=row.Name,
            code=row.Code or None,
            active=_is_active(row.Status),
            updated_at=instant(row.UpdatedDateUTC),
            bank_type=row.BankAccountType or row.Type,
            currency=row.CurrencyCode or None,
            number=_last_digits(row.BankAccountNumber),
        )
        for row in _rows(body, "Accounts", AccountRow)
        if row.Type == "BANK"
    ]


def tax_rates(body: Any) -> list[TaxRate]:
    """Tax rates, known by their TaxType: that is what lines refer to."""
    return [
        TaxRate(
            remote_id=row.TaxType,
            name=row.Name,
            code=row.TaxType,
            active=_is_active(row.Status),
            rate=row.EffectiveRate,
            on_costs=row.CanApplyToExpenses is not False,
            on_sales=row.CanApplyToRevenue is not False,
        )
        for row in _rows(body, "TaxRates", TaxRateRow)
    ]


def contacts(body: Any) -> Part[ListRecord]:
    """One page of contacts. A contact that asked to be forgotten has no name any more."""
    rows = _rows(body, "Contacts", ContactRow)
    stated = body.get("pagination") if isinstance(body, dict) else None
    pagination = shaped(stated or {}, Pagination, path="$.pagination")
    records = [
        Contact(
            remote_id=row.ContactID,
            name=row.Name or row.ContactID,
            code=row.AccountNumber or None,
            active=_is_active(row.ContactStatus),
            updated_at=instant(row.UpdatedDateUTC),
            is_supplier=bool(row.IsSupplier),
            is_customer=bool(row.IsCustomer),
            email=row.EmailAddress or None,
            tax_number=row.TaxNumber or None,
            currency=row.DefaultCurrency or None,
        )
        for row in rows
    ]
    return Part(items=records, pages=pagination.page_count, total=pagination.item_count)


def products(body: Any) -> list[Product]:
    """Products and services. Deleted ones vanish from the list."""
    return [
        Product(
            remote_id=row.ItemID,
            name=row.Name or row.Code or row.ItemID,
            code=row.Code or None,
            updated_at=instant(row.UpdatedDateUTC),
            is_sold=row.IsSold is not False,
            is_bought=row.IsPurchased is not False,
        )
        for row in _rows(body, "Items", ItemRow)
    ]


def tracking(body: Any) -> list[ListRecord]:
    """Every category followed by its options; an archived category takes its options along."""
    records: list[ListRecord] = []
    for row in _rows(body, "TrackingCategories", CategoryRow):
        active = _is_active(row.Status)
        records.append(
            TrackingCategory(remote_id=row.TrackingCategoryID, name=row.Name, active=active)
        )
        records.extend(
            TrackingOption(
                remote_id=option.TrackingOptionID,
                name=option.Name,
                active=active and _is_active(option.Status),
                category_id=row.TrackingCategoryID,
                category_name=row.Name,
            )
            for option in row.Options or ()
        )
    return records


def instant(text: str | None) -> datetime | None:
    """`/Date(1552326816230+0000)/` or ISO 8601, in UTC. The offset is decoration (Xero: UTC).

    Raises WireMismatch for anything else.
    """
    if not text:
        return None
    milliseconds = _MS_DATE.fullmatch(text)
    try:
        if milliseconds is not None:
            return _EPOCH + timedelta(milliseconds=int(milliseconds[1]))
        parsed = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise WireMismatch(path="date", wanted="/Date(…)/ or ISO 8601") from None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def civil_date(text: str | None) -> date | None:
    """The organisation's own date, which Xero writes as that day's midnight in UTC."""
    moment = instant(text)
    return None if moment is None else moment.date()


def _rows(body: Any, name: str, shape: type[T]) -> Sequence[T]:
    """The rows of an envelope. Nothing at all is how "not modified" looks."""
    if body is None:
        return ()
    if not isinstance(body, dict) or name not in body:
        raise WireMismatch(path=f"$.{name}", wanted="a list")
    return shaped(body[name], list[shape], path=f"$.{name}")  # type: ignore[valid-type]


def _is_active(status: str | None) -> bool:
    return status not in _GONE


def _last_digits(number: str | None) -> str | None:
    digits = "".join(character for character in number or "" if character.isdigit())
    return digits[-4:] or None


def _vat_scheme(basis: str | None, period: str | None) -> str | None:
    """In words where we know them, else in Xero's; None for an organisation without."""
    known = (_BASES.get(basis or "", basis), _PERIODS.get(period or "", period))
    return ", ".join(word for word in known if word and word != "NONE") or None
