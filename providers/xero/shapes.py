"""The fields of Xero's JSON that we read.

Other fields are ignored and every enumeration is a string: both grow without notice.
"""

from decimal import Decimal

import msgspec


class Connection(msgspec.Struct, rename="camel"):
    """A row of GET /connections, which is a bare array."""

    id: str
    tenant_id: str
    tenant_type: str = ""
    tenant_name: str | None = None


class OrganisationRow(msgspec.Struct):
    Name: str
    LegalName: str | None = None
    BaseCurrency: str | None = None
    CountryCode: str | None = None
    IsDemoCompany: bool | None = None
    OrganisationStatus: str | None = None
    RegistrationNumber: str | None = None
    TaxNumber: str | None = None
    SalesTaxBasis: str | None = None
    SalesTaxPeriod: str | None = None
    FinancialYearEndDay: int | None = None
    FinancialYearEndMonth: int | None = None
    PeriodLockDate: str | None = None
    EndOfYearLockDate: str | None = None
    Timezone: str | None = None
    Class: str | None = None
    ShortCode: str | None = None


class CurrencyRow(msgspec.Struct):
    Code: str


class AccountRow(msgspec.Struct):
    AccountID: str
    Name: str
    Code: str | None = None
    Type: str | None = None
    Class: str | None = None
    Status: str | None = None
    TaxType: str | None = None
    CurrencyCode: str | None = None
    BankAccountType: str | None = None
    BankAccountNumber: str | None = None
    SystemAccount: str | None = None
    UpdatedDateUTC: str | None = None


class TaxRateRow(msgspec.Struct):
    TaxType: str
    Name: str
    Status: str | None = None
    EffectiveRate: Decimal | None = None
    CanApplyToExpenses: bool | None = None
    CanApplyToRevenue: bool | None = None


class ContactRow(msgspec.Struct):
    ContactID: str
    Name: str | None = None
    ContactStatus: str | None = None
    EmailAddress: str | None = None
    TaxNumber: str | None = None
    AccountNumber: str | None = None
    DefaultCurrency: str | None = None
    IsSupplier: bool | None = None
    IsCustomer: bool | None = None
    UpdatedDateUTC: str | None = None


class ItemRow(msgspec.Struct):
    ItemID: str
    Code: str | None = None
    Name: str | None = None
    IsSold: bool | None = None
    IsPurchased: bool | None = None
    UpdatedDateUTC: str | None = None


class OptionRow(msgspec.Struct):
    TrackingOptionID: str
    Name: str
    Status: str | None = None


class CategoryRow(msgspec.Struct):
    TrackingCategoryID: str
    Name: str
    Status: str | None = None
    Options: list[OptionRow] | None = None


class Pagination(msgspec.Struct, rename="camel"):
    page_count: int | None = None
    item_count: int | None = None
