"""Who issued a document and to whom, as its head shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from commands.items.reading.amounts import amounts
from commands.items.reading.codes import ibans
from commands.items.reading.days import stamps
from commands.items.reading.labels import Label, Part, labels
from commands.items.reading.paper import Paper
from commands.items.reading.reading import Known
from commands.items.reading.words import CELL_BREAK, plain

_ROWS_OF_HEAD = 25
_ROWS_OF_ADDRESS = 6
_LEGAL = re.compile(
    r"(?<!\w)(?:ltd|limited|plc|llp|llc|inc|corp|gmbh|ag|kg|ug|ohg|gbr|e\.\s?k|sarl|sas|sasu|eurl|s\.a|"
    r"s\.a\.r\.l|s\.a\.s|sa|bv|b\.v|nv|n\.v|vof|bvba|srl|s\.r\.l|spa|oy|ab|aps|pty)(?!\w)"
)
_TITLE = re.compile(
    r"^(?:(?:vat|tax|sales|pro forma|original|copy|duplicate|your)\s)?(?:invoice|receipt|"
    r"rechnung|facture|factuur|quittung|beleg|kassenbon|kassabon|recu|ticket|credit note|"
    r"gutschrift|avoir|creditnota|"
    r"thank you.*|welcome.*|page .*|seite .*|merci.*|danke.*|bedankt.*)$"
)
_CONTACT = re.compile(r"@|www\.|https?:|\.(?:com|co\.uk|de|fr|nl|be|eu)\b|\btel\b|^\W*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """A part of a row that stands by itself."""

    text: str
    row: int
    left: float
    right: float
    height: float


def supplier(paper: Paper) -> Known | None:
    """By its label, else the most name-like part of the head that is not addressed."""
    for n, label in paper.labelled(Part.SUPPLIER):
        named = _named(paper, n, label)
        if named:
            return paper.known(named, 0.85, n)
    usual = median([row.height for row in paper.rows]) if paper.rows else 0
    addressed = list(_addressed(paper))
    cells = [cell for cell in _head(paper) if _may_be_name(cell) and not _is_in(cell, addressed)]
    if not cells:
        return None
    best = max(cells, key=lambda cell: _likeness(cell, usual))
    is_legal = _LEGAL.search(plain(best.text)) is not None
    sure = 0.8 if is_legal else (0.7 if best.height > usual * 1.3 else 0.5)
    return paper.known(_cleaned(best.text), sure, best.row)


def customer(paper: Paper) -> Known | None:
    """Whom it is addressed to, where a label says so."""
    for n, label in paper.labelled(Part.CUSTOMER):
        named = _named(paper, n, label)
        if named:
            return paper.known(named, 0.8, n)
    return None


def _named(paper: Paper, n: int, label: Label) -> str | None:
    """The name beside or under a label that stands at the beginning of a cell."""
    if not _is_heading(paper, n, label):
        return None
    beside = paper.after(n, label).strip(" :.-").split(CELL_BREAK)[0].strip()
    name = beside or paper.cell_under(n, label).strip()
    return _cleaned(name) if re.search(r"[^\W\d_]{2}", name) else None


def _is_heading(paper: Paper, n: int, label: Label) -> bool:
    text = paper.rows[n].plain
    before, behind = text[: label.start], text[label.end :]
    return (not before or before.endswith(CELL_BREAK)) and (
        not behind or behind.startswith(CELL_BREAK) or behind.lstrip().startswith(":")
    )


def _head(paper: Paper) -> Iterator[_Cell]:
    for n, row in enumerate(paper.rows[:_ROWS_OF_HEAD]):
        if row.page:
            return
        for text, words in row.cells():
            if words:
                yield _Cell(
                    text=text,
                    row=n,
                    left=words[0].left,
                    right=words[-1].right,
                    height=max(word.height for word in words),
                )


def _addressed(paper: Paper) -> Iterator[tuple[int, float, float]]:
    for n, label in paper.labelled(Part.CUSTOMER):
        if _is_heading(paper, n, label):
            row = paper.rows[n]
            left, right = row.span(label.start, label.end)
            if paper.after(n, label).strip(" :"):
                right = max(word.right for word in row.words)
            yield n, left, max(right, left + row.height * 8)


def _is_in(cell: _Cell, addressed: list[tuple[int, float, float]]) -> bool:
    return any(
        n <= cell.row <= n + _ROWS_OF_ADDRESS and cell.left < right and cell.right > left
        for n, left, right in addressed
    )


def _may_be_name(cell: _Cell) -> bool:
    text = plain(cell.text).strip(" :.")
    letters = sum(sign.isalpha() for sign in text)
    if letters < 3 or letters * 2 < len(text.replace(" ", "")) or len(text.split()) > 8:
        return False
    if _TITLE.match(text) or _CONTACT.search(text) or _begins_with_label(text):
        return False
    has_figures = any(stamps(cell.text)) or any(each.is_money for each in amounts(cell.text))
    return not has_figures and not any(ibans(cell.text))


def _begins_with_label(text: str) -> bool:
    return any(label.start == 0 for label in labels(text))


def _likeness(cell: _Cell, usual: float) -> float:
    larger = min(cell.height / usual if usual else 1, 2.5)
    is_legal = _LEGAL.search(plain(cell.text)) is not None
    has_number = any(sign.isdigit() for sign in cell.text)
    return larger * 2 + 2 * is_legal - has_number - cell.row / _ROWS_OF_HEAD * 2


def _cleaned(text: str) -> str:
    return " ".join(text.split()).strip(" :;,-–|*")[:120]
