"""What people read of the figures that a check keeps: facts beside each other, and a grid."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from commands.health.check import Check, Kind
from commands.health.words import dated, stake
from commands.replies import Fields, Table

NOTHING = "–"
NUMBERS = frozenset({Kind.MONEY, Kind.COUNT, Kind.SHARE})


def fields_of(check: Check[Any], figures: Mapping[str, Any], *, currency: str) -> Fields | None:
    """Those that there are; figures of an earlier version may lack some."""
    told = [
        (figure.label, said(value, figure.kind, currency))
        for figure in check.facts
        if (value := _at(figures, figure.name)) is not None
    ]
    return Fields(items=tuple(told)) if told else None


def table_of(check: Check[Any], figures: Mapping[str, Any], *, currency: str) -> Table | None:
    rows = rows_of(check, figures)
    if check.grid is None or not rows:
        return None
    columns = check.grid.columns
    return Table(
        columns=tuple(column.label for column in columns),
        rows=tuple(
            tuple(said(row[column.label], column.kind, currency) for column in columns)
            for row in rows
        ),
        numeric=frozenset(place for place, column in enumerate(columns) if column.kind in NUMBERS),
    )


def rows_of(check: Check[Any], figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The grid as it is kept: by the titles of its columns."""
    told = figures.get(check.grid.name) if check.grid else None
    if check.grid is None or not isinstance(told, list):
        return []
    return [
        {column.label: _at(row, column.name) for column in check.grid.columns}
        for row in told
        if isinstance(row, dict)
    ]


def said(value: Any, kind: Kind, currency: str) -> str:
    """A figure in words; what is not of its kind as it stands."""
    if value is None or value == "":
        return NOTHING
    if kind in NUMBERS:
        return _number(value, kind, currency)
    return str(value) if kind is Kind.TEXT else _day(str(value), kind)


def _day(text: str, kind: Kind) -> str:
    is_month = kind is Kind.MONTH
    try:
        day = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        return text  # a word in its place, such as of a row that sums the others up
    return f"{day:%B %Y}" if is_month else dated(day)


def _number(value: Any, kind: Kind, currency: str) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if kind is Kind.MONEY:
        return stake(number, currency)
    return f"{number * 100:.0f} %" if kind is Kind.SHARE else f"{number:,.0f}"


def _at(figures: Mapping[str, Any], name: str) -> Any:
    found: Any = figures
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
