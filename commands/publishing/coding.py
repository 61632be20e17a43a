"""How an item is posted, field by field, and where each value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Coded(StrEnum):
    """A field of coding. Values are text: ids of list entries, `yes` or `no`, days as ISO 8601."""

    CONTACT = "contact"
    ACCOUNT = "account"
    TAX_RATE = "tax_rate"
    PRODUCT = "product"
    TRACKING_1 = "tracking_1"  # the option's id
    TRACKING_2 = "tracking_2"
    CUSTOMER = "customer"  # whom it is charged on to
    BILLABLE = "billable"
    DESCRIPTION = "description"
    DUE_DAY = "due_day"
    CURRENCY = "currency"
    PAID = "paid"
    PAYMENT_METHOD = "payment_method"
    BANK_ACCOUNT = "bank_account"
    PAID_ON = "paid_on"
    PUBLISH_TO = "publish_to"
    PUBLISH_AS = "publish_as"


OF_LINES = frozenset(
    {
        Coded.ACCOUNT, Coded.TAX_RATE, Coded.PRODUCT, Coded.TRACKING_1, Coded.TRACKING_2,
        Coded.CUSTOMER, Coded.BILLABLE, Coded.DESCRIPTION,
    }
)  # fmt: skip


class Source(StrEnum):
    """Where a value comes from, from the strongest to the weakest, as people read it."""

    MANUAL_LINE = "manual, on this line"
    MANUAL = "manual"
    BANK_MATCH = "bank match"
    METHOD_RULE = "payment method rule"
    SUPPLIER_RULE = "supplier rule"
    CUSTOMER_RULE = "customer rule"
    USER_RULE = "user rule"
    READ = "read off the document"
    CONTACT = "contact's default"
    DEFAULT = "default"
    ACCOUNT = "account's default"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sourced:
    """A value and where it is from. `by` is the person or the name of the rule.

    An empty value is somebody's word that there is none: it wins like any other.
    """

    value: str
    source: Source
    by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding:
    """Of a whole item, and of each of its lines where that differs; what is absent is not known."""

    fields: Mapping[Coded, Sourced] = field(default_factory=dict)
    lines: tuple[Mapping[Coded, Sourced], ...] = ()

    def get(self, name: Coded, line: int | None = None) -> str | None:
        """The value for the item, or for one line of it; None where there is none."""
        found = self.of(name, line)
        return (found.value or None) if found else None

    def of(self, name: Coded, line: int | None = None) -> Sourced | None:
        """The same with its source."""
        own = self.lines[line].get(name) if line is not None and line < len(self.lines) else None
        return own or self.fields.get(name)
