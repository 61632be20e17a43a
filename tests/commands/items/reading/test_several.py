"""Several documents in one PDF are noticed, and one of many pages is left alone."""

from datetime import date

import pypdfium2
import pytest

from commands.items.reading.file import read_file
from commands.items.reading.pdf import taken_apart
from commands.items.reading.reading import Division
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


def statement(number: int, of: int, *lines: str) -> list[At]:
    return page("Northern Power plc", f"Page {number} of {of}", *lines)


def till(shop: str, day: str, total: str) -> list[At]:
    return page(shop, "VAT No GB 123 4567 73", f"Date: {day}", f"TOTAL £{total}", "Thank you")


def told(*pages: list[At]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Pages on which documents begin, and those on which they may."""
    reading = read_file("a.pdf", as_pdf(*pages), country="GB", today=TODAY)
    assert len(reading.documents) == 1
    return reading.division.begins, reading.division.unsure


ONE: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
FIRST, COPY = invoice("INV-1", "12.00"), invoice("INV-1", "12.00")
TERMS = page("Terms and conditions", "Pay within 30 days")
MORE = page("Printing paper A4", "5 reams at 2.40", "Envelopes")
CASES: dict[str, tuple[list[list[At]], tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "one": ([FIRST], ONE),
    "two": ([FIRST, invoice("INV-2", "12.00")], ((0, 1), ())),
    "a copy": ([FIRST, COPY], ONE),
    "a number read badly": ([invoice("INV-10", "12.00"), invoice("INV-1O", "12.00")], ONE),
    "two pages and another": (
        [FIRST, invoice("INV-1", "24.00"), invoice("INV-2", "9.00")], ((0, 2), ()),
    ),
    "terms": ([FIRST, TERMS], ONE),
    "terms between": ([FIRST, TERMS, invoice("INV-2", "9.00"), TERMS], ((0, 2), ())),
    "more lines": ([FIRST, MORE, MORE], ONE),
    "the number and no total": (
        [page("Paper & Pens Ltd", "Invoice number: INV-1", "Paper"), invoice("INV-1", "24.00")],
        ONE,
    ),
    "total on the last page": (
        [page("Paper & Pens Ltd", "Invoice number: INV-1", "Paper"),
         page("Paper & Pens Ltd", "Total £24.00")],
        ONE,
    ),
    "page x of y": (
        [statement(1, 3, "Total £10.00"), statement(2, 3, "Total £20.00"),
         statement(3, 3, "Total £30.00")],
        ONE,
    ),
    "page x of y, twice": (
        [statement(1, 2, "Total £10.00"), statement(2, 2, "Total £20.00"),
         statement(1, 2, "Total £30.00"), statement(2, 2, "Total £40.00")],
        ((0, 2), ()),
    ),
    "a page is missing": (
        [statement(1, 4, "Total £10.00"), statement(3, 4, "Total £30.00")], ONE,
    ),
    "a page of another": (
        [statement(1, 2, "Total £10.00"), statement(2, 2), statement(2, 5, "Total £9.00")],
        ((0,), (2,)),
    ),
    "a letter, then page 1": (
        [page("Dear Sir or Madam", "Please find our account"), statement(1, 1, "Total £9.00")],
        ((0,), (1,)),
    ),
    "carried over": (
        [page("Paper & Pens Ltd", "INVOICE", "Total £12.00", "Carried forward £12.00"),
         page("Paper & Pens Ltd", "Total £24.00")],
        ONE,
    ),
    "brought forward": (
        [page("Paper & Pens Ltd", "INVOICE", "Total £12.00"),
         page("Paper & Pens Ltd", "Brought forward £12.00", "Total £24.00")],
        ONE,
    ),
    "the total again": ([FIRST, page("Remittance slip", "Total £12.00")], ONE),
    "another total": ([FIRST, page("Summary of the month", "Total £99.00")], ((0,), (1,))),
    "shops and days": (
        [till("CORNER CAFE", "01/10/2026", "4.20"), till("NORTHERN RAIL", "02/10/2026", "31.00")],
        ((0, 1), ()),
    ),
    "an invoice behind a receipt of that day": (
        [till("CORNER CAFE", "01/10/2026", "4.20"), invoice("INV-1", "12.00")], ((0, 1), ()),
    ),
    "the same shop on two days": (
        [till("CORNER CAFE", "01/10/2026", "4.20"), till("CORNER CAFE", "02/10/2026", "4.20")],
        ((0, 1), ()),
    ),
    "the same shop on one day": (
        [till("CORNER CAFE", "01/10/2026", "4.20"), till("CORNER CAFE", "01/10/2026", "3.10")],
        ((0,), (1,)),
    ),
    "numbers of a list": (
        [page("Paper & Pens Ltd", "STATEMENT", "Invoice no INV-1", "Total £12.00"),
         page("Paper & Pens Ltd", "Invoice no INV-9", "Invoice no INV-8")],
        ((0,), (1,)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("pages", "found"), CASES.values(), ids=CASES)
def test_documents_are_told_apart_and_pages_kept_together(
    pages: list[list[At]], found: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    assert told(*pages) == found


def scan(*receipts: list[str]) -> bytes:
    first, *others = [as_picture(lines).convert("RGB") for lines in receipts]
    return encoded(first, "PDF", save_all=True, append_images=others)


def receipt(number: int) -> list[str]:
    shop = ["SHOP", f"Receipt No 00{number}17", "Date: 01/10/2026"]
    return [*shop, f"TOTAL GBP\t{number}.00"]


def test_every_page_of_a_scan_is_looked_at() -> None:
    pages = [receipt(4), receipt(5), ["Terms and conditions"], receipt(6), ["Page 2 of 2"]]
    read = read_file("scan.pdf", scan(*pages), country="GB", today=TODAY)

    assert read.division == Division(begins=(0, 1, 3))


def test_of_pages_too_many_to_be_looked_at_nobody_can_tell() -> None:
    content = scan(receipt(4), receipt(5), *[[""]] * 18, receipt(6), receipt(7))
    read = read_file("scan.pdf", content, country="GB", today=TODAY)

    assert read.division == Division(begins=(0, 1), unsure=(20, 21))


def test_each_part_has_its_pages() -> None:
    content = as_pdf(invoice("INV-1", "12.00"), invoice("INV-1", "24.00"), invoice("INV-2", "9.00"))
    parts = taken_apart(content, (0, 2))
    numbers = [
        read_file("a.pdf", part, country="GB", today=TODAY).documents[0].facts["number"].value
        for part in parts
    ]

    assert [len(pypdfium2.PdfDocument(part)) for part in parts] == [2, 1]
    assert numbers == ["INV-1", "INV-2"]
