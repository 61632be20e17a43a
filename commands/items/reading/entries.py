"""Rows of a list, each as the facts and amounts it states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from commands.items.reading.cells import (
    AMOUNTS,
    DAYS,
    BadCell,
    Style,
    amount,
    cell,
    currency,
    day,
)
from commands.items.reading.columns import Field
from commands.items.reading.reading import By, Known, RowFault
from commands.items.reading.tables import Cell, TableRow
from commands.items.reading.words import plain

CENT = Decimal("0.01")
_TEXTS = (
    Field.NUMBER, Field.DESCRIPTION, Field.CATEGORY, Field.NOTE, Field.TAX_NUMBER, Field.IBAN,
    Field.LAST4,
)  # fmt: skip
_CREDITS = ("credit", "gutschrift", "avoir", "refund", "creditnota")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row that makes sense."""

    row: int
    facts: Mapping[str, Known]
    amounts: Mapping[Field, Decimal]
    net: Decimal | None
    tax: Decimal | None
    total: Decimal
    is_credit: bool = False


def read_entry(row: TableRow, columns: Mapping[Field, int], how: Style) -> Entry:
    """Raises BadCell for the first thing that is wrong."""
    values = {
        each: found
        for each in AMOUNTS
        if (found := amount(cell(row, columns, each), each, how)) is not None
    }
    net, tax, total = _sums(values)
    facts = dict(_facts(row, columns, how))
    kind = plain(str(cell(row, columns, Field.KIND) or ""))
    return Entry(
        row=row.number,
        facts=facts,
        amounts=values,
        net=net,
        tax=tax,
        total=total,
        is_credit=any(word in kind for word in _CREDITS),
    )


def _sums(values: Mapping[Field, Decimal]) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """Net, tax and total, of which two give the third. Raises BadCell."""
    net, tax, total = (values.get(each) for each in (Field.NET, Field.TAX, Field.TOTAL))
    percent = values.get(Field.TAX_PERCENT)
    if tax is None and net is not None and total is None and percent is not None:
        tax = (net * as_percent(percent) / 100).quantize(CENT)
    if total is None and net is not None and tax is not None:
        total = net + tax
    if total is None:
        raise BadCell(RowFault.NO_TOTAL, Field.TOTAL, None)
    if net is not None and tax is not None and abs(net + tax - total) > CENT:
        raise BadCell(RowFault.DOES_NOT_ADD_UP, Field.TOTAL, total)
    if net is not None and tax is None:
        tax = total - net
    if tax is not None and net is None:
        net = total - tax
    return net, tax, total


def as_percent(percent: Decimal) -> Decimal:
    """A cell shown as 20 % holds 0.2."""
    return percent * 100 if 0 < percent < 1 else percent


def _facts(row: TableRow, columns: Mapping[Field, int], how: Style) -> Iterator[tuple[str, Known]]:
    party = cell(row, columns, Field.SUPPLIER) or cell(row, columns, Field.CUSTOMER)
    texts: dict[str, Cell] = {each: cell(row, columns, each) for each in _TEXTS}
    for name, value in {"supplier": party, **texts}.items():
        if value is not None:
            yield name, known(_fitting(name, str(value)))
    for each in DAYS:
        found = day(cell(row, columns, each), each, how)
        if found is not None:
            yield each, known(found[0].isoformat(), found[1])
    money = [cell(row, columns, each) for each in (Field.CURRENCY, Field.TOTAL, Field.NET)]
    told = currency(money, how)
    if told is not None:
        yield "currency", known(*told)


def _fitting(name: str, value: str) -> str:
    if name == Field.LAST4:
        return value[-4:]
    return value.replace(" ", "") if name == Field.IBAN else value


def known(value: str, confidence: float = 1.0) -> Known:
    return Known(value=value, confidence=confidence, by=By.SHEET)
