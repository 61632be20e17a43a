"""The answers to what we write in QuickBooks; names as in Intuit's Finance.xsd."""

from typing import Any

import msgspec

from providers.quickbooks.book_shapes import DocumentRow, NameEntry, PaymentRow
from providers.quickbooks.shapes import AccountRow, TaxCodeRow, TaxRateRow


class Kept(DocumentRow):
    """A document with the token that a change of it must show."""

    SyncToken: str = "0"


class File(msgspec.Struct):
    Id: str = ""
    FileName: str | None = None
    Size: int | None = None


class One(msgspec.Struct):
    """The answer to a single read or write."""

    Bill: Kept | None = None
    Purchase: Kept | None = None
    VendorCredit: Kept | None = None
    Invoice: Kept | None = None
    SalesReceipt: Kept | None = None
    CreditMemo: Kept | None = None
    Account: AccountRow | None = None
    Vendor: NameEntry | None = None
    Customer: NameEntry | None = None
    BillPayment: PaymentRow | None = None
    Payment: PaymentRow | None = None


class Found(msgspec.Struct):
    """The rows of a query. An empty result lacks the entity altogether."""

    Bill: list[Kept] | None = None
    Purchase: list[Kept] | None = None
    VendorCredit: list[Kept] | None = None
    Invoice: list[Kept] | None = None
    SalesReceipt: list[Kept] | None = None
    CreditMemo: list[Kept] | None = None
    Account: list[AccountRow] | None = None
    Vendor: list[NameEntry] | None = None
    Customer: list[NameEntry] | None = None
    TaxCode: list[TaxCodeRow] | None = None
    TaxRate: list[TaxRateRow] | None = None
    Attachable: list[File] | None = None


class Response(msgspec.Struct):
    QueryResponse: Found


class Made(One):
    """What came of one part of a batch."""

    number: str = msgspec.field(default="", name="bId")
    QueryResponse: Found | None = None
    Fault: Any = None
    fault: Any = None


class Answers(msgspec.Struct):
    BatchItemResponse: list[Made]


class Uploaded(msgspec.Struct):
    Attachable: File | None = None
    Fault: Any = None
    fault: Any = None


class UploadAnswer(msgspec.Struct):
    AttachableResponse: list[Uploaded]
