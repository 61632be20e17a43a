"""Words with their places on a page, and the rows they stand in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from unicodedata import normalize

CELL_BREAK = "   "
_MOST_WORDS = 100  # in a row; longer ones are made to be slow, and are divided
_CELL_GAP = 0.7  # of the height of the text: wider than a space, narrower than a column's gap


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word and its box, from the top left corner of its page; any unit. `sure` is from 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    page: int = 0
    sure: float = 1.0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Words on one line, from left to right.

    `text` has one space between words and three between cells; `plain` is the same, sign by sign,
    in small letters without accents. `starts` are where in it each word begins.
    """

    words: tuple[Word, ...]
    text: str
    plain: str
    starts: tuple[int, ...]

    @property
    def top(self) -> float:
        return self.words[0].top

    @property
    def page(self) -> int:
        return self.words[0].page

    @property
    def height(self) -> float:
        return median(word.height for word in self.words)

    @property
    def sure(self) -> float:
        return min(word.sure for word in self.words)

    def cells(self) -> Iterator[tuple[str, Sequence[Word]]]:
        """What stands together in the row, with its words."""
        at = 0
        for text in self.text.split(CELL_BREAK):
            yield text, self.within(at, at + len(text))
            at += len(text) + len(CELL_BREAK)

    def within(self, start: int, end: int) -> Sequence[Word]:
        """The words of a stretch of the text."""
        return [
            word
            for word, at in zip(self.words, self.starts, strict=True)
            if at < end and at + len(word.text) > start
        ]

    def span(self, start: int, end: int) -> tuple[float, float]:
        """From where to where a stretch of the text reaches on the page."""
        words = self.within(start, end) or self.words
        return words[0].left, words[-1].right


def plain(text: str) -> str:
    """In small letters without accents, exactly as long as it was."""
    return "".join(normalize("NFKD", sign)[0].lower()[0] for sign in text)


def rows(words: Iterable[Word]) -> tuple[Row, ...]:
    """Words of which the middles are level stand in one row; from the top of the first page on."""
    by_page = groupby(sorted(words, key=lambda word: word.page), key=lambda word: word.page)
    return tuple(row for _, on_page in by_page for row in _of_page(list(on_page)))


def _of_page(words: Sequence[Word]) -> Iterable[Row]:
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda each: each.middle):
        last = found[-1] if found else []
        fits = last and len(last) < _MOST_WORDS
        if fits and abs(word.middle - _level(last)) < min(word.height, last[-1].height) / 2:
            last.append(word)
        else:
            found.append([word])
    return [_row(sorted(each, key=lambda word: word.left)) for each in found]


def _level(words: Sequence[Word]) -> float:
    return sum(word.middle for word in words) / len(words)


def _row(words: Sequence[Word]) -> Row:
    text, starts = "", []
    for i, word in enumerate(words):
        if i:
            before = words[i - 1]
            wide = max(word.height, before.height) * _CELL_GAP
            text += CELL_BREAK if word.left - before.right > wide else " "
        starts.append(len(text))
        text += word.text
    return Row(words=tuple(words), text=text, plain=plain(text), starts=tuple(starts))
