"""Where Xero's documents speak of contacts, accounts and tracking, and how they follow a change.

Xero keeps the words of a contact or an account once: when it is renamed or merged, its documents
read differently at once, and none of them counts as updated.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS

# The key that names a row wherever documents speak of it, and the words they repeat of it.
SPOKEN_OF = {
    "Contacts": ("ContactID", {"Name": "Name"}),
    "Accounts": ("AccountID", {"Name": "Name", "Code": "Code", "AccountCode": "Code"}),
    "TrackingCategories": ("TrackingCategoryID", {"Name": "Name"}),
    "TrackingOptions": ("TrackingOptionID", {"Option": "Name"}),
}


def follow(books: Books, kind: str, row: Row) -> None:
    """Have every document say what this row is called now."""
    if kind in SPOKEN_OF:
        key, repeated = SPOKEN_OF[kind]
        words = {name: row.fields[source] for name, source in repeated.items()}
        _rewrite(books, key, row.id, words)


def merge(books: Books, gone: Row, into: Row, *, at: datetime) -> Row:
    """Archive a contact in favour of another, which its documents now speak of."""
    words = {"ContactID": into.id, "Name": into.fields["Name"]}
    _rewrite(books, "ContactID", gone.id, words)
    roles = ("IsSupplier", "IsCustomer")
    books.change(
        "Contacts",
        into.id,
        {name: bool(into.fields.get(name) or gone.fields.get(name)) for name in roles},
        at=at,
    )
    archived = {"ContactStatus": "ARCHIVED", "MergedToContactID": into.id}
    return books.change("Contacts", gone.id, archived, at=at)


def _rewrite(books: Books, key: str, wanted: str, words: Mapping[str, Any]) -> None:
    for kind in DOCUMENT_KINDS:
        for row in books.rows(kind):
            if row.mentions(wanted):
                fields = _rewritten(row.fields, key, wanted, words)
                if fields != row.fields:
                    books.amend(kind, row, fields)


def _rewritten(value: Any, key: str, wanted: str, words: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_rewritten(each, key, wanted, words) for each in value]
    if not isinstance(value, dict):
        return value
    fields: Fields = {
        name: _rewritten(inner, key, wanted, words) if isinstance(inner, dict | list) else inner
        for name, inner in value.items()
    }
    if fields.get(key) == wanted:
        fields |= {name: word for name, word in words.items() if name in fields}
    return fields
