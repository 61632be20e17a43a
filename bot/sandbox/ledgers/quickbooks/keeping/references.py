"""Which fields of QuickBooks' rows point to which list, for renaming and merging what they name."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.rows import Fields, Row

_PARTIES = frozenset({"Customer", "Vendor", "Employee"})
_OF_PARTIES = frozenset({"EntityRef", "Entity"})  # these say of which kind they are
_LISTS = {
    "SalesTermRef": "Term",
    "DepartmentRef": "Department",
    "PaymentMethodRef": "PaymentMethod",
}
Reference = dict[str, Any]
Replace = Callable[[Reference], Reference]


def pointing_at(books: Books, kind: str, key: str) -> Iterator[tuple[str, Row]]:
    """Every transaction, item or project that names this row."""
    for each in (*TRANSACTIONS, "Item", "Customer"):
        for row in books.rows(each):
            if each == kind and row.id == key:
                continue
            if not row.mentions(key):
                continue
            if replaced(row.fields, kind, key, lambda ref: {**ref, "value": ""}) != row.fields:
                yield each, row


def replaced(fields: Fields, kind: str, key: str, by: Replace) -> Fields:
    """The fields with every reference to that row replaced; the same ones where there is none."""
    changed: Fields = _walk("", fields, kind, key, by)
    return changed


def _walk(name: str, value: Any, kind: str, key: str, by: Replace) -> Any:
    if isinstance(value, list):
        return [_walk(name, each, kind, key, by) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("value") == key and _points_to(name, value, kind):
        return by(value)
    return {inner: _walk(inner, each, kind, key, by) for inner, each in value.items()}


def _points_to(name: str, reference: Reference, kind: str) -> bool:
    if name in _OF_PARTIES:
        return kind in _PARTIES and reference.get("type", kind) == kind
    if name == "ParentRef":
        return kind == "Customer"
    if name in _LISTS:
        return _LISTS[name] == kind
    return name.endswith(f"{kind}Ref")
