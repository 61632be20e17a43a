"""PDFs: the e-invoice inside, else the text on the pages, else the pages as pictures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

from commands.items.reading.markup import e_invoice, looks_like_xml
from commands.items.reading.ocr import words_in
from commands.items.reading.packed import check_pdf
from commands.items.reading.reading import (
    By,
    ReadDocument,
    Reading,
    RefusalCode,
    Refused,
    Surroundings,
)
from commands.items.reading.several import division
from commands.items.reading.text import read_text
from commands.items.reading.text_layer import written_on
from commands.items.reading.words import Word
from commands.pdfium import PDFIUM

MOST_PAGES = 100
_PAGES_SEEN = 20  # of a scan: pictures take seconds each
_FEWEST_SIGNS = 25  # on a page that has text, not only a stamp of the scanner
_MOST_PIXELS = 6_000_000
_DOTS_PER_POINT = 200 / 72
_MOST_ATTACHMENTS = 50
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(content: bytes, around: Surroundings) -> Reading:
    """One document, whatever the number of pages; it is said where several seem to begin."""
    check_pdf(content)
    with PDFIUM, _opened(content) as pdf:
        pages = len(pdf)
        if pages > MOST_PAGES:
            raise Refused(RefusalCode.TOO_MANY_PAGES, pages=pages, most=MOST_PAGES)
        stated = _embedded(pdf)
        if stated is not None:
            return Reading(documents=(stated,))
        words = list(written_on(pdf))
    by = By.TEXT
    if not _is_text(words):
        by, words = By.OCR, _seen_on(content, pages)
    document = read_text(words, by, around=around)
    found = division(words, by, around=around)
    if found and by is By.OCR:  # of pages that were not looked at nobody can tell
        found = replace(found, unsure=(*found.unsure, *range(_PAGES_SEEN, pages)))
    return Reading(documents=(document,), division=found)


def pages_of(content: bytes) -> int:
    """How many there are. Raises Refused. Slow."""
    with PDFIUM, _opened(content) as pdf:
        return len(pdf)


def taken_apart(content: bytes, begins: Sequence[int]) -> list[bytes]:
    """A PDF for each document, of the pages from where it begins. Raises Refused. Slow."""
    import pypdfium2  # noqa: PLC0415  # loads a large library

    parts = []
    with PDFIUM, _opened(content) as pdf:
        ends = (*begins[1:], len(pdf))
        for first, end in zip(begins, ends, strict=True):
            part, out = pypdfium2.PdfDocument.new(), BytesIO()
            part.import_pages(pdf, list(range(first, end)))
            part.save(out)
            part.close()
            parts.append(out.getvalue())
    return parts


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    import pypdfium2  # noqa: PLC0415  # loads a large library

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _WRONG_PASSWORD:
            raise Refused(RefusalCode.ENCRYPTED) from None
        raise Refused(RefusalCode.DAMAGED, what="PDF") from None
    try:
        if not len(pdf):
            raise Refused(RefusalCode.DAMAGED, what="PDF")
        yield pdf
    except pypdfium2.PdfiumError:
        raise Refused(RefusalCode.DAMAGED, what="PDF") from None
    finally:
        pdf.close()


def _embedded(pdf: Any) -> ReadDocument | None:
    """The e-invoice that Factur-X and ZUGFeRD put into the PDF."""
    for i in range(min(pdf.count_attachments(), _MOST_ATTACHMENTS)):
        attachment = pdf.get_attachment(i)
        if not attachment.get_name().lower().endswith(".xml"):
            continue
        content = bytes(attachment.get_data())
        if not looks_like_xml(content):
            continue
        try:
            return e_invoice(content)
        except Refused:
            continue  # other XML is attached too, and what cannot be read so is read off the pages
    return None


def _is_text(words: list[Word]) -> bool:
    """Not so where the first page is a picture, or its font does not say which signs it draws."""
    signs = "".join(word.text for word in words if word.page == 0)
    legible = sum(sign.isalnum() for sign in signs)
    return legible >= _FEWEST_SIGNS and legible * 2 > len(signs)


def _seen_on(content: bytes, pages: int) -> list[Word]:
    """What is on the pictures, one at a time: each takes a lot of memory, and others wait."""
    words: list[Word] = []
    for n in range(min(pages, _PAGES_SEEN)):
        with PDFIUM, _opened(content) as pdf:
            picture = _picture(pdf, n)
        words += words_in(picture, page=n)
    return words


def _picture(pdf: Any, n: int) -> Any:
    """The page as an array of pixels, upright, and not larger than is good to read."""
    page = pdf[n]
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    picture = page.render(scale=scale).to_numpy().copy()
    page.close()
    return picture
