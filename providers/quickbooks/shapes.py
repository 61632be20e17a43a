"""The fields of QuickBooks' JSON that we read; names as in Intuit's Finance.xsd.

Other fields are ignored and every enumeration is a string: both grow without notice. A field
must not be called like its type: the class body would read the default instead of the type.
"""

from decimal import Decimal

import msgspec


class Part(msgspec.Struct, gc=False):
    """Made by the ten thousand and never part of a cycle: nothing for the collector to follow."""


class Ref(Part):
    value: str | None = None


class MetaDataPart(Part):
    LastUpdatedTime: str | None = None


class Row(Part):
    """What every list entry has."""

    Id: str
    Active: bool | None = None
    MetaData: MetaDataPart | None = None


class AccountRow(Row):
    Name: str = ""
    FullyQualifiedName: str | None = None
    AcctNum: str | None = None
    AccountType: str | None = None
    AccountSubType: str | None = None
    Classification: str | None = None
    TaxCodeRef: Ref | None = None
    CurrencyRef: Ref | None = None
    BankNum: str | None = None


class TaxRateRow(Row):
    Name: str = ""
    RateValue: Decimal | None = None


class TaxRateDetailPart(Part):
    TaxRateRef: Ref
    TaxTypeApplicable: str | None = None


class TaxRateList(Part):
    TaxRateDetail: list[TaxRateDetailPart] | None = None


class TaxCodeRow(Row):
    Name: str = ""
    Hidden: bool | None = None
    Taxable: bool | None = None
    SalesTaxRateList: TaxRateList | None = None
    PurchaseTaxRateList: TaxRateList | None = None


class EmailAddress(Part):
    Address: str | None = None


class NameRow(Row):
    """A vendor or a customer; the two share one namespace of display names."""

    DisplayName: str | None = None
    FullyQualifiedName: str | None = None
    AcctNum: str | None = None
    PrimaryEmailAddr: EmailAddress | None = None
    CurrencyRef: Ref | None = None
    TaxIdentifier: str | None = None
    PrimaryTaxIdentifier: str | None = None
    BusinessNumber: str | None = None
    GSTIN: str | None = None
    Job: bool | None = None
    IsProject: bool | None = None


class ItemRow(Row):
    Name: str = ""
    FullyQualifiedName: str | None = None
    Sku: str | None = None
    Type: str | None = None
    IncomeAccountRef: Ref | None = None
    ExpenseAccountRef: Ref | None = None
    AssetAccountRef: Ref | None = None


class DimensionRow(Row):
    """A class or a department."""

    Name: str = ""
    FullyQualifiedName: str | None = None


class CurrencyRow(Row):
    """A currency beside the home currency; `Code` is of ISO 4217."""

    Code: str = ""


class NameValuePair(Part):
    Name: str
    Value: str | None = None


class CompanyInfo(Part):
    CompanyName: str
    LegalName: str | None = None
    Country: str | None = None
    DefaultTimeZone: str | None = None
    FiscalYearStartMonth: str | None = None
    SampleFile: bool | None = None
    NameValue: list[NameValuePair] | None = None


class AccountingPart(Part):
    BookCloseDate: str | None = None


class CurrencyPart(Part):
    MultiCurrencyEnabled: bool | None = None
    HomeCurrency: Ref | None = None


class TaxPart(Part):
    UsingSalesTax: bool | None = None
    PartnerTaxEnabled: bool | None = None


class Preferences(Part):
    AccountingInfoPrefs: AccountingPart | None = None
    CurrencyPrefs: CurrencyPart | None = None
    TaxPrefs: TaxPart | None = None
