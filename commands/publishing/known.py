"""What is known of an item: what was read off it, and over that what people said."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from commands.publishing.facts import FactLine, Facts, ItemKind, Side
from storage.models import Item

_DAYS = frozenset({"day", "due_day"})
_AMOUNTS = frozenset({"total", "tax", "rate"})
_LINE_AMOUNTS = ("quantity", "unit_price", "net", "tax", "total", "tax_percent")
FACTS = frozenset(f.name for f in fields(Facts)) - {
    "side",
    "kind",
    "lines",
    "owner",
    "submitted_at",
}


def facts_of(item: Item) -> Facts:
    """What a person said, else what was read; nothing where neither makes sense."""
    found = {name: _value(name, _text(item, name)) for name in FACTS}
    told_kind = _text(item, "kind") or item.kind
    return Facts(
        side=Side(item.side),
        kind=ItemKind(told_kind) if told_kind in set(ItemKind) else ItemKind.INVOICE,
        lines=tuple(_line(line) for line in item.lines),
        tax_by_hand="tax" in item.manual,
        owner=item.owner,
        submitted_at=item.submitted_at,
        **{name: value for name, value in found.items() if value is not None},
    )


def said(item: Item, name: str) -> Mapping[str, Any] | None:
    """What a person said about it: {value, by, at}; a value of None says that there is none."""
    found: Mapping[str, Any] | None = item.manual.get(name)
    return found


def say(item: Item, changes: Mapping[str, str | None], *, by: str, at: datetime) -> None:
    """Note what a person said; it wins from now on."""
    told = {
        name: {"value": value, "by": by, "at": at.isoformat()} for name, value in changes.items()
    }
    item.manual = {**item.manual, **told}
    item.error = {}  # it was about what it was before


def _text(item: Item, name: str) -> str | None:
    by_hand = said(item, name)
    if by_hand is not None:
        return by_hand["value"] or None
    read = item.read.get(name)
    return (read.get("value") or None) if isinstance(read, dict) else None


def _value(name: str, text: str | None) -> Any:
    if text is None:
        return None
    with suppress(ValueError, InvalidOperation):
        if name in _DAYS:
            return date.fromisoformat(text)
        return Decimal(text) if name in _AMOUNTS else text
    return None


def _line(line: Mapping[str, Any]) -> FactLine:
    amounts = {name: _amount(line.get(name)) for name in _LINE_AMOUNTS}
    manual = {name: text or "" for name, text in (line.get("manual") or {}).items()}
    coded = dict(line.get("coded") or {})
    return FactLine(
        description=line.get("description") or "", category=line.get("category") or "",
        manual=manual, coded=coded, **amounts,
    )  # fmt: skip


def _amount(text: str | None) -> Decimal | None:
    with suppress(InvalidOperation, TypeError):
        return Decimal(text) if text not in (None, "") else None
    return None
