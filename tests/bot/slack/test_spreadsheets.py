"""Spreadsheets hold what they were given, and never a formula."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from bot.slack.spreadsheets import csv_file, xlsx_file
from bot.slack.written import written
from commands.files import Format, Sheet, Spreadsheet

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EVIL = (
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "＝1+1", " =1+1",
)  # fmt: skip


def a_sheet(*cells: Any, **over: Any) -> Sheet:
    columns = tuple(f"Column {n}" for n in range(len(cells)))
    return Sheet(**{"title": "Findings", "columns": columns, "rows": (cells,)} | over)


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def parts_of(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_calculated_in_csv(text: str) -> None:
    (_, (cell,)) = rows_of(csv_file(a_sheet(text)))

    assert cell == f"'{text}"


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_a_formula_or_a_link_in_a_workbook(text: str) -> None:
    parts = parts_of(xlsx_file([a_sheet(text, "http://evil.example/")]))
    sheet = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"])

    assert sheet.findall(".//m:f", NAMES) == []
    assert sheet.findall(".//m:hyperlink", NAMES) == []
    assert {cell.get("t") for cell in sheet.findall(".//m:row[@r='2']/m:c", NAMES)} == {"s"}


def test_column_titles_are_no_formulas_either() -> None:
    sheet = a_sheet(1, columns=("=1+1",))

    assert rows_of(csv_file(sheet))[0] == ["'=1+1"]
    assert "<f>" not in parts_of(xlsx_file([sheet]))["xl/worksheets/sheet1.xml"]


def test_every_kind_of_value_keeps_its_kind_in_a_workbook() -> None:
    at = datetime(2026, 6, 30, 9, 15, tzinfo=UTC)
    sheet = a_sheet("Pens", 3, Decimal("-1200.40"), date(2026, 6, 30), at, True, None)
    parts = parts_of(xlsx_file([sheet]))
    cells = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"]).findall(
        ".//m:row[@r='2']/m:c", NAMES
    )
    values = [cell.findtext("m:v", namespaces=NAMES) for cell in cells]

    assert [cell.get("t") for cell in cells] == ["s", None, None, None, None, "b"]
    assert values[1:] == ["3", "-1200.40", "46203", "46203.38541666666", "1"]


def test_csv_says_every_kind_of_value_plainly() -> None:
    at = datetime(2026, 6, 30, 9, 15, tzinfo=UTC)
    sheet = a_sheet("Pens, blue", 3, Decimal("-1200.40"), date(2026, 6, 30), at, False, None)

    assert rows_of(csv_file(sheet))[1] == [
        "Pens, blue", "3", "-1200.40", "2026-06-30", "2026-06-30 09:15 UTC", "no", "",
    ]  # fmt: skip


def test_sheets_have_names_that_excel_takes() -> None:
    titles = ["A/B: [x]", "x" * 40, "x" * 40, "History", "'quoted'", ""]
    parts = parts_of(xlsx_file([a_sheet(1, title=title) for title in titles]))
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    names = [sheet.get("name") for sheet in book.findall(".//m:sheet", NAMES)]

    assert names == ["A B   x", "x" * 31, "x" * 29 + " 2", "History", "quoted", "Sheet"]


def test_notes_stand_above_and_titles_stay_in_view() -> None:
    parts = parts_of(xlsx_file([a_sheet("Pens", notes=("Acme Ltd", "as of June"))]))
    sheet = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"])
    pane = sheet.find(".//m:pane", NAMES)

    assert pane is not None
    assert pane.get("topLeftCell") == "A5"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme / Sons: June?", "Acme Sons June.xlsx"),
        ("../../etc", "etc.xlsx"),
        ("***", "file.xlsx"),
    ],
)
async def test_a_file_has_a_name_that_any_disk_takes(name: str, shown: str) -> None:
    file = await written(Spreadsheet(name=name, sheets=(a_sheet(1),)))

    assert file.name == shown


async def test_csv_is_one_sheet() -> None:
    file = await written(
        Spreadsheet(name="Findings", sheets=(a_sheet("Pens"),), written_as=Format.CSV)
    )

    assert file.name == "Findings.csv"
    assert rows_of(file.content) == [["Column 0"], ["Pens"]]
