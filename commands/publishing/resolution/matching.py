"""Bank Match: which line of a bank paid for an item (product §11.5)."""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commands.clients.names import alike
from commands.publishing.amounts import to_cent
from commands.publishing.facts import Facts, ItemKind, Side

BEFORE = timedelta(days=2)  # paid at the till, dated later
AFTER = timedelta(days=30)
AROUND_DUE = timedelta(days=10)
OLDEST = 6  # months
CHOSEN = "bank_line"  # what a person says of it, in Item.manual


@dataclass(frozen=True, kw_only=True, slots=True)
class BankLine:
    """Money that moved. `amount` is signed as the account sees it: what was paid is negative."""

    id: str
    bank_account: str
    day: date
    amount: Decimal
    currency: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """The line that paid it."""

    line: BankLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Ambiguous:
    """Several may have: somebody has to say which."""

    lines: tuple[BankLine, ...]


def settled(
    found: Matched | Ambiguous | None, manual: Mapping[str, Mapping[str, Any]]
) -> Matched | Ambiguous | None:
    """What somebody chose among several lines, if it is still one of them; or none, if so."""
    told = manual.get(CHOSEN)
    if told is None or not isinstance(found, Ambiguous):
        return found
    if not told.get("value"):
        return None
    chosen = next((line for line in found.lines if line.id == told["value"]), None)
    return Matched(line=chosen) if chosen else found


def match(
    facts: Facts,
    bank_lines: Sequence[BankLine],
    *,
    today: date,
    taken: Collection[str],
    base_currency: str | None = None,
) -> Matched | Ambiguous | None:
    """`taken` are lines that paid for other items. Only what a client buys is matched.

    An account in the `base_currency` may have paid a foreign document whose rate is known.
    """
    if facts.side is not Side.COST or facts.day is None or not facts.total:
        return None
    first, anchor, last = _window(facts.day, facts.due_day)
    oldest = _months_before(today, OLDEST)
    fitting = [
        line
        for line in bank_lines
        if line.id not in taken
        and max(first, oldest) <= line.day <= last
        and _is_for(facts, line, base_currency)
    ]
    distance = min((abs(line.day - anchor) for line in fitting), default=None)
    nearest = [line for line in fitting if abs(line.day - anchor) == distance]
    if len(nearest) > 1 and facts.supplier:
        named = [line for line in nearest if line.name and alike(facts.supplier, line.name)]
        nearest = named or nearest
    if len(nearest) > 1:
        return Ambiguous(lines=tuple(sorted(nearest, key=lambda line: (line.day, line.id))))
    return Matched(line=nearest[0]) if nearest else None


def _window(day: date, due: date | None) -> tuple[date, date, date]:
    if due is not None:
        return due - AROUND_DUE, due, due + AROUND_DUE
    return day - BEFORE, day, day + AFTER


def _is_for(facts: Facts, line: BankLine, base_currency: str | None) -> bool:
    assert facts.total is not None
    sign = 1 if facts.kind is ItemKind.CREDIT_NOTE else -1
    if facts.currency in (None, line.currency):
        return line.amount == sign * facts.total
    if facts.rate is None or line.currency != base_currency:
        return False
    return line.amount == sign * to_cent(facts.total * facts.rate)


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
