"""Which of many texts may be near to one another: those that share a word, or nearly.

Pairs are codes: the place of the one times the number of texts, plus the place of the other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

Codes: TypeAlias = NDArray[np.int64]
Scores: TypeAlias = NDArray[np.float64]

WHOLE = 2000  # texts
STRIP = 512  # rows of a comparison, which bounds the memory it takes
HOLD = 400_000  # pairs that are held before the worst of them are let go
FEW = 24  # comparisons of a block that are made one by one
ROUNDING = 0.001
SLIPPED = 5  # letters of a word in which one slip is looked for

_NOTHING: Codes = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """How much alike two texts must be: of 1, and with no more than so many slips."""

    share: float
    slips: float = inf

    def longest(self, length: int) -> float:
        """Letters that a text may have to be alike one of so many."""
        return min(length / self.share, length + self.slips)

    def ratio(self, shortest: int) -> float:
        """A hundred times what is the same when only insertions and deletions are counted, at
        least: each slip is at most two of them."""
        by_share = 1 - 2 * (1 - self.share) / (1 + self.share)
        return 100 * max(by_share, 1 - self.slips / shortest) - ROUNDING


def likely(
    texts: Sequence[str], alike: Alike, *, most: int | None = None, whole: int = WHOLE
) -> Codes:
    """Pairs that may be so much alike; with `most`, the worst of very many are left out. No more
    than `whole` texts are compared all with all, whatever words they have.

    Comparing by insertions and deletions alone is a hundred times as fast as by slips.
    With a share of 0.88 those that share no word, not even nearly, have two slips in each, or one
    there and another that joins it to the next.
    """
    length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    order = np.argsort(length, kind="stable")
    scan = _Scan([texts[at] for at in order], alike, most=most)
    for one, other in _blocks(scan.texts, whole):
        scan.compare(one, other)
    codes, n = scan.codes(), max(1, len(texts))
    one, other = order[codes // n], order[codes % n]
    return np.minimum(one, other) * n + np.maximum(one, other)


def near(groups: Iterable[Sequence[int]], n: int) -> Codes:
    """All pairs within each group, once."""
    codes = (one * n + other for group in groups for one, other in combinations(group, 2))
    return np.unique(np.fromiter(codes, dtype=np.int64))


def confirmed(codes: Codes, texts: Sequence[str], alike: Alike) -> Codes:
    """Those that are so much alike by the slips that part them."""
    if alike.slips < inf:
        codes = codes[_scores(codes, texts, DamerauLevenshtein.distance) <= alike.slips]
    return codes[_scores(codes, texts, DamerauLevenshtein.normalized_similarity) >= alike.share]


def best(codes: Codes, texts: Sequence[str], most: int) -> Codes:
    if len(codes) <= most:
        return codes
    scores = _scores(codes, texts, fuzz.ratio)
    return codes[np.argsort(-scores, kind="stable")[:most]]


def slipped(words: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs of words with a slip between them, and some with two."""
    shortened: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for rest in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
            shortened[rest].append(word)
    return {pair for found in shortened.values() for pair in combinations(found, 2)}


class _Scan:
    """Compares block by block and holds the pairs that may do. Texts come by length."""

    def __init__(self, texts: Sequence[str], alike: Alike, *, most: int | None) -> None:
        self.texts = texts
        self._lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self._alike = alike
        self._most = most
        self._codes: list[Codes] = []
        self._scores: list[NDArray[np.uint8]] = []
        self._held = 0

    def compare(self, rows: Codes, columns: Codes | None) -> None:
        """Each of the rows with each of the columns, or with the rows after it."""
        for begin in range(0, len(rows), STRIP):
            strip = rows[begin : begin + STRIP]
            others = rows[begin:] if columns is None else columns
            floor = self._alike.ratio(int(self._lengths[strip[0]]))
            longest = self._alike.longest(int(self._lengths[strip[-1]]))
            others = others[: np.searchsorted(self._lengths[others], longest, side="right")]
            if len(strip) * len(others) <= FEW:
                self._compare_few(strip, others, floor)
                continue
            scores = process.cdist(
                [self.texts[at] for at in strip],
                [self.texts[at] for at in others],
                scorer=fuzz.ratio,
                score_cutoff=floor,
                dtype=np.uint8,
            )
            one, other = np.nonzero(scores)
            self._hold(strip[one], others[other], scores[one, other])

    def _compare_few(self, rows: Codes, columns: Codes, floor: float) -> None:
        """One by one, which is quicker than to make ready for many."""
        for one, other in product(rows.tolist(), columns.tolist()):
            score = one != other and fuzz.ratio(
                self.texts[one], self.texts[other], score_cutoff=floor
            )
            if score:
                found = np.array([[one], [other]], dtype=np.int64)
                self._hold(found[0], found[1], np.array([score], dtype=np.uint8))

    def codes(self) -> Codes:
        self._settle()
        return self._codes[0] if self._codes else _NOTHING

    def _hold(self, one: Codes, other: Codes, scores: NDArray[np.uint8]) -> None:
        fresh = one != other
        low, high = np.minimum(one, other)[fresh], np.maximum(one, other)[fresh]
        self._codes.append(low * len(self.texts) + high)
        self._scores.append(scores[fresh])
        self._held += len(low)
        if self._most is not None and self._held > HOLD:
            self._settle()

    def _settle(self) -> None:
        """Each pair once; of too many, the better half of what may be held."""
        if not self._codes:
            return
        codes, first = np.unique(np.concatenate(self._codes), return_index=True)
        scores = np.concatenate(self._scores)[first]
        if self._most is not None and len(codes) > HOLD // 2:
            kept = np.argsort(scores, kind="stable")[-max(self._most, HOLD // 2) :]
            codes, scores = codes[kept], scores[kept]
        self._codes, self._scores, self._held = [codes], [scores], len(codes)


def _blocks(texts: Sequence[str], whole: int) -> Iterator[tuple[Codes, Codes | None]]:
    """Places of texts to compare with one another, or with others; in the order of the texts."""
    if len(texts) <= whole:
        yield np.arange(len(texts)), None
        return
    having: dict[str, list[int]] = defaultdict(list)
    words: set[str] = set()
    for place, text in enumerate(texts):
        own = text.split()
        words.update(own)
        joined = (one + other for one, other in pairwise(own))
        for word in {*own, *joined}:
            if len(word) > 1 and (not word.isdigit() or len(own) == 1):
                having[word].append(place)
    places = {word: np.array(found, dtype=np.int64) for word, found in having.items()}
    yield from ((found, None) for found in places.values() if len(found) > 1)
    long = sorted(word for word in words if len(word) >= SLIPPED and word in places)
    yield from ((places[one], places[other]) for one, other in slipped(long))


def _scores(codes: Codes, texts: Sequence[str], scorer: Callable[..., float]) -> Scores:
    n = max(1, len(texts))
    if not len(codes):
        return np.empty(0)
    one, other = [texts[at] for at in codes // n], [texts[at] for at in codes % n]
    return np.asarray(process.cpdist(one, other, scorer=scorer, dtype=np.float64))
