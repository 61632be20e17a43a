"""The day of a document and the day it is due."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from commands.items.reading.days import Order, Stamp, order_of, settled, stamps
from commands.items.reading.labels import Part
from commands.items.reading.paper import Paper
from commands.items.reading.reading import Known

_TERMS = re.compile(
    r"(?:net|within|innerhalb(?: von)?|binnen|sous|a|terms:?)\s(\d{1,3})\s?"
    r"(?:days|day|tagen?|jours|dagen)\b|\bnet\s?(\d{2,3})\b|"
    r"\b(\d{1,3})\s(?:tage|days|jours|dagen) net"
)
_LONGEST_TERM = 180
_OLDEST = timedelta(days=366 * 10)


def days(paper: Paper, currency: str | None) -> dict[str, Known]:
    """`day` and `due_day`, as far as they are found."""
    order = order_of(
        (stamp for row in paper.rows for stamp in stamps(row.text)), paper.around.country, currency
    )
    day = _labelled(paper, Part.DAY, order) or _first(paper, order)
    due = _labelled(paper, Part.DUE_DAY, order) or (day and _by_terms(paper, day))
    if due and day and due.value < day.value:
        due = None
    return {name: known for name, known in (("day", day), ("due_day", due)) if known}


def _labelled(paper: Paper, part: Part, order: Order) -> Known | None:
    for n, label in paper.labelled(part):
        beside = next(stamps(paper.after(n, label)), None)
        stamp = beside or next(stamps(paper.under(n, label)), None)
        if stamp is not None:
            return _known(paper, stamp, order, 0.95 if beside else 0.85, n)
    return None


def _first(paper: Paper, order: Order) -> Known | None:
    """Receipts print the day without a word."""
    taken = {(n, stamp.day) for n, stamp in _of_labels(paper, (Part.OTHER_DAY, Part.DUE_DAY))}
    for n, row in enumerate(paper.rows):
        for stamp in stamps(row.text):
            if (n, stamp.day) not in taken:
                return _known(paper, stamp, order, 0.7, n)
    return None


def _of_labels(paper: Paper, parts: Iterable[Part]) -> Iterator[tuple[int, Stamp]]:
    for n, label in paper.labelled(*parts):
        yield from ((n, stamp) for stamp in stamps(paper.after(n, label)))
        yield from ((n + 1, stamp) for stamp in stamps(paper.under(n, label)))


def _known(paper: Paper, stamp: Stamp, order: Order, sure: float, n: int) -> Known:
    day, order_sure = settled(stamp, order, paper.around.today)
    today = paper.around.today
    is_odd = not today - _OLDEST < day < today + timedelta(days=400)
    return paper.known(day.isoformat(), min(sure * order_sure, 0.3 if is_odd else 1.0), n)


def _by_terms(paper: Paper, day: Known) -> Known | None:
    for n, row in enumerate(paper.rows):
        match = _TERMS.search(row.plain)
        term = int(next(found for found in match.groups() if found)) if match else 0
        if 0 < term <= _LONGEST_TERM:
            due = date.fromisoformat(day.value) + timedelta(days=term)
            return paper.known(due.isoformat(), day.confidence * 0.8, n)
    return None
