"""Finding things in XML by their local names, whatever prefixes and versions a sender uses."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

_LARGEST = Decimal(10) ** 15


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def each(element: Element | None, path: str) -> Iterator[Element]:
    """All at a path such as "Party/Name"; "A|B" means either."""
    if element is None:
        return
    head, _, rest = path.partition("/")
    names = head.split("|")
    for child in element:
        if local(child) in names:
            if rest:
                yield from each(child, rest)
            else:
                yield child


def first(element: Element | None, path: str) -> Element | None:
    return next(each(element, path), None)


def text(element: Element | None, path: str) -> str | None:
    """The first text that is not blank."""
    for found in each(element, path):
        if found.text and found.text.strip():
            return found.text.strip()
    return None


def number(element: Element | None, path: str) -> Decimal | None:
    return as_number(text(element, path))


def as_number(written: str | None) -> Decimal | None:
    """As XML Schema writes decimals; None for what is not one or is absurd."""
    try:
        found = Decimal(written or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def day(element: Element | None, path: str) -> date | None:
    """ISO 8601 with or without a time zone, or eight digits."""
    written = text(element, path) or ""
    try:
        return date.fromisoformat(written[:10] if "-" in written else written[:8])
    except ValueError:
        return None
