"""Names of QuickBooks' lists, and everything that shows them."""

from datetime import datetime

from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES
from bot.sandbox.ledgers.quickbooks.keeping.references import pointing_at, replaced
from bot.sandbox.ledgers.rows import Fields, Row

GONE = " (deleted)"  # what QuickBooks writes behind the name of whatever is inactive


def call(keeper: Bookkeeper, kind: str, row: Row, name: str, *, at: datetime, also: Fields) -> Row:
    """Give a row another name, which whatever points at it shows from then on, untouched itself."""
    label = ENTITIES[kind].label
    before = str(row.fields[label])
    full = {"FullyQualifiedName": name} if row.fields.get("FullyQualifiedName") == before else {}
    keeper.change(kind, row.id, {label: name, **full, **also}, at=at)
    for each, other in list(pointing_at(keeper.books, kind, row.id)):
        fields = replaced(other.fields, kind, row.id, lambda ref: {**ref, "name": name})
        keeper.books.amend(each, other, fields)
    return row
