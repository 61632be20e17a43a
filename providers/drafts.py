"""What we ask a ledger to create, what came of it, and where each kind of document can go.

Amounts are positive Decimals in the currency of the document: whether money comes or goes is told
by its kind. Accounts, tax rates, products, contacts and tracking are named by the `remote_id` of
their list entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from providers.books import DocumentKind, DocumentStatus, TaxTreatment
from providers.errors import Problem, ProviderError

Day: TypeAlias = date  # within classes whose fields are called date


class Destination(StrEnum):
    """Where in a ledger a document goes; each ledger has some of these."""

    PURCHASES = "purchases"  # a bill, or a supplier's credit
    SALES = "sales"  # an invoice, or a credit to a customer
    BANK = "bank accounts"  # straight to the bank: spend or receive money
    CASH = "cash"
    CHEQUE = "cheque"
    CARD = "credit card"
    RECEIPT = "sales receipt"
    CLAIM = "expense claims"


class PublishAs(StrEnum):
    """How far along a document is to be when it arrives."""

    DRAFT = "draft"
    SUBMITTED = "awaiting approval"
    OPEN = "awaiting payment"
    PAID = "paid"


AT_THE_BANK = frozenset(
    {
        Destination.BANK,
        Destination.CASH,
        Destination.CHEQUE,
        Destination.CARD,
        Destination.RECEIPT,
    }
)  # money that has moved already


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracked:
    """A choice in one dimension of analysis: both by id, as the list of tracking has them."""

    category: str
    option: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftLine:
    """One line. `amount` contains its tax where the draft says INCLUSIVE; it is `quantity` times
    `unit_price`. `tax_amount` is what the document says, None to let the ledger compute it.
    `tax_percent` is what the rate came to when the lists were read, None where they do not tell."""

    description: str
    amount: Decimal
    account: str | None = None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    tax_rate: str | None = None
    tax_amount: Decimal | None = None
    tax_percent: Decimal | None = None
    tracking: tuple[Tracked, ...] = ()
    product: str | None = None
    customer: str | None = None
    is_billable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A document, complete. `kind` is BILL, BILL_CREDIT, INVOICE or INVOICE_CREDIT, whatever the
    destination makes of it.

    `reference` is ours, at most 40 letters, digits and dashes, another for each time an item is
    sent as a new document: it is written where the ledger keeps it and found by. Without `contact`
    one called `contact_name` is found or made. `rate` is the base currency's worth of one unit of
    `currency`. `total` contains tax. `bank_account` and `paid_on` tell what paid it.
    """

    reference: str
    kind: DocumentKind
    destination: Destination
    publish_as: PublishAs
    contact_name: str
    contact: str | None = None
    number: str | None = None
    date: Day
    due_date: Day | None = None
    currency: str
    rate: Decimal | None = None
    treatment: TaxTreatment
    lines: tuple[DraftLine, ...]
    total: Decimal
    bank_account: str | None = None
    paid_on: Day | None = None
    note: str | None = None

    @property
    def posted_on(self) -> Day:
        """The day it stands under in the books: money at the bank, the day on which it moved."""
        return (self.paid_on if self.destination in AT_THE_BANK else None) or self.date


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A document as the ledger has it now. `source` is the vendor's word for its resource, as in
    the books; `kind` leads to its page. `remarks` are what the ledger wants known about it."""

    source: str
    remote_id: str
    kind: DocumentKind
    status: DocumentStatus
    total: Decimal
    number: str | None = None
    contact: str | None = None
    is_paid: bool = False
    is_settled: bool = False  # something is paid, credited or reconciled: it cannot be taken back
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The ledger does not take it: nothing was made. The code of a problem is one of the
    catalogue's (product §12) where we know it, else empty."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unheard:
    """Sent, and no answer came: it may have been made. Look it up before sending it again."""

    error: ProviderError


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """Something came in between before this one was sent."""

    error: ProviderError


Outcome = Published | Refused | Unheard | NotSent


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file to hang on a document."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A destination for one kind of document. With `why_not` it cannot be gone, for that reason.

    `makes` is the ledger's own word for the result. `needs_bank_account` in any case; to be PAID
    one is always needed.
    """

    kind: DocumentKind
    destination: Destination
    name: str  # of the destination, as the ledger's users call it
    makes: str
    publish_as: tuple[PublishAs, ...]
    needs_bank_account: bool = False
    why_not: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """What a ledger takes from us, on its plan. `batch` documents go in one call."""

    ways: tuple[Way, ...]
    batch: int
    needs_tax_rate: bool = False
    needs_product_on_sales: bool = False
    number_length: int = 255
    attachment_bytes: int
    attachment_types: frozenset[str]  # endings, without the dot
    attachments: int | None = None  # files on one document
    tracking: int = 2  # dimensions on a line
    tracked_whole: frozenset[str] = frozenset()  # categories with one choice for a document
    rebills: bool = False  # whether a cost can be put down to a customer
    bank_match: bool = False
    key_life: timedelta  # how long the vendor remembers a key

    def way(self, kind: DocumentKind, destination: Destination) -> Way | None:
        return next((w for w in self.ways if (w.kind, w.destination) == (kind, destination)), None)

    def open_ways(self, kind: DocumentKind) -> Sequence[Way]:
        """Those that can be gone."""
        return [way for way in self.ways if way.kind is kind and way.why_not is None]
