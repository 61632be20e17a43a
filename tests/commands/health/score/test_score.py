"""The score: shares by weight, its colour, and which weights may be a practice's own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.health.score.score import ALL, Colour, colour, objections, score

EXAMPLE = {  # the worked example of the specification: weight, and the share that is kept
    "bank reconciliation": (20, "0.5"),
    "multi-coded contacts": (12, "0.6"),
    "duplicate contacts": (10, "1"),
    "lock dates": (10, "0.5"),
    "regular suppliers": (10, "1"),
    "debtor days": (10, "0"),
    "paye": (10, None),
    "fixed assets": (8, "0.8"),
    "contact defaults": (5, "0.6"),
    "dormant accounts": (5, "0.5"),
}
SHARES = st.decimals(0, 1, places=3)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (100, Colour.TEAL),
        (71, Colour.TEAL),
        (70, Colour.AMBER),
        (36, Colour.AMBER),
        (35, Colour.RED),
        (0, Colour.RED),
    ],
)
def test_the_heart_has_a_colour(value: int, shown: Colour) -> None:
    assert colour(value) is shown


def test_the_worked_example_comes_to_sixty() -> None:
    weights = {code: weight for code, (weight, _) in EXAMPLE.items()}
    shares = {code: Decimal(kept) if kept else None for code, (_, kept) in EXAMPLE.items()}
    made = score(weights, shares)

    assert made is not None
    assert (made.value, made.colour) == (60, Colour.AMBER)
    assert made.left_out == ("paye",)
    assert sum(part.weight * part.share for part in made.parts) == Decimal("54.1")
    assert sum(part.most for part in made.parts) == pytest.approx(ALL)


@pytest.mark.parametrize(("told", "is_made"), [(2, False), (3, True)])
def test_too_few_answers_make_no_score(told: int, is_made: bool) -> None:
    weights = dict.fromkeys("abcde", 20)
    shares = {code: Decimal(1) if place < told else None for place, code in enumerate(weights)}

    assert (score(weights, shares) is not None) is is_made


@given(st.lists(st.tuples(st.integers(1, 100), SHARES), min_size=3, max_size=12))
def test_points_and_losses_come_to_a_hundred(parts: list[tuple[int, Decimal]]) -> None:
    weights = {str(place): weight for place, (weight, _) in enumerate(parts)}
    made = score(weights, {str(place): share for place, (_, share) in enumerate(parts)})

    assert made is not None
    assert 0 <= made.value <= 100
    assert float(sum(part.points + part.lost for part in made.parts)) == pytest.approx(100)


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ([25] * 4, "5 to 12 checks; these are 4"),
        ([8] * 12 + [4], "5 to 12 checks; these are 13"),
        ([20, 20, 20, 20, 19], "these come to 99 %"),
        ([100, 0, 0, 0, 0], "a weight above 0 %"),
    ],
)
def test_weights_of_ones_own_are_refused_in_words(weights: list[int], problem: str) -> None:
    chosen = {str(place): weight for place, weight in enumerate(weights)}
    found = objections(chosen, tuple(chosen))

    assert any(problem in said for said in found)


def test_weights_name_checks_that_there_are() -> None:
    chosen = dict.fromkeys(("a", "b", "c", "d", "e"), 20)

    assert objections(chosen, ("a", "b", "c", "d", "e")) == ()
    assert objections(chosen, ("a", "b", "c", "d")) == ("There is no check called “e”.",)
