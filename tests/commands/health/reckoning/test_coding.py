"""Which codes stand out."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commands.health.reckoning.coding import Mixed, combinations, mixed

TOGETHER = combinations(["429+485"])


@pytest.mark.parametrize(
    ("used", "found"),
    [
        ({}, None),
        ({"429": 9}, None),
        ({"429": 9, "485": 1}, None),  # product §15.2: they belong together
        ({"429": 9, "485": 1, "720": 2}, Mixed(usual="429", others=("720",))),
        ({"429": 1, "485": 1, "720": 5}, Mixed(usual="720", others=("720",))),
        ({"429": 9, "720": 2}, Mixed(usual="429", others=("720",))),
        ({"400": 1, "429": 9, "720": 2}, Mixed(usual="429", others=("720", "400"))),
        ({"400": 3, "429": 3}, Mixed(usual="400", others=("429",))),
    ],
)
def test_codes_outside_what_belongs_together_stand_out(
    used: dict[str, int], found: Mixed | None
) -> None:
    assert mixed(used, TOGETHER) == found


def test_what_belongs_together_is_told_with_plus_signs() -> None:
    told = combinations([" 429 + 485+400 ", "429", "", "+"])

    assert told == (frozenset({"429", "485", "400"}),)


@given(used=some.dictionaries(some.sampled_from("abcdef"), some.integers(1, 9)))
def test_without_exceptions_every_code_but_the_usual_one_stands_out(used: dict[str, int]) -> None:
    found = mixed(used)

    assert (found is None) == (len(used) < 2)
    if found is not None:
        assert used[found.usual] == max(used.values())
        assert {found.usual, *found.others} == used.keys()
