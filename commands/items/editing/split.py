"""Splitting an item into lines of their own coding, until nothing remains."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from commands.publishing.facts import FactLine, Facts
from storage.models import Item

Line = dict[str, Any]
ROUNDING = Decimal("0.05")  # differences up to this are of rounding, not of a line forgotten


def worth(line: FactLine) -> Decimal:
    """What a line adds to the total, tax included."""
    if line.total is not None:
        return line.total
    return (line.net or Decimal(0)) + (line.tax or Decimal(0))


def own_lines(item: Item, facts: Facts) -> list[Line]:
    """Those of the item, or those a rule has divided it into, as an item keeps them."""
    if item.lines:
        return list(item.lines)
    return [{"total": str(line.total), "coded": dict(line.coded)} for line in facts.lines]


def remaining(facts: Facts) -> Decimal:
    """What the lines leave of the total; negative where they are more."""
    return (facts.total or Decimal(0)) - sum((worth(line) for line in facts.lines), Decimal(0))


def replaced(lines: Sequence[Line], place: int, line: Line) -> list[Line]:
    """With this line at a place, from 0; behind the last it is added."""
    return [*lines[:place], line, *lines[place + 1 :]]


def without(lines: Sequence[Line], place: int) -> list[Line]:
    return [*lines[:place], *lines[place + 1 :]]


def written(before: Line, said: Mapping[str, str | None], coded: Mapping[str, str | None]) -> Line:
    """A line after somebody has said something of it; its net follows from total and tax."""
    line = {**before, **said}
    total, tax = line.get("total"), line.get("tax")
    if {"total", "tax"} & said.keys():
        line["net"] = str(Decimal(total) - Decimal(tax)) if total and tax else None
    line["manual"] = {**(before.get("manual") or {}), **{k: v or "" for k, v in coded.items()}}
    return line


def balanced(lines: Sequence[Line], facts: Facts) -> list[Line]:
    """Lines that add up: a cent or two go to the last line, more becomes a line of its own."""
    left = remaining(facts)
    if not left:
        return list(lines)
    if lines and abs(left) <= ROUNDING:
        last = facts.lines[-1]
        return replaced(lines, len(lines) - 1, written(lines[-1], _total(worth(last) + left), {}))
    rest: Line = {"description": facts.description or "The rest"}
    return [*lines, written(rest, _total(left), {})]


def _total(value: Decimal) -> Mapping[str, str]:
    return {"total": str(value)}
