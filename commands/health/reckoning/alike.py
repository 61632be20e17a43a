"""Names that may well be of the same contact, found among many without comparing all with all.

The four precisions are those of product §8.5; each shows what the stricter ones show too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from re import compile as pattern

from rapidfuzz.distance import DamerauLevenshtein

from commands.clients.names import SILENT, folded, name_key
from commands.health.reckoning.nearby import Alike, Codes, best, confirmed, likely, near, slipped

CLOSE = Alike(share=0.88)
SIMILAR = Alike(share=0.75)
STRICT = Alike(share=CLOSE.share, slips=1)  # of the longer names; short ones are found otherwise
SHORTEST, SHORT = 4, 8  # letters of a name in which one slip is still a slip
SHORTEST_WORD = 3
CROWD = 8  # contacts of one and the same name: beyond, each is paired with the first only
COMMON = 25  # contacts that share a word: beyond, it tells nobody apart

_PUNCTUATION = pattern(r"[\W_]+")
_EMPTY_WORDS = SILENT | frozenset({"for", "from", "of", "with", "group", "services", "service"})


class Precision(StrEnum):
    """How alike two names must be, strictest first."""

    STRICT = "Strict"
    CLOSE = "Close"
    SIMILAR = "Similar"
    ROUGH = "Rough"

    @classmethod
    def _missing_(cls, value: object) -> "Precision | None":
        """What they were called before."""
        before = dict(zip(("extreme", "high", "medium", "low"), cls, strict=True))
        now = {each.value.lower(): each for each in cls}
        return (now | before).get(str(value).lower())

    def includes(self, other: "Precision") -> bool:
        order = list(Precision)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names by their places, the lower first. `likeness` is that of their sorted words."""

    one: int
    other: int
    precision: Precision
    likeness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Forms:
    """Names as they are compared: `raw` is without case, accents and punctuation, `key` has legal
    forms and articles taken out as well and its words sorted."""

    raw: tuple[str, ...]
    key: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Forms":
        return cls(
            raw=tuple(" ".join(_PUNCTUATION.sub(" ", folded(name)).split()) for name in names),
            key=tuple(" ".join(sorted(name_key(name).split())) for name in names),
        )


def pairs(names: Sequence[str], precision: Precision, *, most: int) -> list[Pair]:
    """Names alike, best first: all that are strictly or closely so, and at most so many others.

    Of names that are the same for many, each is paired with the first.
    """
    forms = Forms.of(names)
    found: dict[tuple[int, int], Precision] = {}
    ways: dict[Precision, Callable[[], Iterator[tuple[int, int]]]] = {
        Precision.STRICT: lambda: _strict(forms.raw),
        Precision.CLOSE: lambda: _close(forms.key),
        Precision.SIMILAR: lambda: _similar(forms.key, most + len(found)),
        Precision.ROUGH: lambda: _rough(forms.key, most + len(found)),
    }
    for each, way in ways.items():
        if precision.includes(each):
            found = dict.fromkeys(way(), each) | found
    made = [
        Pair(one, other, each, likeness(forms.key[one], forms.key[other]))
        for (one, other), each in found.items()
    ]
    order = list(Precision)
    made.sort(key=lambda pair: (order.index(pair.precision), -pair.likeness, pair.one, pair.other))
    return made


def likeness(one: str, other: str) -> float:
    """0 to 1: one less the slips that part them, of the letters of the longer (product §8.5)."""
    return DamerauLevenshtein.normalized_similarity(one, other)


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _strict(raw: Sequence[str]) -> Iterator[tuple[int, int]]:
    """At most one slip apart, and the same digits. In short names a slip weighs too much to be
    found by how alike they are."""
    same = _places([name if len(name) >= SHORTEST else "" for name in raw])
    for group in _by_digits(same):
        yield from _spread(confirmed(likely(group, STRICT), group, STRICT), group, same)
    short = [name for name in same if len(name) <= SHORT]
    for one, other in slipped(short):
        if digits(one) == digits(other) and DamerauLevenshtein.distance(one, other) == 1:
            yield from _between(same[one], same[other])
    for places in same.values():
        yield from _crowd(places)


def _close(keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    same = _places(keys)
    for group in _by_digits(same):
        yield from _spread(confirmed(likely(group, CLOSE), group, CLOSE), group, same)
    for places in same.values():
        yield from _crowd(places)


def _similar(keys: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    same = _places(keys)
    distinct = list(same)
    codes = confirmed(likely(distinct, SIMILAR, most=most), distinct, SIMILAR)
    yield from _spread(best(codes, distinct, most), distinct, same)


def _rough(keys: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """With a word in common that says something, and that few others have."""
    same = _places(keys)
    distinct = list(same)
    having: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(distinct):
        for word in set(key.split()) - _EMPTY_WORDS:
            if len(word) >= SHORTEST_WORD:
                having[word].append(place)
    few = (places for places in having.values() if 1 < len(places) <= COMMON)
    yield from _spread(best(near(few, len(distinct)), distinct, most), distinct, same)


def _places(texts: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if text:
            places[text].append(place)
    return places


def _by_digits(texts: Iterable[str]) -> list[list[str]]:
    """Those that share their digits with others."""
    groups: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        groups[digits(text)].append(text)
    return [group for group in groups.values() if len(group) > 1]


def _spread(
    codes: Codes, distinct: Sequence[str], same: Mapping[str, Sequence[int]]
) -> Iterator[tuple[int, int]]:
    """From pairs of different names to pairs of places."""
    for one, other in zip(*divmod(codes, max(1, len(distinct))), strict=True):
        yield from _between(same[distinct[one]], same[distinct[other]])


def _between(some: Sequence[int], others: Sequence[int]) -> Iterator[tuple[int, int]]:
    is_crowded = len(some) > CROWD or len(others) > CROWD
    every: Iterable[tuple[int, int]] = product(some, others)
    if is_crowded:
        every = [*((some[0], each) for each in others), *((each, others[0]) for each in some[1:])]
    for one, other in every:
        yield (one, other) if one < other else (other, one)


def _crowd(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(places) <= CROWD:
        yield from combinations(places, 2)
    else:
        yield from ((places[0], each) for each in places[1:])
