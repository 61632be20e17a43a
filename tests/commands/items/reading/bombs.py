"""Files that would fill a machine if they were opened, and others nobody should hand in."""

import io
import struct
import zipfile
import zlib
from functools import cache

from tests.commands.items.reading.einvoices import Sale, as_ubl
from tests.commands.items.reading.papers import At, as_pdf

_PIECE = bytes(1024 * 1024)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed."""
    packing = zlib.compressobj(1)
    return b"".join(packing.compress(_PIECE) for _ in range(megabytes)) + packing.flush()


def a_pdf(dictionary: bytes, stream: bytes) -> bytes:
    """One page whose only stream is this."""
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d%s>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF" % (len(stream), dictionary, stream)
    )


def pdf_of_zeros() -> bytes:
    return a_pdf(b"/Filter/FlateDecode", zeros(192))


def pdf_packed_twice() -> bytes:
    return a_pdf(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(zeros(64)))


def pdf_with_a_huge_picture() -> bytes:
    picture = b"/Type/XObject/Subtype/Image/Width 90000/Height 90000/BitsPerComponent 1"
    return a_pdf(picture + b"/ColorSpace/DeviceGray/Filter/FlateDecode", zeros(1))


def pdf_behind_a_password() -> bytes:
    """Encrypted by a key that comes of no password anybody has."""
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]"
    keys = (b"11" * 32, b"22" * 32)
    return a_pdf(b"", b"").replace(b"trailer<<", b"trailer<<" + locked % keys)


def pdf_of_many_pages(pages: int) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(pages))
    one = a_pdf(b"", b"")
    return one.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[%s]/Count %d" % (kids, pages))


def png_of(width: int, height: int) -> bytes:
    """Says that it is so large; there is nothing in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def workbook_of_zeros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w") as member:
            for _ in range(128):
                member.write(_PIECE)
    return out.getvalue()


def laughs() -> bytes:
    """A billion of them."""
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    return f'<?xml version="1.0"?><!DOCTYPE Invoice [{entities}]><Invoice>&j;</Invoice>'.encode()


def reaching_out() -> bytes:
    """Asks for a file of the machine that reads it."""
    outside = '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return f'<?xml version="1.0"?>{outside}<Invoice>&x;</Invoice>'.encode()


def nested() -> bytes:
    return b"<a>" * 400_000 + b"</a>" * 400_000


def an_archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


BOMBS = {
    "pdf of zeros": pdf_of_zeros,
    "pdf packed twice": pdf_packed_twice,
    "workbook of zeros": workbook_of_zeros,
    "billion laughs": laughs,
    "outside entity": reaching_out,
    "nested": nested,
}


@cache
def good_files() -> list[bytes]:
    """One of each kind that is read, to be cut and garbled."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ["Supplier", "Total"])
    book.close()
    return [
        as_pdf([At(0.1, 3, "Paper & Pens Ltd, with enough words on its page")]),
        as_ubl(Sale(lines=())),
        out.getvalue(),
        b"Supplier;Date;Total\nPaper & Pens;1.10.2026;12,00\n",
        png_of(100, 100),
    ]
