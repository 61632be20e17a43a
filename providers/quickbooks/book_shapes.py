"""The fields of QuickBooks' books that a sync reads; names as in Intuit's Finance.xsd.

One shape serves every transaction and one every kind of line: what a kind does not have is None.
Words of an enumeration are strings, and what was deleted since comes as an id and a `status`
alone, so that everything but the id may be missing.
"""

from decimal import Decimal
from typing import Any

import msgspec

from providers.quickbooks.shapes import (
    AccountRow,
    DimensionRow,
    ItemRow,
    NameRow,
    Part,
    Ref,
    TaxCodeRow,
    TaxRateRow,
)


class AccountEntry(AccountRow):
    status: str | None = None
    Description: str | None = None


class DimensionEntry(DimensionRow):
    status: str | None = None


class ItemEntry(ItemRow):
    status: str | None = None


class PhoneNumber(Part):
    FreeFormNumber: str | None = None


class PostalAddress(Part):
    Line1: str | None = None
    Line2: str | None = None
    Line3: str | None = None
    City: str | None = None
    CountrySubDivisionCode: str | None = None
    PostalCode: str | None = None
    Country: str | None = None


class BankDetail(Part):
    BankBranchIdentifier: str | None = None
    BankAccountNumber: str | None = None


class NameEntry(NameRow):
    """A customer, a vendor or an employee."""

    status: str | None = None
    PrimaryPhone: PhoneNumber | None = None
    BillAddr: PostalAddress | None = None
    PrefillAccountRef: Ref | None = None
    DefaultTaxCodeRef: Ref | None = None
    CompanyRegistrationNumber: str | None = None
    VendorPaymentBankDetail: BankDetail | None = None


class Stamps(Part):
    CreateTime: str | None = None
    LastUpdatedTime: str | None = None


class LinkedTxnPart(Part):
    TxnId: str | None = None
    TxnType: str | None = None


class EntityPart(Part):
    """Whom a line is about: journals put the reference inside, deposits are it themselves."""

    Type: str | None = None
    EntityRef: Ref | None = None
    value: str | None = None
    type: str | None = None


class DetailPart(Part):
    """What a line is made of, whatever its kind."""

    AccountRef: Ref | None = None
    ItemAccountRef: Ref | None = None
    DiscountAccountRef: Ref | None = None
    ItemRef: Ref | None = None
    TaxCodeRef: Ref | None = None
    ClassRef: Ref | None = None
    DepartmentRef: Ref | None = None
    CustomerRef: Ref | None = None
    Entity: EntityPart | None = None
    PostingType: str | None = None
    Qty: Decimal | None = None
    UnitPrice: Decimal | None = None
    TaxAmount: Decimal | None = None
    TaxInclusiveAmt: Decimal | None = None


class GroupPart(Part):
    Line: list["LineRow"] | None = None


class SubTotalPart(Part):
    """A sum of the lines above; nothing in it is read."""


class LineRow(Part):
    Id: str | None = None
    Description: str | None = None
    Amount: Decimal | None = None
    DetailType: str | None = None
    LinkedTxn: list[LinkedTxnPart] | None = None
    ProjectRef: Ref | None = None
    SalesItemLineDetail: DetailPart | None = None
    AccountBasedExpenseLineDetail: DetailPart | None = None
    ItemBasedExpenseLineDetail: DetailPart | None = None
    JournalEntryLineDetail: DetailPart | None = None
    DepositLineDetail: DetailPart | None = None
    DiscountLineDetail: DetailPart | None = None
    SalesOrderItemLineDetail: DetailPart | None = None
    PurchaseOrderItemLineDetail: DetailPart | None = None
    DescriptionLineDetail: DetailPart | None = None
    GroupLineDetail: GroupPart | None = None
    SubTotalLineDetail: SubTotalPart | None = None


class TaxDetailPart(Part):
    TotalTax: Decimal | None = None


class CashBackPart(Part):
    AccountRef: Ref | None = None
    Amount: Decimal | None = None
    Memo: str | None = None


class TransactionRow(Part):
    """What documents and payments have in common."""

    Id: str
    status: str | None = None
    MetaData: Stamps | None = None
    DocNumber: str | None = None
    TxnDate: str | None = None
    CurrencyRef: Ref | None = None
    ExchangeRate: Decimal | None = None
    PrivateNote: str | None = None
    PaymentRefNum: str | None = None
    TotalAmt: Decimal | None = None
    Line: list[LineRow] | None = None
    LinkedTxn: list[LinkedTxnPart] | None = None
    CustomerRef: Ref | None = None
    VendorRef: Ref | None = None
    DepositToAccountRef: Ref | None = None


class DocumentRow(TransactionRow):
    DueDate: str | None = None
    ExpirationDate: str | None = None
    TxnStatus: str | None = None
    POStatus: str | None = None
    GlobalTaxCalculation: str | None = None
    TxnTaxDetail: TaxDetailPart | None = None
    Balance: Decimal | None = None
    RemainingCredit: Decimal | None = None
    EntityRef: EntityPart | None = None
    DepartmentRef: Ref | None = None
    ClassRef: Ref | None = None
    ProjectRef: Ref | None = None
    AccountRef: Ref | None = None
    Credit: bool | None = None
    PONumber: str | None = None
    CashBack: CashBackPart | None = None
    Amount: Decimal | None = None
    FromAccountRef: Ref | None = None
    ToAccountRef: Ref | None = None


class CheckPart(Part):
    BankAccountRef: Ref | None = None


class CardPart(Part):
    CCAccountRef: Ref | None = None


class PaymentRow(TransactionRow):
    CheckPayment: CheckPart | None = None
    CreditCardPayment: CardPart | None = None


class EntityRows(Part):
    """The answer to one query, or what changed of one entity: rows under the entity's name."""

    Account: list[AccountEntry] | None = None
    TaxCode: list[TaxCodeRow] | None = None
    TaxRate: list[TaxRateRow] | None = None
    Class: list[DimensionEntry] | None = None
    Department: list[DimensionEntry] | None = None
    Item: list[ItemEntry] | None = None
    Customer: list[NameEntry] | None = None
    Vendor: list[NameEntry] | None = None
    Employee: list[NameEntry] | None = None
    Invoice: list[DocumentRow] | None = None
    Bill: list[DocumentRow] | None = None
    CreditMemo: list[DocumentRow] | None = None
    VendorCredit: list[DocumentRow] | None = None
    Purchase: list[DocumentRow] | None = None
    Deposit: list[DocumentRow] | None = None
    SalesReceipt: list[DocumentRow] | None = None
    RefundReceipt: list[DocumentRow] | None = None
    Transfer: list[DocumentRow] | None = None
    JournalEntry: list[DocumentRow] | None = None
    PurchaseOrder: list[DocumentRow] | None = None
    Estimate: list[DocumentRow] | None = None
    Payment: list[PaymentRow] | None = None
    BillPayment: list[PaymentRow] | None = None
    total: int | None = msgspec.field(default=None, name="totalCount")
    Fault: Any = None
    fault: Any = None


class QueryAnswer(Part):
    QueryResponse: EntityRows
    time: str | None = None


class BatchItem(Part):
    number: str = msgspec.field(name="bId")
    QueryResponse: EntityRows | None = None
    Fault: Any = None
    fault: Any = None


class BatchAnswer(Part):
    BatchItemResponse: list[BatchItem]
    time: str


class ChangeSet(Part):
    QueryResponse: list[EntityRows] | None = None
    Fault: Any = None
    fault: Any = None


class ChangesAnswer(Part):
    CDCResponse: list[ChangeSet]
    time: str
