"""Several documents in one file: the pages on which they begin, and those that may begin one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from commands.items.reading.reading import By, Division, Known, Surroundings
from commands.items.reading.text import read_text
from commands.items.reading.words import Word, rows

SURE = 0.7  # of a supplier by whom alone documents are told apart
LABELLED = 0.5  # a total that is less sure is only the largest amount on the page
_PLACE = re.compile(
    r"(?<!\w)(?:page|seite|blatt|pagina|bladzijde|sheet)\s?(?:n[o°]\s?)?(\d{1,3})"
    r"(?:\s?(?:of|/|von|sur|de|van)\s?(\d{1,3}))?(?!\d)"
)
_GOES_ON = re.compile(
    r"carried (?:forward|over)|continued (?:on|over)|to be continued|c/f(?:wd)?(?!\w)|"
    r"please turn over|see (?:next page|overleaf)|ubertrag|a reporter|over te brengen"
)
_COMES_ON = re.compile(
    r"brought forward|b/f(?:wd)?(?!\w)|continued(?! (?:on|over))|ubertrag|report de la page|"
    r"overgebracht|fortsetzung"
)
_ALIKE = str.maketrans("oils", "0115")  # what is taken for each other on scans


class Follows(Enum):
    """Whether a page goes on with the document before it."""

    YES = auto()
    NO = auto()
    UNSURE = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """What a page, or a document so far, says of itself, ready to be compared.

    `place` is which page it is, of how many or 0. `total` is one that has a label.
    """

    number: str = ""
    supplier: str = ""
    is_supplier_sure: bool = False
    day: str = ""
    total: str = ""
    place: tuple[int, int] | None = None
    goes_on: bool = False
    comes_on: bool = False

    def with_next(self, page: "Leaf") -> "Leaf":
        """The document with one more page: what was said first holds, but for where it ends."""
        is_own = bool(self.supplier)
        return Leaf(
            number=self.number or page.number,
            supplier=self.supplier or page.supplier,
            is_supplier_sure=self.is_supplier_sure if is_own else page.is_supplier_sure,
            day=self.day or page.day,
            total=self.total or page.total,
            place=page.place or self.place,
            goes_on=page.goes_on,
            comes_on=self.comes_on,
        )


def division(words: Sequence[Word], by: By, *, around: Surroundings) -> Division:
    """Where documents begin, and where they may; nothing where there is but one."""
    begins: list[int] = []
    unsure: list[int] = []
    before = Leaf()
    for page in sorted({word.page for word in words}):
        now = leaf([replace(word, page=0) for word in words if word.page == page], by, around)
        found = follows(before, now) if begins else Follows.NO
        if found is Follows.NO:
            begins.append(page)
            before = now
            continue
        if found is Follows.UNSURE:
            unsure.append(page)
        before = before.with_next(now)
    if len(begins) + len(unsure) <= 1:
        return Division()
    return Division(begins=tuple(begins), unsure=tuple(unsure))


def leaf(words: Sequence[Word], by: By, around: Surroundings) -> Leaf:
    """What one page says."""
    facts = read_text(words, by, around=around).facts
    supplier, total = facts.get("supplier"), facts.get("total")
    plain = "\n".join(row.plain for row in rows(words))
    place = _PLACE.search(plain)
    return Leaf(
        number=_folded(facts.get("number")).translate(_ALIKE),
        supplier=_folded(supplier),
        is_supplier_sure=supplier is not None and supplier.confidence >= SURE,
        day=facts["day"].value if "day" in facts else "",
        total=total.value if total and total.confidence > LABELLED else "",
        place=(int(place[1]), int(place[2] or 0)) if place else None,
        goes_on=_GOES_ON.search(plain) is not None,
        comes_on=_COMES_ON.search(plain) is not None,
    )


def follows(before: Leaf, now: Leaf) -> Follows:
    """By its number, else by where it says it stands, else by its total, its supplier and its day.

    A page may repeat the number, add up what was carried over, or hold nothing but terms.
    """
    if before.number and now.number:
        return _by_number(before, now)
    if now.place is not None:
        return _by_place(before, now, now.place)
    if before.goes_on or now.comes_on:
        return Follows.YES
    if not (before.total and now.total):
        is_other = _is_other(before.supplier, now.supplier) and _is_other(before.day, now.day)
        return Follows.UNSURE if is_other else Follows.YES
    return _by_what_it_is(before, now)


def _by_number(before: Leaf, now: Leaf) -> Follows:
    """A list of invoices, such as a statement, has other numbers on it and goes on all the same."""
    if before.number == now.number:
        return Follows.YES
    is_first = now.place is not None and now.place[0] == 1
    is_later = now.place is not None and now.place[0] > 1
    if is_later or not (is_first or (before.total and now.total)):
        return Follows.UNSURE
    return Follows.NO


def _by_place(before: Leaf, now: Leaf, place: tuple[int, int]) -> Follows:
    which, of = place
    if which <= 1:
        is_document = before.total or before.number
        return Follows.NO if is_document else Follows.UNSURE
    if before.place is None:
        return Follows.YES
    earlier, of_earlier = before.place
    return Follows.YES if earlier < which and of_earlier == of else Follows.UNSURE


def _by_what_it_is(before: Leaf, now: Leaf) -> Follows:
    """Both have a total: the same supplier may have given two receipts on one day."""
    if before.supplier and now.supplier:
        is_another_day = _is_other(before.day, now.day)
        if not _is_other(before.supplier, now.supplier):
            if is_another_day:
                return Follows.NO
        elif is_another_day or _is_sure(before, now):
            return Follows.NO
    return Follows.YES if before.total == now.total else Follows.UNSURE


def _is_sure(before: Leaf, now: Leaf) -> bool:
    """Whether another supplier is one: both were read well, or only the page has a number."""
    is_read_well = before.is_supplier_sure and now.is_supplier_sure
    return is_read_well or bool(now.number and not before.number)


def _is_other(one: str, other: str) -> bool:
    """Only of what both say; a name may be cut."""
    return bool(one and other) and one not in other and other not in one


def _folded(known: Known | None) -> str:
    return re.sub(r"\W", "", known.value.casefold()) if known else ""
