"""A plain way to see which names are alike, for tests of what is planted in the books."""

import re
import unicodedata
from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

FORMS = frozenset({"ltd", "limited", "plc", "llp", "the"})
CLOSE = 0.88
SIMILAR = 0.75


def plain(name):
    """Without accents, punctuation and legal forms, the words in alphabetical order."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", kept).split()
    return " ".join(sorted(word for word in words if word not in FORMS))


def alike(names, *, least=CLOSE):
    """Unordered pairs; where digits differ, names are similar at most."""
    return {
        frozenset(pair)
        for pair in combinations(sorted(names), 2)
        if DamerauLevenshtein.normalized_similarity(*map(plain, pair)) >= least
        and (least < CLOSE or digits(pair[0]) == digits(pair[1]))
    }


def digits(name):
    return re.findall(r"\d", name)
