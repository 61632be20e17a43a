"""More files than a ledger takes on one document are bound, in order, and none is lost."""

from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from commands.publishing.sending.binding import bound
from providers.drafts import Attachment

ROOMY = 10 * 1024 * 1024


def pdf(width: int, pages: int = 1) -> bytes:
    """Pages whose width tells them apart."""
    whole, out = pypdfium2.PdfDocument.new(), BytesIO()
    for _ in range(pages):
        whole.new_page(width, 300)
    whole.save(out)
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (200, 100), "white").save(out, kind)
    return out.getvalue()


def file(name: str, content: bytes) -> Attachment:
    return Attachment(name=name, mime="application/octet-stream", content=content)


def widths(content: bytes) -> list[int]:
    document = pypdfium2.PdfDocument(content)
    return [round(page.get_width()) for page in document]


def test_what_fits_is_left_as_it_is() -> None:
    files = [file(f"{n}.pdf", pdf(100 + n)) for n in range(10)]

    assert bound(files, most=10, most_bytes=ROOMY) == files


def test_the_pages_of_all_stand_in_order_in_one_volume_and_what_has_none_beside_it() -> None:
    files = [file(f"{n}.pdf", pdf(100 + n, pages=1 + n % 2)) for n in range(11)]
    files[4] = file("e-invoice.xml", b"<Invoice/>")
    whole, beside = bound(files, most=10, most_bytes=ROOMY)

    assert whole.name == "documents 01-11.pdf"
    assert whole.mime == "application/pdf"
    assert widths(whole.content) == [100 + n for n in range(11) if n != 4 for _ in range(1 + n % 2)]
    assert beside == files[4]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_a_page_and_what_is_damaged_goes_as_it_came(kind: str) -> None:
    files = [file("a.pdf", pdf(111)), file("b", picture(kind)), file("c.pdf", b"%PDF-1.4 torn")]
    whole, torn = bound(files, most=2, most_bytes=ROOMY)

    assert whole.name == "documents 01-02.pdf"
    assert len(widths(whole.content)) == 2
    assert torn == files[2]


@pytest.mark.parametrize(
    "torn",
    [
        picture("PNG")[:60], picture("PNG").replace(b"IDAT", b"IDAX"), picture("JPEG")[:80],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"", b"%PDF-1.7\n%%EOF",
    ],
)  # fmt: skip
def test_whatever_is_torn_hinders_nothing_and_goes_as_it_came(torn: bytes) -> None:
    files = [file("a.pdf", pdf(111)), file("b.pdf", pdf(112)), file("c", torn)]

    assert bound(files, most=2, most_bytes=ROOMY)[-1] == files[2]


@settings(max_examples=25)
@given(
    pages=st.lists(st.integers(1, 4), min_size=3, max_size=12),
    most_bytes=st.integers(500, 6000),
)
def test_no_page_is_lost_or_moved_and_twice_the_same_comes_out_alike(
    pages: list[int], most_bytes: int
) -> None:
    files = [file(f"{n}.pdf", pdf(100 + n, pages=each)) for n, each in enumerate(pages)]
    first, again = (bound(files, most=2, most_bytes=most_bytes) for _ in range(2))
    found = [width for each in first for width in widths(each.content)]

    assert found == [100 + n for n, each in enumerate(pages) for _ in range(each)]
    assert [(f.name, len(f.content)) for f in first] == [(f.name, len(f.content)) for f in again]
