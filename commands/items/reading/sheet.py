"""Lists of items that people keep in CSV and XLSX: a document a row, or by their number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commands.items.reading.cells import (
    DAYS,
    BadCell,
    cell,
    style,
)
from commands.items.reading.columns import Field, headings
from commands.items.reading.entries import CENT, Entry, as_percent, known, read_entry
from commands.items.reading.reading import (
    ReadDocument,
    Reading,
    Refusal,
    RefusalCode,
    Refused,
    RowFault,
    Surroundings,
    WrongRow,
)
from commands.items.reading.tables import TableRow, of_csv, of_workbook
from commands.items.reading.words import plain
from commands.publishing.facts import ItemKind, Side

_NAMED = 5  # wrong rows, before the words about them get too long
_TOTALS = ("total", "totals", "sum", "summe", "gesamt", "totaal", "grand total", "total general")


@dataclass(slots=True)
class _Group:
    """The rows of one document."""

    entries: list[Entry] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


def read_table(content: bytes, around: Surroundings) -> Reading:
    """A CSV."""
    return _read([of_csv(content)], around)


def read_workbook(content: bytes, around: Surroundings) -> Reading:
    """The first sheet of an XLSX that has headings."""
    return _read(of_workbook(content), around)


def _read(
    tables: Sequence[list[TableRow]] | Iterator[list[TableRow]], around: Surroundings
) -> Reading:
    for rows in tables:
        found = headings(rows)
        if found is not None:
            at, columns = found
            return _documents(rows[at + 1 :], columns, rows[at], around)
    raise Refused(RefusalCode.NO_HEADINGS)


def _documents(
    rows: Sequence[TableRow], columns: Mapping[Field, int], head: TableRow, around: Surroundings
) -> Reading:
    kept = [row for row in rows if not _is_sum(row, columns)]
    how = style(kept, columns, head, around=around)
    groups: dict[object, _Group] = {}
    for row in kept:
        group = groups.setdefault(_key(row, columns), _Group())
        group.rows.append(row.number)
        try:
            group.entries.append(read_entry(row, columns, how))
        except BadCell as bad:
            group.wrong.append(_wrong(row, bad, columns, head))
    documents = [_document(group, columns) for group in groups.values() if not _faults(group)]
    wrong = sorted(
        (each for group in groups.values() for each in _faults(group)), key=lambda each: each.row
    )
    if not documents:
        return Reading(wrong=tuple(wrong), refusal=_no_good_row(wrong))
    return Reading(documents=tuple(documents), wrong=tuple(wrong))


def _no_good_row(wrong: Sequence[WrongRow]) -> Refusal:
    named = [
        {"row": each.row, "code": each.code.value, "column": each.column, "value": each.value}
        for each in wrong[:_NAMED]
    ]
    return Refusal(code=RefusalCode.NO_GOOD_ROW, facts={"rows": len(wrong), "wrong": named})


def _is_sum(row: TableRow, columns: Mapping[Field, int]) -> bool:
    """The last row of many lists adds the others up."""
    if any(cell(row, columns, each) for each in (Field.NUMBER, *DAYS)):
        return False
    words = [plain(each).strip(" :.") for each in row.cells if isinstance(each, str)]
    return bool(words) and words[0] in _TOTALS


def _key(row: TableRow, columns: Mapping[Field, int]) -> object:
    """Rows of one number of one supplier are one document; without a number each is its own."""
    number = cell(row, columns, Field.NUMBER)
    party = cell(row, columns, Field.SUPPLIER) or cell(row, columns, Field.CUSTOMER)
    return (str(number), plain(str(party or ""))) if number is not None else row.number


def _wrong(row: TableRow, bad: BadCell, columns: Mapping[Field, int], head: TableRow) -> WrongRow:
    at = columns.get(bad.field)
    return WrongRow(
        row=row.number,
        code=bad.fault,
        column=str(head.cells[at]) if at is not None else None,
        value=None if bad.value is None else str(bad.value)[:80],
    )


def _faults(group: _Group) -> list[WrongRow]:
    """Why the rows of a document are not taken: all of them, or its total would be wrong."""
    fault = RowFault.OF_WRONG if group.wrong else None
    if (
        len({entry.facts["currency"].value for entry in group.entries if "currency" in entry.facts})
        > 1
    ):
        fault = fault or RowFault.TWO_CURRENCIES
    if fault is None:
        return []
    named = {each.row for each in group.wrong}
    others = [WrongRow(row=row, code=fault) for row in group.rows if row not in named]
    return [*group.wrong, *others]


def _document(group: _Group, columns: Mapping[Field, int]) -> ReadDocument:
    entries = group.entries
    total, tax = _added(entries)
    is_credit = total < 0 or all(entry.is_credit for entry in entries)
    sign = -1 if total < 0 else 1
    facts = {name: known for entry in reversed(entries) for name, known in entry.facts.items()}
    if len(entries) > 1:  # then each line says it for itself
        facts.pop("description", None)
        facts.pop("category", None)
    facts["total"] = known(format(total * sign, "f"))
    if tax is not None:
        facts["tax"] = known(format(tax * sign, "f"))
    is_sale = Field.CUSTOMER in columns and Field.SUPPLIER not in columns
    return ReadDocument(
        kind=ItemKind.CREDIT_NOTE if is_credit else ItemKind.INVOICE,
        side=Side.SALE if is_sale else (Side.COST if Field.SUPPLIER in columns else None),
        facts=facts,
        lines=_lines(entries, sign) if len(entries) > 1 else (),
        rows=tuple(group.rows),
    )


def _added(entries: Sequence[Entry]) -> tuple[Decimal, Decimal | None]:
    taxes = [entry.tax for entry in entries]
    tax = None if None in taxes else sum((each for each in taxes if each is not None), Decimal(0))
    return sum((entry.total for entry in entries), Decimal(0)), tax


def _lines(entries: Sequence[Entry], sign: int) -> tuple[dict[str, Any], ...]:
    return tuple(_line(entry, sign) for entry in entries)


def _line(entry: Entry, sign: int) -> dict[str, Any]:
    described = entry.facts.get("description")
    category = entry.facts.get("category")
    written: dict[str, Any] = {"description": described.value if described else ""}
    written |= {"category": category.value} if category else {}
    quantity, price = (entry.amounts.get(each) for each in (Field.QUANTITY, Field.UNIT_PRICE))
    if quantity and price and abs(quantity * price - (entry.net or entry.total)) <= CENT:
        written |= {"quantity": format(quantity, "f"), "unit_price": format(price * sign, "f")}
    sums = {"net": entry.net, "tax": entry.tax, "total": entry.total}
    written |= {
        name: format(value * sign, "f") for name, value in sums.items() if value is not None
    }
    percent = entry.amounts.get(Field.TAX_PERCENT)
    if percent is not None:
        written["tax_percent"] = format(as_percent(percent), "f")
    return written | {"manual": {}}
