"""What a sync brings home: one set of books in one vocabulary, whatever ledger it came from.

Money is Decimal in the currency named beside it. Every record carries the vendor's own id; the
pair (`source`, `remote_id`) tells records of an organisation apart, where `source` is the vendor's
word for the resource ("Invoices", "Bill"): QuickBooks numbers each resource on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from providers.errors import NotPermitted

Day: TypeAlias = date  # within classes whose fields are called date


class DocumentKind(StrEnum):
    """What a document is to an accountant."""

    INVOICE = "invoice"  # we sold
    BILL = "bill"  # we bought
    INVOICE_CREDIT = "invoice credit"
    BILL_CREDIT = "bill credit"
    MONEY_IN = "money in"  # straight to the bank, no invoice
    MONEY_OUT = "money out"
    TRANSFER = "transfer"  # between own bank accounts: from `bank_account` to `to_account`
    PREPAYMENT_IN = "prepayment in"
    PREPAYMENT_OUT = "prepayment out"
    OVERPAYMENT_IN = "overpayment in"
    OVERPAYMENT_OUT = "overpayment out"
    PURCHASE_ORDER = "purchase order"
    MANUAL_JOURNAL = "manual journal"  # lines signed, debits positive
    ESTIMATE = "estimate"


class DocumentStatus(StrEnum):
    """Where a document stands. VOID and DELETED stay in the copy: checks ask about them."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # waits for approval
    OPEN = "open"  # approved, something is due or nothing is to be paid
    PAID = "paid"
    VOID = "void"
    DELETED = "deleted"
    UNKNOWN = "unknown"  # a word of the ledger's that is new to us


STANDING = (DocumentStatus.OPEN, DocumentStatus.PAID)  # it is in the books


class TaxTreatment(StrEnum):
    """How the amounts of lines relate to tax."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    NONE = "none"


class PaymentKind(StrEnum):
    """Whose money moved, and which way."""

    RECEIPT = "receipt"  # a customer paid
    PAYMENT = "payment"  # we paid a supplier
    REFUND_OUT = "refund out"  # we paid a credit back to a customer
    REFUND_IN = "refund in"  # a supplier paid a credit back
    OTHER = "other"


class BooksRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What every record has. `updated_at` is the vendor's instant, None where it keeps none."""

    source: str
    remote_id: str
    updated_at: datetime | None = None


class LedgerAccount(BooksRecord, frozen=True, kw_only=True):
    """An account of the chart. Class, type and report code are the ledger's own words; a report
    code says what the account holds ("LIA.CUR.TAX", "PayrollTaxPayable")."""

    name: str
    code: str | None = None
    account_class: str = ""  # ASSET, LIABILITY, EQUITY, REVENUE or EXPENSE where it is known
    account_type: str = ""
    system_role: str | None = None  # the ledger's word for what it uses the account for itself
    tax_rate: str | None = None
    currency: str | None = None
    is_bank: bool = False
    is_active: bool = True
    description: str | None = None
    report_code: str | None = None


class LedgerTaxRate(BooksRecord, frozen=True, kw_only=True):
    """A tax rate, by the key that lines name it with. `rate` is a percentage."""

    name: str
    rate: Decimal | None = None
    on_costs: bool = True
    on_sales: bool = True
    is_active: bool = True


class LedgerTracking(BooksRecord, frozen=True, kw_only=True):
    """One choice within a dimension of analysis."""

    name: str
    category_id: str
    category: str
    is_active: bool = True


class LedgerProduct(BooksRecord, frozen=True, kw_only=True):
    """A product or service. What is held in stock is bought to `stock_account`, and is a cost, on
    `purchase_account`, once it is sold."""

    name: str
    code: str | None = None
    sales_account: str | None = None
    purchase_account: str | None = None
    stock_account: str | None = None
    is_active: bool = True


class LedgerContact(BooksRecord, frozen=True, kw_only=True):
    """A supplier, a customer, both or neither yet.

    `merged_into` is the id of the contact that took its place. The four defaults are what the
    ledger itself would fill in: accounts by code or id, tax rates by key, as lines name them.
    """

    name: str
    is_supplier: bool = False
    is_customer: bool = False
    is_active: bool = True
    merged_into: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_number: str | None = None
    company_number: str | None = None
    bank_account: str | None = None
    address: str | None = None
    currency: str | None = None
    sales_account: str | None = None
    purchase_account: str | None = None
    sales_tax: str | None = None
    purchase_tax: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a document. `account` is the account's id where the ledger gives it, else code.

    `amount` is as the document's tax treatment has it; `net` never contains tax. On manual
    journals both are signed, debits positive.
    """

    remote_id: str | None = None
    description: str | None = None
    account_id: str | None = None
    account_code: str | None = None
    tax_rate: str | None = None
    amount: Decimal = Decimal()
    net: Decimal = Decimal()
    tax: Decimal | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    product: str | None = None
    contact_id: str | None = None
    tracking: tuple[tuple[str, str], ...] = ()  # (category, choice) by id: names change


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a payment or credit that settles a document."""

    target_source: str
    target_id: str
    amount: Decimal
    date: Day | None = None


class Document(BooksRecord, frozen=True, kw_only=True):
    """Anything with a date, a currency and lines.

    `contact_name` is there only where the ledger gives no id: names change. `rate` is units of base
    currency for one unit of `currency` (1 in the base currency itself, None where it is not told).
    `subtotal` is without tax. `due` is what is still to be paid or used. `allocations` are what
    this credit, over- or prepayment has settled.
    """

    kind: DocumentKind
    status: DocumentStatus
    remote_status: str = ""
    number: str | None = None
    reference: str | None = None
    contact_id: str | None = None
    contact_name: str | None = None
    date: Day | None = None
    due_date: Day | None = None
    currency: str | None = None
    rate: Decimal | None = None
    tax_treatment: TaxTreatment = TaxTreatment.EXCLUSIVE
    subtotal: Decimal = Decimal()
    tax: Decimal = Decimal()
    total: Decimal = Decimal()
    paid: Decimal = Decimal()
    credited: Decimal = Decimal()
    due: Decimal = Decimal()
    bank_account: str | None = None  # id of the account money came from or went to
    to_account: str | None = None
    is_reconciled: bool | None = None  # None where the ledger does not tell
    has_attachments: bool | None = None
    memo: str | None = None
    url: str | None = None  # what the document links to, as its maker set it
    created_at: datetime | None = None
    fully_paid_on: Day | None = None
    lines: tuple[Line, ...] = ()
    allocations: tuple[Allocation, ...] = ()


class Payment(BooksRecord, frozen=True, kw_only=True):
    """Money that settles documents. `status` is OPEN, VOID or DELETED."""

    kind: PaymentKind
    status: DocumentStatus
    remote_status: str = ""
    date: Day | None = None
    amount: Decimal = Decimal()
    currency: str | None = None
    rate: Decimal | None = None
    reference: str | None = None
    contact_id: str | None = None
    bank_account: str | None = None
    is_reconciled: bool | None = None
    batch_id: str | None = None
    created_at: datetime | None = None
    allocations: tuple[Allocation, ...] = ()


ASSET_TYPE = "TYPE"


class Asset(BooksRecord, frozen=True, kw_only=True):
    """A fixed asset of the register, or with the status ASSET_TYPE a type of them, which says in
    which accounts they are. `depreciated_until` is when the register last ran depreciation."""

    name: str
    number: str | None = None
    status: str = ""
    purchased_on: Day | None = None
    price: Decimal | None = None
    book_value: Decimal | None = None
    asset_account: str | None = None
    depreciation_account: str | None = None
    depreciated_until: Day | None = None


class Clearance(BooksRecord, frozen=True, kw_only=True):
    """What the bank has done with a transaction that is not reconciled yet, by the id of the
    transaction, in ledgers that tell it apart from the transaction itself."""

    is_cleared: bool


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """What one journal did to one account, in the base currency, debits positive."""

    account_id: str | None
    amount: Decimal


class Journal(BooksRecord, frozen=True, kw_only=True):
    """What the ledger itself posted, which nothing changes any more.

    `kind` is ours (DocumentKind, PaymentKind) where we have one, else the ledger's own word.
    `origin` and `origin_id` name the record that it was posted for, or itself where none is told.
    """

    number: int
    kind: str
    origin: str
    origin_id: str
    date: Day | None = None
    postings: tuple[Posting, ...] = ()


AnyRecord: TypeAlias = (
    LedgerAccount
    | LedgerTaxRate
    | LedgerTracking
    | LedgerProduct
    | LedgerContact
    | Document
    | Payment
    | Asset
    | Clearance
    | Journal
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """One resource of a ledger that a sync walks. `name` is the vendor's word, `title` ours.

    `has_changes`: the ledger can be asked for what changed since an instant, not longer ago than
    `reaches_back`. `tells_deletions`: what was deleted still comes, with a status, or is listed;
    otherwise only a whole walk shows what is gone. A stream with `every` is small and read whole,
    not oftener than that. One with `mentioned_only` is read when a page has named it (BooksPage),
    and then like the others. What `comes_and_goes` may be missing in any number at once.
    What `trails` is only ever added to, and the copy is good without it: a walk goes on where the
    one before ended, and gives no more pages than are asked for.
    """

    name: str
    title: str
    has_changes: bool = True
    tells_deletions: bool = True
    reaches_back: timedelta | None = None
    every: timedelta | None = None
    mentioned_only: bool = False
    comes_and_goes: bool = False
    trails: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """What to read of one stream: all of it, or what changed since.

    `resume` is the checkpoint of the last page that was stored, of a walk with the same `since`.
    After so many `pages`, where that is said, the walk rests without having ended.
    """

    stream: str
    since: datetime | None = None
    resume: dict[str, Any] | None = None
    pages: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BooksPage:
    """Part of a walk, to be stored in one transaction with its checkpoint.

    Pages of one stream come in order, of several streams in any. `gone` are remote ids the ledger
    says are deleted, unknown ones among them. `is_whole`, the same on every page of a walk, says
    that the walk gives everything there is: what it does not meet is gone. `is_last` ends the walk:
    then `watermark` is what to ask for next time, by the vendor's clock and with an overlap taken
    off. A walk that the plan, the scopes or the role do not allow ends with `refused`. `mentions`
    are the names of streams that this page shows to be in use. `total` is how many records the
    walk will give, where that is told.
    """

    stream: str
    records: Sequence[AnyRecord] = ()
    gone: Sequence[str] = ()
    checkpoint: dict[str, Any] = field(default_factory=dict)
    is_last: bool = False
    is_whole: bool = False
    watermark: datetime | None = None
    mentions: frozenset[str] = frozenset()
    total: int | None = None
    refused: NotPermitted | None = None
