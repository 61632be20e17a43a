"""One call that writes: in whose books, when, and what was found wrong with what it brought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.writing.rules import Rules

NOBODY = "00000000-0000-0000-0000-000000000000"


class Invalid(ValueError):
    """Xero would not take this element; every reason is told."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Absent(LookupError):
    """What the address names is not there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """`creates` is whether the verb only creates."""

    books: Books
    drafting: Drafting
    rules: Rules
    at: datetime
    creates: bool

    def named(self, kind: str, typed: Fields, wanted: str | None) -> Row | None:
        """The row an element is about, by the address or by its own id; raises `Absent`."""
        table = self.books.table(kind)
        if wanted is not None:
            row = self.books.get(kind, wanted) or self.books.get(kind, wanted.casefold())
            if row is None:
                raise Absent(wanted)
            return row
        key = str(typed.get(table.key) or NOBODY).casefold()
        if key == NOBODY:
            return None
        row = self.books.get(kind, key)
        if row is None:
            one = {"Invoices": "invoice", "CreditNotes": "credit note"}.get(kind, "record")
            raise Invalid(f"An existing {one} with the specified ID could not be found")
        return row


def refuse(problems: Iterable[str]) -> None:
    """Raise `Invalid` with everything that was found, each once."""
    found = tuple(dict.fromkeys(problems))
    if found:
        raise Invalid(*found)
