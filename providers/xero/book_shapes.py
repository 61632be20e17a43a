"""The fields of Xero's JSON that the books are made of.

Names as in Xero OpenAPI 16.1.0 (accounting) and 3.0.0 (assets). Other fields are passed over and
every enumeration is a string: both grow without notice. Bodies are decoded straight into these.
"""

from decimal import Decimal
from typing import Any, cast

import msgspec


class _Part(msgspec.Struct, gc=False):
    """Made by the ten thousand and never part of a cycle: nothing for the collector to follow."""


class ContactRef(_Part):
    ContactID: str | None = None
    Name: str | None = None


class AccountRef(_Part):
    AccountID: str | None = None
    Code: str | None = None
    CurrencyCode: str | None = None


class TrackingRef(_Part):
    TrackingCategoryID: str | None = None
    TrackingOptionID: str | None = None
    Name: str | None = None
    Option: str | None = None


class LineRow(_Part):
    """A line of any document but a manual journal."""

    LineItemID: str | None = None
    Description: str | None = None
    AccountID: str | None = None
    AccountCode: str | None = None
    TaxType: str | None = None
    LineAmount: Decimal | None = None
    TaxAmount: Decimal | None = None
    Quantity: Decimal | None = None
    UnitAmount: Decimal | None = None
    ItemCode: str | None = None
    Tracking: list[TrackingRef] | None = None


class JournalLineRow(_Part):
    Description: str | None = None
    AccountID: str | None = None
    AccountCode: str | None = None
    TaxType: str | None = None
    LineAmount: Decimal | None = None
    TaxAmount: Decimal | None = None
    IsBlank: bool | None = None
    Tracking: list[TrackingRef] | None = None


class InvoiceRef(_Part):
    InvoiceID: str | None = None
    CurrencyCode: str | None = None
    Contact: ContactRef | None = None


class CreditNoteRef(_Part):
    CreditNoteID: str | None = None
    CurrencyCode: str | None = None
    Contact: ContactRef | None = None


class OverpaymentRef(_Part):
    OverpaymentID: str | None = None
    CurrencyCode: str | None = None
    Contact: ContactRef | None = None


class PrepaymentRef(_Part):
    PrepaymentID: str | None = None
    CurrencyCode: str | None = None
    Contact: ContactRef | None = None


class PaymentRef(_Part):
    PaymentID: str | None = None
    Amount: Decimal | None = None
    Date: str | None = None


class BatchRef(_Part):
    BatchPaymentID: str | None = None


class AllocationRow(_Part):
    Amount: Decimal | None = None
    Date: str | None = None
    IsDeleted: bool | None = None
    Invoice: InvoiceRef | None = None


class DocumentRow(_Part):
    """What invoices, credit notes and the like have in common."""

    Status: str | None = None
    Contact: ContactRef | None = None
    Date: str | None = None
    LineAmountTypes: str | None = None
    LineItems: list[LineRow] | None = None
    CurrencyCode: str | None = None
    CurrencyRate: Decimal | None = None
    SubTotal: Decimal | None = None
    TotalTax: Decimal | None = None
    Total: Decimal | None = None
    HasAttachments: bool | None = None
    Reference: str | None = None
    UpdatedDateUTC: str | None = None


class InvoiceRow(DocumentRow, kw_only=True):
    InvoiceID: str
    Type: str | None = None
    InvoiceNumber: str | None = None
    DueDate: str | None = None
    Url: str | None = None
    AmountDue: Decimal | None = None
    AmountPaid: Decimal | None = None
    AmountCredited: Decimal | None = None
    FullyPaidOnDate: str | None = None
    Overpayments: list[OverpaymentRef] | None = None
    Prepayments: list[PrepaymentRef] | None = None


class CreditRow(DocumentRow):
    """Money or credit that settles other documents until `RemainingCredit` is used up."""

    Type: str | None = None
    RemainingCredit: Decimal | None = None
    Allocations: list[AllocationRow] | None = None
    Payments: list[PaymentRef] | None = None


class CreditNoteRow(CreditRow, kw_only=True):
    CreditNoteID: str
    CreditNoteNumber: str | None = None
    DueDate: str | None = None
    FullyPaidOnDate: str | None = None


class OverpaymentRow(CreditRow, kw_only=True):
    OverpaymentID: str


class PrepaymentRow(CreditRow, kw_only=True):
    PrepaymentID: str
    InvoiceNumber: str | None = None


class BankTransactionRow(DocumentRow, kw_only=True):
    BankTransactionID: str
    Type: str | None = None
    BankAccount: AccountRef | None = None
    IsReconciled: bool | None = None
    Url: str | None = None


class PurchaseOrderRow(DocumentRow, kw_only=True):
    PurchaseOrderID: str
    PurchaseOrderNumber: str | None = None
    DeliveryDate: str | None = None


class ManualJournalRow(_Part):
    ManualJournalID: str
    Narration: str | None = None
    Date: str | None = None
    Status: str | None = None
    LineAmountTypes: str | None = None
    JournalLines: list[JournalLineRow] | None = None
    Url: str | None = None
    HasAttachments: bool | None = None
    UpdatedDateUTC: str | None = None


class BankTransferRow(_Part):
    BankTransferID: str
    FromBankAccount: AccountRef | None = None
    ToBankAccount: AccountRef | None = None
    Amount: Decimal | None = None
    Date: str | None = None
    Status: str | None = None
    Reference: str | None = None
    FromIsReconciled: bool | None = None
    ToIsReconciled: bool | None = None
    HasAttachments: bool | None = None
    CreatedDateUTC: str | None = None


class PaymentRow(_Part):
    PaymentID: str
    PaymentType: str | None = None
    Status: str | None = None
    Date: str | None = None
    Amount: Decimal | None = None
    CurrencyRate: Decimal | None = None
    Reference: str | None = None
    IsReconciled: bool | None = None
    Account: AccountRef | None = None
    Invoice: InvoiceRef | None = None
    CreditNote: CreditNoteRef | None = None
    Overpayment: OverpaymentRef | None = None
    Prepayment: PrepaymentRef | None = None
    BatchPayment: BatchRef | None = None
    BatchPaymentID: str | None = None
    UpdatedDateUTC: str | None = None


class BatchPaymentRow(_Part):
    BatchPaymentID: str
    Type: str | None = None
    Status: str | None = None
    Date: str | None = None
    TotalAmount: Decimal | None = None
    Reference: str | None = None
    IsReconciled: bool | None = None
    Account: AccountRef | None = None
    Payments: list[PaymentRef] | None = None
    UpdatedDateUTC: str | None = None


class PhoneRow(_Part):
    PhoneType: str | None = None
    PhoneCountryCode: str | None = None
    PhoneAreaCode: str | None = None
    PhoneNumber: str | None = None


class AddressRow(_Part):
    AddressType: str | None = None
    AddressLine1: str | None = None
    AddressLine2: str | None = None
    AddressLine3: str | None = None
    AddressLine4: str | None = None
    City: str | None = None
    Region: str | None = None
    PostalCode: str | None = None
    Country: str | None = None


class ContactRow(_Part):
    ContactID: str
    Name: str | None = None
    ContactStatus: str | None = None
    MergedToContactID: str | None = None
    IsSupplier: bool | None = None
    IsCustomer: bool | None = None
    EmailAddress: str | None = None
    TaxNumber: str | None = None
    CompanyNumber: str | None = None
    BankAccountDetails: str | None = None
    DefaultCurrency: str | None = None
    SalesDefaultAccountCode: str | None = None
    PurchasesDefaultAccountCode: str | None = None
    AccountsReceivableTaxType: str | None = None
    AccountsPayableTaxType: str | None = None
    Phones: list[PhoneRow] | None = None
    Addresses: list[AddressRow] | None = None
    UpdatedDateUTC: str | None = None


class AccountRow(_Part):
    AccountID: str
    Name: str | None = None
    Code: str | None = None
    Type: str | None = None
    Class: str | None = None
    Status: str | None = None
    SystemAccount: str | None = None
    TaxType: str | None = None
    CurrencyCode: str | None = None
    Description: str | None = None
    ReportingCode: str | None = None
    UpdatedDateUTC: str | None = None


class TradeRow(_Part):
    AccountCode: str | None = None
    COGSAccountCode: str | None = None


class ItemRow(_Part):
    ItemID: str
    Code: str | None = None
    Name: str | None = None
    SalesDetails: TradeRow | None = None
    PurchaseDetails: TradeRow | None = None
    UpdatedDateUTC: str | None = None


class AssetRow(_Part, rename="camel"):
    asset_id: str
    asset_name: str
    asset_type_id: str | None = None
    asset_number: str | None = None
    asset_status: str | None = None
    purchase_date: str | None = None
    purchase_price: Decimal | None = None
    accounting_book_value: Decimal | None = None


class AssetTypeRow(_Part, rename="camel"):
    asset_type_id: str
    asset_type_name: str = ""
    fixed_asset_account_id: str | None = None
    accumulated_depreciation_account_id: str | None = None


class AssetSettingsRow(_Part, rename="camel"):
    last_depreciation_date: str | None = None


class Pagination(_Part, rename="camel"):
    page: int | None = None
    page_size: int | None = None
    page_count: int | None = None
    item_count: int | None = None


class Envelope(_Part, kw_only=True):
    """Around every list. `DateTimeUTC` is Xero's clock; `rows` has another name in each."""

    DateTimeUTC: str | None = None
    pagination: Pagination | None = None
    rows: list[Any]


def enveloped(name: str, row: type[msgspec.Struct]) -> type[Envelope]:
    """The envelope in which a list of `row` comes under `name`."""
    rows = ("rows", list[row], msgspec.field(name=name))  # type: ignore[valid-type]
    shape = msgspec.defstruct(name, [rows], bases=(Envelope,), kw_only=True)
    return cast("type[Envelope]", shape)
