"""Cells of a list as amounts, days and currencies; what is none of these is a wrong row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commands.items.reading.amounts import amounts, comma_in, symbol
from commands.items.reading.codes import currency_of
from commands.items.reading.columns import Field
from commands.items.reading.days import Order, Stamp, order_of, settled, stamps
from commands.items.reading.reading import RowFault, Surroundings
from commands.items.reading.tables import Cell, TableRow

AMOUNTS = (Field.NET, Field.TAX, Field.TOTAL, Field.QUANTITY, Field.UNIT_PRICE, Field.TAX_PERCENT)
DAYS = (Field.DAY, Field.DUE_DAY)
_ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#N/A", "#NUM!", "#NULL!"})
_SIGNS = {"£": "GBP", "€": "EUR"}


class BadCell(Exception):
    """A cell cannot be what its column says."""

    def __init__(self, fault: RowFault, field: Field, value: Cell) -> None:
        super().__init__(fault.value)
        self.fault, self.field, self.value = fault, field, value


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """How a list is written: whether cents follow a comma, what stands first in a day."""

    comma: bool | None
    order: Order
    currency: str | None  # of a heading such as "Total (GBP)"
    around: Surroundings


def style(
    rows: Iterable[TableRow],
    columns: Mapping[Field, int],
    head: TableRow,
    *,
    around: Surroundings,
) -> Style:
    """By all rows together: one that leaves no doubt settles the others."""
    texts = {
        field: [text for row in rows if isinstance(text := cell(row, columns, field), str)]
        for field in (*AMOUNTS, *DAYS)
    }
    found: list[Stamp] = [
        stamp for field in DAYS for text in texts[field] for stamp in stamps(text)
    ]
    return Style(
        comma=comma_in((text for field in AMOUNTS for text in texts[field]), around.country),
        order=order_of(found, around.country, None),
        currency=symbol(str(cell(head, columns, Field.TOTAL) or "")),
        around=around,
    )


def cell(row: TableRow, columns: Mapping[Field, int], field: Field) -> Cell:
    column = columns.get(field)
    return row.cells[column] if column is not None and column < len(row.cells) else None


def amount(value: Cell, field: Field, how: Style) -> Decimal | None:
    """Raises BadCell."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, date) or value in _ERRORS:
        is_error = not isinstance(value, date)
        raise BadCell(RowFault.FORMULA_ERROR if is_error else RowFault.BAD_AMOUNT, field, value)
    bare = value.replace("%", "").strip()
    found = list(amounts(bare, comma=how.comma))
    if len(found) != 1 or re.sub(r"[\s()£$€.,\-−–]|[A-Za-z]{2,3}\b", "", _rest(bare, found)):
        raise BadCell(RowFault.BAD_AMOUNT, field, value)
    return found[0].value


def day(value: Cell, field: Field, how: Style) -> tuple[date, float] | None:
    """The day and how sure it is. Raises BadCell."""
    if value is None:
        return None
    if isinstance(value, date):
        return value, 1.0
    found = list(stamps(value)) if isinstance(value, str) else []
    if len(found) != 1:
        raise BadCell(RowFault.BAD_DAY, field, value)
    return settled(found[0], how.order, how.around.today)


def currency(values: Sequence[Cell], how: Style) -> tuple[str, float] | None:
    """The one of its column, else that of a sign beside the amount, else that of the country.
    Raises BadCell."""
    written = values[0]
    if written is not None:
        code = _SIGNS.get(str(written).strip(), str(written).strip().upper())
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise BadCell(RowFault.BAD_CURRENCY, Field.CURRENCY, written)
        return code, 1.0
    for value in values[1:]:
        found = next(amounts(value, comma=how.comma), None) if isinstance(value, str) else None
        if found is not None and found.currency and len(found.currency) == 3:
            return found.currency, 0.95
    if how.currency and len(how.currency) == 3:
        return how.currency, 0.95
    usual = currency_of(how.around.country)
    return (usual, 0.4) if usual else None


def _rest(text: str, found: Sequence[object]) -> str:
    return re.sub(r"[\d'’\s  ]", "", text) if found else text
