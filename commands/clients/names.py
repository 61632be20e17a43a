"""Business names as they are compared and searched."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

ALIKE = 85  # of 100: proposed in product §4.3
LONGEST_NAME = 120  # longer than any registered name we know of
TYPO = 0.7  # of 1: one slip in a word of four letters is 0.75
LEGAL_FORMS = "co company corp corporation inc incorporated limited llc llp ltd plc pty"
SILENT = frozenset({*LEGAL_FORMS.split(), "and", "the"})  # tell nobody apart (product §4.3)
_TRADING_AS = re.compile(r"\bt\s*/\s*a\b|\btrading as\b")
_INSIDE_WORDS = re.compile(r"['’.`]")
_NOT_A_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The name without case, accents, punctuation and legal form; never empty for a name.

    `ACME Limited` and `Acme, Ltd.` have the same key.
    """
    text = _TRADING_AS.sub(" ", folded(name))
    found = _NOT_A_WORD.sub(" ", _INSIDE_WORDS.sub("", text)).split()
    telling = [word for word in found if word not in SILENT]
    return " ".join(telling or found) or folded(name).strip() or name.strip()


def alike(one: str, other: str) -> bool:
    """Whether two names may well be the same business.

    Compared by their sorted words, so that a further word (`Acme (Demo)`) makes a difference,
    which it would not in a comparison of common words only.
    """
    return likeness(one, other) >= ALIKE


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """How alike two names are: 0 to 100."""
    return fuzz.ratio(_sorted_words(one), _sorted_words(other))


def search_keys(text: str) -> tuple[str, ...]:
    """What to look for while somebody types, in order; the beginning of `Ltd` is still nothing.

    The last one is empty, which finds everything, where nothing but that was typed.
    """
    key = name_key(text)
    *before, last = key.split(" ")
    if last and any(word.startswith(last) for word in SILENT):
        return key, " ".join(before)
    return (key,)


def nearest(text: str, keys: Sequence[str], limit: int = 3) -> list[int]:
    """Positions of the keys that may have been meant in spite of slips of the pen; best first.

    What was typed is compared with the whole key and with each of its words.
    """
    wanted = name_key(text)
    scores: dict[int, float] = {}
    words = [(word, position) for position, key in enumerate(keys) for word in key.split(" ")]
    for choices in ([(key, position) for position, key in enumerate(keys)], words):
        hits = process.extract(
            wanted,
            [choice for choice, _ in choices],
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=TYPO,
            limit=limit,
        )
        for _, score, hit in hits:
            position = choices[hit][1]
            scores[position] = max(score, scores.get(position, 0))
    return sorted(scores, key=lambda position: (-scores[position], keys[position]))[:limit]


class Person(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str: ...


Somebody = TypeVar("Somebody", bound=Person)


def called(text: str, everybody: Sequence[Somebody]) -> list[Somebody]:
    """Those of exactly this name, or else with words that begin as those typed do."""
    wanted = folded(text).lstrip("@").split()
    exact = [each for each in everybody if folded(each.name).split() == wanted]
    if exact or not wanted:
        return exact
    return [each for each in everybody if _begins(folded(each.name).split(), wanted)]


def _begins(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(each) for word in found) for each in wanted)


def folded(name: str) -> str:
    """Lower case without accents, so that `Café` is found as `cafe`."""
    if name.isascii():
        return name.lower()
    plain = unicodedata.normalize("NFKD", name).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _sorted_words(name: str) -> str:
    return " ".join(sorted(set(name_key(name).split())))
