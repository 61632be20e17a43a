"""Tables out of CSV and XLSX: cells as text, numbers and days, with the number of their row."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from commands.items.reading.packed import check_zip
from commands.items.reading.reading import RefusalCode, Refused

Cell: TypeAlias = str | Decimal | date | None

MOST_ROWS = 2_000
_MOST_COLUMNS = 60
_LONGEST_CELL = 1_000
_DELIMITERS = ",;\t|"
_SAMPLE = 30  # rows by which the delimiter is told
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """`number` counts from 1, as the program shows it that wrote the table."""

    number: int
    cells: Sequence[Cell]


def decoded(content: bytes) -> str | None:
    """The text of a file by its mark, else as UTF-8, else as Windows writes; None for no text."""
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace") if encoding == "utf-8" else ""
    return None if not text or _CONTROL.search(text) else text


def of_csv(content: bytes) -> list[TableRow]:
    """Raises Refused for text that is no table, and for one with too many rows."""
    text = decoded(content) or ""
    delimiter = _delimiter(text)
    if delimiter is None:
        raise Refused(RefusalCode.UNKNOWN, what="plain text")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[TableRow] = []
    line = 1
    try:
        for written in reader:
            cells = [each.strip()[:_LONGEST_CELL] or None for each in written[:_MOST_COLUMNS]]
            if any(cells):
                found.append(TableRow(number=line, cells=cells))
            line = reader.line_num + 1
            _check_rows(found)
    except csv.Error:
        raise Refused(RefusalCode.DAMAGED, what="CSV") from None
    return found


def of_workbook(content: bytes) -> Iterator[list[TableRow]]:
    """One table for each sheet of an XLSX. Formulas count as what they came to when saved."""
    from openpyxl import load_workbook  # noqa: PLC0415  # wanted seldom

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_zip(archive)
            _check_workbook(archive.namelist())
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                yield _of_sheet(sheet)
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # the library raises whatever a broken file makes it stumble over
        raise Refused(RefusalCode.DAMAGED, what="XLSX") from None


def _check_workbook(names: Sequence[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refused(RefusalCode.UNKNOWN, what="a Word or PowerPoint document")
    if "mimetype" in names:
        raise Refused(RefusalCode.UNKNOWN, what="an OpenDocument file")
    raise Refused(RefusalCode.ARCHIVE)


def _of_sheet(sheet: Any) -> list[TableRow]:
    found: list[TableRow] = []
    rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    for number, values in enumerate(rows, 1):
        cells = [_cell(value) for value in values]
        if any(cell is not None for cell in cells):
            found.append(TableRow(number=number, cells=cells))
            _check_rows(found)
        elif number - (found[-1].number if found else 0) > MOST_ROWS:
            break  # nothing for so long: the rest is formatted emptiness
    return found


def _check_rows(found: Sequence[TableRow]) -> None:
    if len(found) > MOST_ROWS + 1:
        raise Refused(RefusalCode.TOO_MANY_ROWS, most=MOST_ROWS)


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(round(value, 6)))
    return (str(value).strip()[:_LONGEST_CELL] or None) if value is not None else None


def _delimiter(text: str) -> str | None:
    """The one that gives most rows the same number of cells, two at least; None for no table."""
    sample = [line for line in text[:100_000].splitlines() if line.strip()][:_SAMPLE]
    best, most = None, 0
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter))
        width, rows = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda each: each[1], default=(0, 0)
        )
        if rows * 2 > len(sample) and rows * width > most:
            best, most = delimiter, rows * width
    return best
