"""Sheets as XLSX and CSV. What a ledger says stays text: no cell of ours is ever a formula.

In XLSX every text is written as text, with the mark that keeps it so when the cell is edited. CSV
knows no types: there a text that a spreadsheet would calculate gets an apostrophe before it
(OWASP, CSV Injection).
"""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from commands.files import Cell, Sheet

CALCULATED = tuple("=+-@\t\r\n＝＋－＠")
WIDEST = 60  # characters of a column
LONGEST_CELL = 32_767  # characters, Excel's own limit
LONGEST_TITLE = 31
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def csv_file(sheet: Sheet) -> bytes:
    """One sheet without its notes, in UTF-8 with the mark that Excel knows it by."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    for row in (sheet.columns, *sheet.rows):
        writer.writerow([_in_csv(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _in_csv(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(CALCULATED) else cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M UTC")
    return "" if cell is None else str(cell)


def xlsx_file(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: titles that stay in view, filters, columns as wide as what is in them."""
    import xlsxwriter  # noqa: PLC0415  # wanted seldom

    content = BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        formats = {
            "title": book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
            "note": book.add_format({"italic": True, "font_color": "#666666"}),
            "text": book.add_format({"quote_prefix": True, "valign": "top"}),
            "amount": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        }
        taken: set[str] = set()
        for sheet in sheets:
            _fill(book.add_worksheet(_title(sheet.title, taken)), sheet, formats)
    return content.getvalue()


def _title(wanted: str, taken: set[str]) -> str:
    """As Excel allows: short, without its own marks, none twice."""
    plain = "".join(" " if mark in "[]:*?/\\" else mark for mark in wanted).strip("' ")
    title = plain[:LONGEST_TITLE] or "Sheet"
    number = 2
    while title.casefold() in taken:
        end = f" {number}"
        title, number = plain[: LONGEST_TITLE - len(end)] + end, number + 1
    taken.add(title.casefold())
    return title


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for place, note in enumerate(sheet.notes):
        page.write_string(place, 0, note, formats["note"])
    top = len(sheet.notes) + bool(sheet.notes)
    for column, title in enumerate(sheet.columns):
        page.write_string(top, column, title, formats["title"])
        page.set_column(column, column, _width(sheet, column))
    for number, row in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(row):
            _write(page, number, column, cell, formats)
    page.freeze_panes(top + 1, 0)
    if sheet.rows and sheet.columns:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)


def _write(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    """Each kind of value by its own method: the general one would guess."""
    match cell:
        case None | "":
            return
        case bool():
            page.write_boolean(row, column, cell)
        case int():
            page.write_number(row, column, cell, formats["whole"])
        case Decimal():
            page.write_number(row, column, cell, formats["amount"])
        case datetime():
            page.write_datetime(row, column, cell.replace(tzinfo=None), formats["moment"])
        case date():
            page.write_datetime(row, column, cell, formats["day"])
        case _:
            page.write_string(row, column, cell[:LONGEST_CELL], formats["text"])


def _width(sheet: Sheet, column: int) -> int:
    cells = [sheet.columns[column], *(row[column] for row in sheet.rows[:200])]
    return min(max(len(str(cell)) for cell in cells if cell is not None) + 2, WIDEST)
