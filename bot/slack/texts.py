"""Cutting texts to the length Slack takes without cutting through what it reads as one."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

UNBREAKABLE = re.compile(r"<[^<>\n]*>|&(?:amp|lt|gt);")
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def shortened(text: str, most: int) -> str:
    """Plain text on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + ELLIPSIS


def shortened_mrkdwn(text: str, most: int) -> str:
    """The beginning of a mrkdwn text, links, dates and entities whole."""
    if len(text) <= most:
        return text
    return text[: _cut(text, most - 1)].rstrip() + ELLIPSIS


def chunks(text: str, most: int) -> Iterator[str]:
    """Pieces of at most `most` characters, broken at a line, else at a space, else anywhere."""
    rest = text.strip()
    while len(rest) > most:
        cut = _cut(rest, most)
        for separator in ("\n", " "):
            found = rest.rfind(separator, most // 2, cut)
            if found > 0 and not _is_inside(rest, found):
                cut = found
                break
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _cut(text: str, most: int) -> int:
    """The last place at or before `most` that is not inside a link, a date or an entity."""
    for found in UNBREAKABLE.finditer(text):
        if found.start() < most < found.end():
            return found.start() or most
        if found.start() >= most:
            break
    return most


def _is_inside(text: str, place: int) -> bool:
    return any(f.start() < place < f.end() for f in UNBREAKABLE.finditer(text))


def monospaced(rows: Sequence[Sequence[str]], numeric: frozenset[int]) -> str:
    """Columns lined up by spaces, for surfaces without tables; escaped for mrkdwn."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if number in numeric else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
    text = "\n".join(lines).replace("`", "ˋ")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
