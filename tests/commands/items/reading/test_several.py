"""Several documents in one PDF are noticed, and one of many pages is left alone."""

from datetime import date

import pypdfium2
import pytest

from commands.items.reading.file import read_file
from commands.items.reading.pdf import taken_apart
from tests.commands.items.reading.papers import At, as_pdf, as_picture, encoded

TODAY = date(2026, 11, 22)


def page(*lines: str) -> list[At]:
    return [At(0.1, 4 + 2 * n, line) for n, line in enumerate(lines)]


def invoice(
    number: str, total: str, *, supplier: str = "Paper & Pens Ltd", day: str = "1"
) -> list[At]:
    return page(
        supplier, "12 High Street, Leeds LS1 4AB", "INVOICE", f"Invoice number: {number}",
        f"Invoice date: {day} October 2026", "Printing paper A4", f"Total £{total}",
    )  # fmt: skip


def begins(*pages: list[At]) -> tuple[int, ...]:
    reading = read_file("a.pdf", as_pdf(*pages), country="GB", today=TODAY)
    assert len(reading.documents) == 1
    return reading.begins


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ((invoice("INV-1", "12.00"),), ()),
        ((invoice("INV-1", "12.00"), invoice("INV-2", "12.00")), (0, 1)),
        ((invoice("INV-1", "12.00"), invoice("INV-1", "12.00")), ()),
        ((invoice("INV-1", "12.00"), invoice("INV-1", "24.00"), invoice("INV-2", "9.00")), (0, 2)),
        ((invoice("INV-1", "12.00"), page("Terms and conditions", "Pay within 30 days")), ()),
        ((page("Paper & Pens Ltd", "Invoice number: INV-1", "Carried over"),
          invoice("INV-1", "24.00")), ()),
    ],
    ids=["one", "two", "a copy", "two pages and another", "terms", "carried over"],
)  # fmt: skip
def test_documents_begin_where_another_number_has_a_total(
    pages: tuple[list[At], ...], found: tuple[int, ...]
) -> None:
    assert begins(*pages) == found


def test_receipts_without_numbers_are_told_apart_by_shop_and_day() -> None:
    shops = [
        page(
            "CORNER CAFE", "VAT No GB 123 4567 73", "Date: 01/10/2026", "TOTAL £4.20", "Thank you"
        ),
        page("NORTHERN RAIL", "Date: 02/10/2026", "TOTAL £31.00", "Thank you"),
    ]

    assert begins(*shops) == (0, 1)


def test_scanned_receipts_are_told_apart() -> None:
    pictures = [
        as_picture([f"SHOP {n}", f"Receipt No 00{n}17", "Date: 01/10/2026", f"TOTAL GBP\t{n}.00"])
        for n in (4, 5)
    ]
    first, *others = [picture.convert("RGB") for picture in pictures]
    scan = encoded(first, "PDF", save_all=True, append_images=others)

    assert read_file("scan.pdf", scan, country="GB", today=TODAY).begins == (0, 1)


def test_each_part_has_its_pages() -> None:
    content = as_pdf(invoice("INV-1", "12.00"), invoice("INV-1", "24.00"), invoice("INV-2", "9.00"))
    parts = taken_apart(content, (0, 2))
    numbers = [
        read_file("a.pdf", part, country="GB", today=TODAY).documents[0].facts["number"].value
        for part in parts
    ]

    assert [len(pypdfium2.PdfDocument(part)) for part in parts] == [2, 1]
    assert numbers == ["INV-1", "INV-2"]
