"""Text that is made to keep a reader busy is answered like any other."""

from datetime import date

import pytest

from commands.items.reading.file import read_file
from commands.items.reading.reading import By, Surroundings
from commands.items.reading.text import read_text
from commands.items.reading.words import Word

TODAY = date(2026, 11, 22)
AROUND = Surroundings(country="GB", today=TODAY)
SIGNS = 60_000  # as many as are taken from a PDF
MEAN = ["total", "net", "x" * 100, "1" * 99 + "x", "a-" * 50, "1-"]


@pytest.mark.parametrize("text", MEAN)
@pytest.mark.parametrize("is_one_row", [True, False])
def test_a_page_full_of_one_thing_is_read(text: str, is_one_row: bool) -> None:
    words = [
        Word(
            text=text,
            left=n * 50 if is_one_row else 0,
            right=n * 50 + 40 if is_one_row else 40,
            top=0 if is_one_row else n * 12,
            bottom=10 if is_one_row else n * 12 + 10,
        )
        for n in range(SIGNS // len(text))
    ]

    assert read_text(words, By.TEXT, around=AROUND) is not None


@pytest.mark.parametrize(
    "content",
    [
        b"<!---->" * 600,
        b"<?xml ?>" * 600,
        b"%PDF-1.4\n" + b" obj stream\n" * 60_000,
        b"%PDF-1.4\n" + b"stream\nx\x9c" * 40_000,
        b"Supplier,Total\n" + b",".join([b"(" * 999] * 60) + b"\n",
        b",".join([b"(" * 999] * 60) + b"\nSupplier,Total\n",
        b'"' * 100_000,
        b"Total,Supplier\n" + b"1," * 500_000,
    ],
    ids=range(8),
)
def test_a_file_full_of_one_thing_is_answered(content: bytes) -> None:
    reading = read_file("x", content, today=TODAY)

    assert reading.refusal or reading.documents
