"""Which items look like the same purchase or sale, here or in the ledger (product §11.9)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum

from commands.publishing.facts import ItemKind, Side

NEARBY = timedelta(days=5)  # apart, without a number to go by
_WORDS = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"(?<!\d)0+(?=\d)")


class Likeness(IntEnum):
    """How sure it is."""

    POSSIBLE = 1  # nothing speaks against it, but there is no number to go by
    SAME = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An item, or a document of the ledger. `supplier` is the name as it is compared.

    A document of the ledger has no `owner`, and no `kind` where it is spent money.
    """

    id: str
    side: Side
    supplier: str | None
    total: Decimal | None
    kind: ItemKind | None = None
    day: date | None = None
    number: str | None = None
    currency: str | None = None
    owner: str | None = None
    in_ledger: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """Something that a document looks like."""

    document: Document
    likeness: Likeness


def twins(one: Document, others: Iterable[Document]) -> tuple[Twin, ...]:
    """The surest first, then the nearest by date."""
    found = []
    for other in others:
        likeness = alike(one, other)
        if likeness is not None:
            found.append(Twin(document=other, likeness=likeness))
    return tuple(sorted(found, key=lambda twin: _place(one, twin)))


def alike(one: Document, other: Document) -> Likeness | None:
    """Whether they are one thing twice; None where they are not."""
    if one.id == other.id or not _is_comparable(one, other):
        return None
    if ItemKind.RECEIPT in (one.kind, other.kind):
        return _receipts(one, other)
    return _by_number(one, other)


def number_key(number: str | None) -> str | None:
    """A reference without case, punctuation and leading zeros; O is 0. None where none is left.

    `inv-0077`, `INV 77` and `INV/O77` are the same.
    """
    words = _WORDS.findall((number or "").upper().replace("O", "0"))
    return "".join(_LEADING.sub("", word) for word in words) or None


def _is_comparable(one: Document, other: Document) -> bool:
    """Claims are bought like costs; credits are only like credits."""
    return (
        None not in (one.supplier, other.supplier, one.total, other.total)
        and (one.supplier, one.total) == (other.supplier, other.total)
        and (one.side is Side.SALE) == (other.side is Side.SALE)
        and _is_credit(one) == _is_credit(other)
        and (one.currency == other.currency or None in (one.currency, other.currency))
    )


def _is_credit(document: Document) -> bool:
    return document.kind is ItemKind.CREDIT_NOTE


def _receipts(one: Document, other: Document) -> Likeness | None:
    """Same day and handed in by the same person; what is in the ledger was handed in by nobody.

    The number of a receipt is the till's, and counts only beside another sort of document.
    """
    is_pair = one.kind is other.kind and not one.in_ledger and not other.in_ledger
    if not is_pair and one.number and other.number:
        return _by_number(one, other)
    if one.day is None or one.day != other.day:
        return None
    if not is_pair:
        return Likeness.POSSIBLE
    return Likeness.SAME if one.owner == other.owner else None


def _by_number(one: Document, other: Document) -> Likeness | None:
    mine, theirs = number_key(one.number), number_key(other.number)
    if mine is not None and theirs is not None:
        return Likeness.SAME if mine == theirs else None
    if one.day is None or other.day is None:
        return Likeness.POSSIBLE
    return Likeness.POSSIBLE if abs(one.day - other.day) <= NEARBY else None


def _place(one: Document, twin: Twin) -> tuple[int, timedelta, str]:
    days = (one.day, twin.document.day)
    apart = abs(days[0] - days[1]) if days[0] and days[1] else timedelta.max
    return -twin.likeness, apart, twin.document.id
