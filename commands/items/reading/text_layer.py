"""The text layer of a PDF as words with their places, upright whatever way the page is turned."""

from collections.abc import Iterator
from typing import Any

from commands.items.reading.words import Word

_PAGES_READ = 6  # from the front; the totals of longer ones are on the last two
_LAST_PAGES = 2
_MOST_SIGNS = 60_000
_LONGEST_WORD = 100  # longer ones are made to be slow, and are divided

Box = tuple[float, float, float, float]  # left, bottom, right, top, as PDF counts: upwards


def written_on(pdf: Any) -> Iterator[Word]:
    """The words of the first pages and of the last ones."""
    pages, signs_left = len(pdf), _MOST_SIGNS
    for n in range(pages):
        if _PAGES_READ <= n < pages - _LAST_PAGES:
            continue
        page = pdf[n]
        text = page.get_textpage()
        signs = min(text.count_chars(), signs_left)
        signs_left -= signs
        turn = page.get_rotation()
        for written, box in _boxed(text, signs):
            yield _word(written, box, page=n, turn=turn)
        text.close()
        page.close()


def _boxed(text: Any, signs: int) -> Iterator[tuple[str, Box]]:
    """What stands between spaces and breaks, which the library puts in for wide gaps too."""
    from pypdfium2.raw import FPDFText_GetUnicode  # noqa: PLC0415  # loads a large library

    word, boxes = "", list[Box]()
    for i in range(signs):
        sign = chr(FPDFText_GetUnicode(text, i) % 0x110000)
        is_part = sign.isprintable() and not sign.isspace()
        if is_part:
            word += sign
            boxes.append(text.get_charbox(i, loose=True))
        if word and (not is_part or len(word) == _LONGEST_WORD):
            yield word, _around(boxes)
            word, boxes = "", []
    if word:
        yield word, _around(boxes)


def _around(boxes: list[Box]) -> Box:
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _word(written: str, box: Box, *, page: int, turn: int) -> Word:
    """`turn` is clockwise, in degrees."""
    left, bottom, right, top = box
    upright = {
        0: (left, -top, right, -bottom),
        90: (bottom, left, top, right),
        180: (-right, bottom, -left, top),
        270: (-top, -right, -bottom, -left),
    }[turn]
    return Word(
        text=written,
        left=upright[0],
        top=upright[1],
        right=upright[2],
        bottom=upright[3],
        page=page,
    )
