"""A file of whatever sort: told by its first bytes, read by who can."""

from collections.abc import Callable
from datetime import date

from commands.items.reading.markup import looks_like_html, looks_like_xml, read_markup
from commands.items.reading.pdf import read_pdf
from commands.items.reading.picture import is_picture, read_picture
from commands.items.reading.reading import Reading, RefusalCode, Refused, Surroundings
from commands.items.reading.sheet import read_table, read_workbook
from commands.items.reading.tables import decoded

MOST_BYTES = 30 * 1024 * 1024

_NOT_READ = {
    b"GIF8": "a GIF picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"BM": "a BMP picture",
    b"RIFF": "a WebP picture or a recording",
    b"{\\rtf": "an RTF document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"ID3": "a recording",
    b"OggS": "a recording",
}
_ARCHIVES = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(
    name: str,  # not trusted: a PDF called .jpg is read as the PDF it is
    content: bytes,
    *,
    country: str | None = None,
    today: date,
) -> Reading:
    """What the file says; never raises for what is in it. Slow: not for the event loop."""
    around = Surroundings(country=country.upper() if country else None, today=today)
    try:
        _check_size(content)
        return _reader(content)(content, around)
    except Refused as refused:
        return Reading(refusal=refused.refusal)


def _check_size(content: bytes) -> None:
    if not content:
        raise Refused(RefusalCode.EMPTY)
    if len(content) > MOST_BYTES:
        megabytes = -(-len(content) * 10 // 1024**2) / 10
        raise Refused(RefusalCode.TOO_LARGE, megabytes=megabytes, most=MOST_BYTES // 1024**2)


def _reader(content: bytes) -> Callable[[bytes, Surroundings], Reading]:
    if b"%PDF-" in content[:1024]:
        return read_pdf
    if is_picture(content):
        return read_picture
    if content.startswith(b"PK\x03\x04"):
        return read_workbook
    if content.startswith(_OLE):
        raise Refused(RefusalCode.OLD_OFFICE)
    if content.startswith(_ARCHIVES):
        raise Refused(RefusalCode.ARCHIVE)
    for start, what in _NOT_READ.items():
        if content.startswith(start):
            raise Refused(RefusalCode.UNKNOWN, what=what)
    return _reader_of_text(content)


def _reader_of_text(content: bytes) -> Callable[[bytes, Surroundings], Reading]:
    if looks_like_html(content):
        raise Refused(RefusalCode.HTML_PAGE)
    if looks_like_xml(content):
        return read_markup
    if decoded(content) is None:
        raise Refused(RefusalCode.UNKNOWN)
    return read_table
