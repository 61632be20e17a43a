"""Names alike: the rules of the four precisions, and that blocks of words lose no pair."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commands.health.reckoning.alike import CLOSE, Forms, Pair, Precision, likeness, pairs
from commands.health.reckoning.nearby import confirmed, likely

VECTORS = [  # product §15.2, and what the rules of §8.5 say besides
    ("Sainsbury", "Sainsburys", Precision.STRICT),
    ("Sainsbury's", "SAINSBURYS", Precision.STRICT),
    ("Café Noir", "Cafe Noir", Precision.STRICT),
    ("Tesco", "Tescos", Precision.STRICT),
    ("Fine Food Ltd", "Fine Foods Limited", Precision.CLOSE),
    ("The Blue Foods Company", "Blue Foods", Precision.CLOSE),
    ("Foods Blue Ltd", "Blue Foods", Precision.CLOSE),
    ("BP", "B.P. Limited", Precision.CLOSE),
    ("Twins 6", "Twins 5", Precision.SIMILAR),
    ("Store 1001", "Store 1002", Precision.SIMILAR),
    ("Smart Agency", "City Agency", Precision.ROUGH),
    ("The Smart Ltd", "The City Ltd", None),
    ("Shell", "Esso", None),
]


def only(found: list[Pair]) -> Precision | None:
    assert [(pair.one, pair.other) for pair in found] in ([], [(0, 1)])
    return found[0].precision if found else None


@pytest.mark.parametrize(("one", "other", "precision"), VECTORS)
def test_each_precision_shows_its_pairs_and_those_of_the_stricter(
    one: str, other: str, precision: Precision | None
) -> None:
    for asked in Precision:
        is_shown = precision is not None and asked.includes(precision)

        assert only(pairs([one, other], asked, most=10)) == (precision if is_shown else None)


@pytest.mark.parametrize("names", [[], [""], ["", ""], ["Only one"], ["Ltd", "The"]])
def test_nothing_is_alike_where_there_is_nothing_to_compare(names: list[str]) -> None:
    assert pairs(names, Precision.ROUGH, most=10) == []


def test_the_best_come_first_and_the_others_are_not_more_than_asked_for() -> None:
    names = ["Fine Food", "Fine Foods", *(f"Twins {n}" for n in range(10))]

    found = pairs(names, Precision.SIMILAR, most=5)

    assert (found[0].one, found[0].other, found[0].precision) == (0, 1, Precision.STRICT)
    assert [each.precision for each in found[1:]] == [Precision.SIMILAR] * 5


def test_of_a_crowd_with_one_name_each_is_paired_with_the_first() -> None:
    found = pairs(["Cash sale"] * 50, Precision.CLOSE, most=10)

    assert [(each.one, each.other) for each in found] == [(0, other) for other in range(1, 50)]


def test_a_word_that_many_names_share_tells_nobody_apart() -> None:
    names = [f"Agency {chr(97 + n // 26) * 9}{chr(97 + n % 26) * 9}" for n in range(30)]

    assert pairs(names, Precision.ROUGH, most=1000) == []


@pytest.mark.parametrize(("before", "now"), [("Extreme", "Strict"), ("low", "Rough")])
def test_precisions_are_known_by_their_former_names(before: str, now: str) -> None:
    assert Precision(before) is Precision(now)


WORDS = some.sampled_from([
    "acme", "blue", "north", "river", "bright", "kings", "trading", "plumbing", "consulting",
    "foods", "services", "blackwell", "sainsbury", "holdings", "electrical", "ab", "uk", "j", "a",
])  # fmt: skip


@some.composite
def slip(draw: some.DrawFn, name: str) -> str:
    """Within a word."""
    at = draw(some.sampled_from([place for place, letter in enumerate(name) if letter != " "]))
    letter = draw(some.sampled_from("aeks"))
    made = [name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:]]
    if " " not in name[at : at + 2]:
        made.append(name[:at] + name[at : at + 2][::-1] + name[at + 2 :])
    if name.count(" ") < len(name) - 1:
        made.append(name[:at] + name[at + 1 :])
    return draw(some.sampled_from(made))


@some.composite
def many_names(draw: some.DrawFn) -> list[str]:
    names = draw(some.lists(some.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1))
    slipped = [draw(slip(name)) for name in draw(some.lists(some.sampled_from(names)))]
    twice = [draw(slip(name)) for name in slipped if name.strip()]
    return names + slipped + twice


@settings(max_examples=200, deadline=None)
@given(names=many_names())
def test_blocks_of_words_find_what_comparing_all_with_all_finds(names: list[str]) -> None:
    keys = list(dict.fromkeys(Forms.of(names).key))
    n = len(keys)
    every = {
        one * n + other
        for one, other in combinations(range(n), 2)
        if likeness(keys[one], keys[other]) >= CLOSE.share
    }
    codes = confirmed(likely(keys, CLOSE, whole=0), keys, CLOSE)

    assert set(codes.tolist()) == every
