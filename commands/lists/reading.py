"""What an import tells: how far it is, what it found, what is different."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from decimal import Decimal
from typing import Any

import msgspec

from commands.lists.diff import Difference
from commands.replies import Part, SmallPrint, Words
from providers.records import (
    Account,
    BankAccount,
    Contact,
    ListKind,
    ListRecord,
    Product,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)
from storage.identity import digest

ORDER = (  # quick ones first, so that something is there soon
    ListKind.ACCOUNTS,
    ListKind.TAX_RATES,
    ListKind.TRACKING,
    ListKind.BANK_ACCOUNTS,
    ListKind.PRODUCTS,
    ListKind.CONTACTS,
)
TITLES = {
    ListKind.ACCOUNTS: "accounts",
    ListKind.TAX_RATES: "tax rates",
    ListKind.TRACKING: "tracking",
    ListKind.BANK_ACCOUNTS: "bank accounts",
    ListKind.PRODUCTS: "products",
    ListKind.CONTACTS: "contacts",
}
RECORDS: dict[type[ListRecord], str] = {
    Account: "account",
    BankAccount: "bank_account",
    TaxRate: "tax_rate",
    Contact: "contact",
    Product: "product",
    TrackingCategory: "tracking_category",
    TrackingOption: "tracking_option",
}
NAMED = 3  # entries named in a difference before it says how many more


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far one list is: `read` of `total`, or just `read` where the ledger does not tell."""

    title: str
    read: int = 0
    total: int | None = None
    is_begun: bool = False
    is_done: bool = False


def record_name(record: ListRecord) -> str:
    """How its kind is stored; a kind of record nobody told us of is stored by its class name."""
    return RECORDS.get(type(record), type(record).__name__.casefold())


def details(record: ListRecord) -> dict[str, Any]:
    """A record's own fields as JSON can hold them; decimals as text, exact."""
    assert is_dataclass(record)
    shared = {"remote_id", "name", "code", "active", "updated_at"}
    own = {k: v for k, v in asdict(record).items() if k not in shared}
    return {k: str(v) if isinstance(v, Decimal) else v for k, v in own.items()}


def fingerprint(record: ListRecord) -> str:
    """The same for two readings exactly when nothing we keep has changed."""
    kept = {
        "record": record_name(record),
        "name": record.name,
        "code": record.code,
        "active": record.active,
        "details": details(record),
    }
    return digest(msgspec.json.encode(kept, order="sorted").decode())


def progress_part(progress: Sequence[Progress]) -> Part:
    """One line: what is in, what is coming."""
    return SmallPrint(template="lists/progress", data={"lists": tuple(progress)})


def change_part(changes: Mapping[ListKind, Difference]) -> Part:
    """What is different since last time, named as far as it can be read."""
    lines = [
        {
            "title": TITLES[kind],
            "added": _some(change.added.values()),
            "renamed": _some(f"{r.old} is now {r.new}" for r in change.renamed.values()),
            "archived": _some(change.archived.values()),
            "restored": _some(change.restored.values()),
            "removed": _some(change.removed.values()),
        }
        for kind, change in changes.items()
        if change
    ]
    return Words(template="lists/changes", data={"lines": lines})


def _some(names: Any) -> dict[str, Any]:
    every = sorted(names)
    return {"count": len(every), "names": every[:NAMED], "more": max(len(every) - NAMED, 0)}
