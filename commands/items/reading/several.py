"""Several documents in one file: the pages on which they begin."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commands.items.reading.reading import By, Known, Surroundings
from commands.items.reading.text import read_text
from commands.items.reading.words import Word

MOST_PAGES = 40  # of a longer one a person knows best what it is

Facts = Mapping[str, Known]


def beginnings(words: Sequence[Word], by: By, *, around: Surroundings) -> tuple[int, ...]:
    """Pages, from 0, at which a document begins; nothing where there is but one."""
    pages = sorted({word.page for word in words})
    if not 1 < len(pages) <= MOST_PAGES:
        return ()
    found: list[int] = []
    before: Facts = {}
    for page in pages:
        own = [replace(word, page=0) for word in words if word.page == page]
        now = read_text(own, by, around=around).facts
        if not found or is_another(before, now):
            found.append(page)
            before = now
        else:
            before = {**now, **before}
    return tuple(found) if len(found) > 1 else ()


def is_another(before: Facts, now: Facts) -> bool:
    """Only where both have a total, and a number, or supplier and date, that are not the same.

    A second page may repeat the number, or add up what was carried over.
    """
    if "total" not in before or "total" not in now:
        return False
    one, other = (_said(each, "number") for each in (before, now))
    if one and other:
        return one != other
    parties = [_said(each, "supplier") for each in (before, now)]
    if not all(parties):
        return False
    days = [_said(each, "day") for each in (before, now)]
    return parties[0] != parties[1] or (all(days) and days[0] != days[1])


def _said(facts: Facts, name: str) -> str:
    known = facts.get(name)
    return known.value.casefold() if known else ""
