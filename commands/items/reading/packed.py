"""Files that unpack to far more than they are: found out before anything is decoded."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from commands.items.reading.reading import RefusalCode, Refused

_MOST_OF_A_STREAM = 160 * 1024**2  # a page scanned in colour at 600 dots an inch
_MOST_OF_A_PDF = 320 * 1024**2
_MOST_PIXELS = 120_000_000
_MOST_OF_A_ZIP = 60 * 1024**2
_MOST_MEMBERS = 2_000
_MOST_OF_OLD_PACKING = 4 * 1024**2  # packed; nobody makes scans with LZW or run lengths any more
_MOST_STREAMS = 50_000
_CHUNK = 64 * 1024
_BEFORE = 2_048  # how far before a stream its dictionary is looked for

_STREAM = re.compile(rb"stream\r?\n")
_FILTERS = re.compile(rb"/(?:Filter|F)\s*\[([^\]]*)\]")
_SIDES = (re.compile(rb"/(?:Width|W)\s+(\d{1,9})\b"), re.compile(rb"/(?:Height|H)\s+(\d{1,9})\b"))
_JPEG_2000 = re.compile(rb"\xff\x4f\xff\x51....(.{8})", re.DOTALL)  # says its sides itself


def check_pdf(content: bytes) -> None:
    """Unpacks each stream into nothing, and looks at the sizes of the pictures. Raises Refused."""
    unpacked = 0
    for sides in _JPEG_2000.finditer(content):
        _check_pixels(*struct.unpack(">II", sides[1]))
    for n, (dictionary, start) in enumerate(_streams(content)):
        if n > _MOST_STREAMS or _is_packed_twice(dictionary):
            raise Refused(RefusalCode.BOMB)
        _check_pixels(*(_largest(side, dictionary) for side in _SIDES))
        unpacked += _unpacked(content, start, dictionary)
        if unpacked > _MOST_OF_A_PDF:
            raise Refused(RefusalCode.BOMB)


def check_zip(archive: zipfile.ZipFile) -> None:
    """By what its directory says, which is all that is ever unpacked. Raises Refused."""
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or total > _MOST_OF_A_ZIP:
        raise Refused(RefusalCode.BOMB)


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The dictionary before each stream, and where the stream begins."""
    for match in _STREAM.finditer(content):
        if content.endswith(b"end", 0, match.start()):
            continue
        before = content[max(match.start() - _BEFORE, 0) : match.start()]
        yield before[before.rfind(b" obj") + 1 :], match.end()


def _check_pixels(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        megapixels, most = width * height // 1_000_000, _MOST_PIXELS // 1_000_000
        raise Refused(RefusalCode.TOO_MANY_PIXELS, megapixels=megapixels, most=most)


def _largest(side: re.Pattern[bytes], dictionary: bytes) -> int:
    return max((int(found) for found in side.findall(dictionary)), default=0)


def _is_packed_twice(dictionary: bytes) -> bool:
    found = _FILTERS.search(dictionary)
    kinds = re.findall(rb"/(Flate|Fl\b|LZW|RunLength|RL\b|JBIG2)", found[1]) if found else []
    return len(kinds) > 1


def _unpacked(content: bytes, start: int, dictionary: bytes) -> int:
    """How much a stream unpacks to; nothing for one that is not packed. Raises Refused."""
    if b"/LZW" in dictionary or b"/RunLength" in dictionary:
        if content.find(b"endstream", start) - start > _MOST_OF_OLD_PACKING:
            raise Refused(RefusalCode.BOMB)
        return 0
    return _inflated(content, start)


def _inflated(content: bytes, start: int) -> int:
    if start + 2 > len(content) or content[start] & 0x0F != 8:
        return 0
    unpacking, size, at = zlib.decompressobj(), 0, start
    try:
        while not unpacking.eof and at < len(content):
            piece = unpacking.unconsumed_tail
            if not piece:
                piece, at = content[at : at + _CHUNK], at + _CHUNK
            size += len(unpacking.decompress(piece, 1024 * 1024))
            if size > _MOST_OF_A_STREAM:
                raise Refused(RefusalCode.BOMB)
    except zlib.error:
        return size
    return size
