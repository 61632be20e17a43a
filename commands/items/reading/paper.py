"""A document as rows of text with their labels, and what stands beside and under a label."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from commands.items.reading.amounts import comma_in
from commands.items.reading.labels import Label, Part, labels
from commands.items.reading.reading import By, Known, Surroundings
from commands.items.reading.words import Row, Word, rows

_MOST_LABELS = 12  # in a row: more are words of a text, or made to be slow
_ROWS_BELOW = 3.0  # heights of text: further down it belongs to something else
_WIDER = 6.0  # heights of text a value may begin or end beside its heading


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """`comma` says whether cents follow a comma, None that it is open."""

    rows: tuple[Row, ...]
    labels: tuple[tuple[Label, ...], ...]
    comma: bool | None
    by: By
    around: Surroundings

    def labelled(self, *parts: Part) -> Iterator[tuple[int, Label]]:
        """The labels of such parts with the number of their row, from the top."""
        for n, found in enumerate(self.labels):
            for label in found:
                if label.part in parts:
                    yield n, label

    def after(self, n: int, label: Label) -> str:
        """What follows in the row, up to the next label."""
        following = (other.start for other in self.labels[n] if other.start > label.start)
        return self.rows[n].text[label.end : min(following, default=None)]

    def under(self, n: int, label: Label) -> str:
        """What stands in the next row below the label."""
        below = self._below(n)
        if below is None:
            return ""
        left, right = self.rows[n].span(label.start, label.end)
        return _between(below, left, right, self._room(n, label))

    def column_under(self, n: int, label: Label) -> list[str]:
        """What stands below the label, row by row, down to a row that is labelled itself."""
        found: list[str] = []
        left, right = self.rows[n].span(label.start, label.end)
        room = self._room(n, label)
        for at in range(n, len(self.rows) - 1):
            below = self._below(at)
            text = _between(below, left, right, room) if below else ""
            if not text or (found and self.labels[at + 1]):
                break
            found.append(text)
        return found

    def cell_under(self, n: int, label: Label) -> str:
        """The whole of the nearest cell below the label, as far as it reaches."""
        left, right = self.rows[n].span(label.start, label.end)
        for row in self.rows[n + 1 :]:
            if not self._is_near(n, row):
                break
            for text, words in row.cells():
                if words and words[0].left < right and words[-1].right > left:
                    return text
        return ""

    def _is_near(self, n: int, below: Row) -> bool:
        row = self.rows[n]
        return below.page == row.page and below.top - row.top <= row.height * _ROWS_BELOW

    def _below(self, n: int) -> Row | None:
        below = self.rows[n + 1] if n + 1 < len(self.rows) else None
        return below if below is not None and self._is_near(n, below) else None

    def _room(self, n: int, label: Label) -> tuple[float, float]:
        """How far to both sides a value may reach without standing under a neighbour."""
        row = self.rows[n]
        beside = [row.span(other.start, other.end) for other in self.labels[n] if other != label]
        left, right = row.span(label.start, label.end)
        wide = row.height * _WIDER
        return (
            max([left - wide, *(end for _, end in beside if end <= left)]),
            min([right + wide, *(start for start, _ in beside if start >= right)]),
        )

    def known(self, value: str, confidence: float, n: int | None = None) -> Known:
        """A fact, no surer than the signs of the row it was read off."""
        sure = self.rows[n].sure if n is not None else 1.0
        return Known(value=value, confidence=round(confidence * sure, 2), by=self.by)


def paper(words: Iterable[Word], by: By, around: Surroundings) -> Paper:
    found = rows(words)
    return Paper(
        rows=found,
        labels=tuple(tuple(islice(labels(row.plain), _MOST_LABELS)) for row in found),
        comma=comma_in((row.text for row in found), around.country),
        by=by,
        around=around,
    )


def _between(row: Row, left: float, right: float, room: tuple[float, float]) -> str:
    """The cells that overlap; amounts stand under the right end of their heading, words under the
    left."""
    taken = [
        word
        for word in row.words
        if (word.right > left and word.left < right)
        or (room[0] < word.left and word.right < room[1])
    ]
    return " ".join(word.text for word in taken)
