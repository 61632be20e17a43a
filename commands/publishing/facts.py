"""What a document says, and what its lines say, whoever found it out."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """Which way the money goes."""

    COST = "cost"
    SALE = "sale"
    CLAIM = "claim"  # an expense of a person, to be paid back


class ItemKind(StrEnum):
    """What sort of document it is."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"


@dataclass(frozen=True, kw_only=True, slots=True)
class FactLine:
    """One line as the document has it: `net` without tax, `total` with it. `manual` is how people
    coded this line, {field: value}, which wins over the item's coding; `coded` is how the rule did
    that divided the item into lines. `category` is what the document itself calls its account."""

    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    tax_percent: Decimal | None = None
    category: str = ""
    manual: dict[str, str] = field(default_factory=dict)
    coded: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Amounts are positive in `currency`; a credit note says so by its kind. `total` contains
    tax; `tax_by_hand` says that a person wrote the tax down, so that no rate changes it. `last4`
    are the digits of the card that paid. `tax_number` and `iban` are the supplier's. `rate` is the
    base currency's worth of one unit of `currency`. `owner` is a person's id.
    """

    side: Side = Side.COST
    kind: ItemKind = ItemKind.INVOICE
    supplier: str | None = None  # of a sale, the customer
    day: date | None = None
    due_day: date | None = None
    number: str | None = None
    currency: str | None = None
    total: Decimal | None = None
    tax: Decimal | None = None
    description: str | None = None
    category: str | None = None
    note: str | None = None
    last4: str | None = None
    tax_number: str | None = None
    iban: str | None = None
    lines: tuple[FactLine, ...] = ()
    owner: str = ""
    owner_name: str = ""
    rate: Decimal | None = None
    tax_by_hand: bool = False
    submitted_at: datetime | None = None
