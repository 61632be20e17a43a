"""The operations of QuickBooks' API that write: create, update, delete and void."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import InvalidOperation
from typing import Any

import msgspec

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks import wire
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS, whole
from bot.sandbox.ledgers.quickbooks.keeping.settling import SETTLES
from bot.sandbox.ledgers.quickbooks.keeping.touches import Refused, Touch
from bot.sandbox.ledgers.quickbooks.writing import (
    characters,
    documents,
    journal_entries,
    lists,
    refusals,
    settlements,
)
from bot.sandbox.ledgers.quickbooks.writing.refusals import Refusal
from bot.sandbox.ledgers.quickbooks.writing.sitting import Sitting
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes

VOIDABLE = frozenset({"Invoice", "Payment", "SalesReceipt", "BillPayment"})
Answer = dict[str, Any]


class Unsupported(ValueError):
    """There is no such operation on this entity."""


class Writing:
    """One call after another; what a call changed is told when it ends."""

    def __init__(self) -> None:
        self._keeper: Bookkeeper | None = None
        self._answered: dict[tuple[str, str, str], Answer] = {}

    def begin(self, books: Books) -> None:
        self._books = books
        self._keeper = None

    def end(self) -> list[Touch]:
        return self._keeper.touched if self._keeper else []

    def once(self, key: tuple[str, str, str], act: Callable[[], Answer]) -> Answer:
        """An answer that was no fault comes again to whoever sends the same request id."""
        if not key[2]:
            return act()
        if key not in self._answered:
            answer = act()
            if "Fault" in answer:
                return answer
            self._answered[key] = wire.plain(answer)
        return self._answered[key]

    def write(
        self,
        books: Books,
        kind: str,
        typed: Mapping[str, Any],
        *,
        operation: str,
        include: str,
        at: datetime,
    ) -> Answer:
        """The body of the answer: the row as it is now, or a `Fault`."""
        if self._keeper is None:
            books.finish()
            self._keeper = Bookkeeper(books)
        keeper, told = self._keeper, len(self._keeper.touched)
        sitting = Sitting(keeper=keeper, include=frozenset(include.split(",")), at=at)
        if include == "void":
            operation = "void"
        try:
            with books.attempt():
                return {kind: self._done(sitting, kind, typed, operation)}
        except Unsupported:
            fault = wire.unsupported(f"{operation} on {kind}")
        except Refused as reason:
            is_banked = "deposited" in str(reason)
            fault = (refusals.deposited() if is_banked else refusals.business(str(reason))).body()
        except Refusal as reason:
            fault = reason.body()
        except (AttributeError, InvalidOperation, TypeError) as reason:
            fault = wire.unsupported(f"a body of this shape ({type(reason).__name__})")
        del keeper.touched[told:]
        return fault

    def _done(
        self, sitting: Sitting, kind: str, typed: Mapping[str, Any], operation: str
    ) -> msgspec.Raw:
        characters.readable(typed)
        match operation:
            case "create":
                return _raw(whole(kind, _created(sitting, kind, typed)))
            case "update":
                row = sitting.named(kind, typed)
                return _raw(whole(kind, _updated(sitting, kind, row, typed)))
            case "delete" if kind in TRANSACTIONS:
                row = sitting.named(kind, typed)
                sitting.open_on(row.fields["TxnDate"])
                sitting.keeper.delete(kind, row, at=sitting.at)
                return _raw({"status": "Deleted", "domain": "QBO", "Id": row.id})
            case "void" if kind in VOIDABLE:
                row = sitting.named(kind, typed)
                sitting.open_on(row.fields["TxnDate"])
                return _raw(whole(kind, sitting.keeper.void(kind, row, at=sitting.at)))
        raise Unsupported


def _raw(fields: Fields) -> msgspec.Raw:
    """As rows are read: amounts are numbers."""
    return msgspec.Raw(json_bytes(fields))


def _created(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Row:
    if kind in documents.KINDS:
        return documents.create(sitting, kind, typed)
    if kind in SETTLES:
        return settlements.create(sitting, kind, typed)
    if kind == "JournalEntry":
        return journal_entries.create(sitting, typed)
    if kind in lists.KINDS:
        return lists.create(sitting, kind, typed)
    raise Unsupported


def _updated(sitting: Sitting, kind: str, row: Row, typed: Mapping[str, Any]) -> Row:
    if kind in documents.KINDS:
        return documents.update(sitting, kind, row, typed)
    if kind in SETTLES:
        return settlements.update(sitting, kind, row, typed)
    if kind == "JournalEntry":
        return journal_entries.update(sitting, row, typed)
    if kind in lists.KINDS:
        return lists.update(sitting, kind, row, typed)
    raise Unsupported
