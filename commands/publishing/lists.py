"""What a client's ledger offers to choose from, as its lists were read last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from providers.drafts import Publishing
from providers.records import (
    Account,
    BankAccount,
    Contact,
    Organisation,
    Product,
    TaxRate,
    TrackingOption,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """Entries by `remote_id`; archived ones are among them, with `active` false.

    `contacts` holds only those that were asked for. `key` and `software` name the ledger. `as_of`
    is when the lists were read.
    """

    key: str
    software: str
    organisation: Organisation
    publishing: Publishing
    accounts: Mapping[str, Account] = field(default_factory=dict)
    tax_rates: Mapping[str, TaxRate] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    tracking: Mapping[str, TrackingOption] = field(default_factory=dict)
    banks: Mapping[str, BankAccount] = field(default_factory=dict)
    as_of: datetime | None = None

    @property
    def base_currency(self) -> str:
        return self.organisation.base_currency or ""

    def is_locked(self, day: date) -> bool:
        """Whether a lock date keeps what is approved out of that day."""
        locks = (self.organisation.lock_date, self.organisation.year_end_lock_date)
        return any(lock is not None and day <= lock for lock in locks)
