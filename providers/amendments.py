"""Small changes of a ledger that a person has us make, and what it takes to put them back."""

from dataclasses import dataclass, field
from enum import StrEnum

from providers.books import AnyRecord


class AmendmentKind(StrEnum):
    """What can be changed; each software says which of these it takes from us."""

    CONTACT_DEFAULTS = "contact defaults"
    ACCOUNT_IN_USE = "account in use"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactDefaults:
    """What the ledger should fill in by itself for a contact.

    Accounts by code, tax rates by key, as lines name them. None leaves what is there, an empty
    text takes it away.
    """

    contact: str
    purchase_account: str | None = None
    sales_account: str | None = None
    purchase_tax: str | None = None
    sales_tax: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountInUse:
    """Whether an account may be posted to. `name` is what it was called before, for a ledger that
    renames what is put away."""

    account: str
    is_active: bool
    name: str | None = None


Amendment = ContactDefaults | AccountInUse

KINDS: dict[type[Amendment], AmendmentKind] = {
    ContactDefaults: AmendmentKind.CONTACT_DEFAULTS,
    AccountInUse: AmendmentKind.ACCOUNT_IN_USE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Amended:
    """What the ledger has now. `undo` puts back what was; None where nothing had to be changed."""

    records: tuple[AnyRecord, ...] = field(default=())
    undo: Amendment | None = None
