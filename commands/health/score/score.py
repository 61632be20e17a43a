"""The health score: shares of points by weight, and how it comes about (product §10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

FEWEST = 3  # checks that can be answered, for a score to mean anything
FEWEST_CHOSEN, MOST_CHOSEN = 5, 12
ALL = 100


class Colour(StrEnum):
    """Of the score as it is shown, rounded."""

    TEAL = "teal"
    AMBER = "amber"
    RED = "red"


def colour(score: int) -> Colour:
    if score > 70:
        return Colour.TEAL
    return Colour.AMBER if score > 35 else Colour.RED


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one check adds: `points` of at most `most`, as shares of 100 after weights are spread
    over the checks that can be answered."""

    code: str
    weight: int
    share: Decimal
    points: Decimal
    most: Decimal

    @property
    def lost(self) -> Decimal:
        return self.most - self.points


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """`value` is 0 to 100. `left_out` are weighted checks that could not be answered."""

    value: int
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()

    @property
    def colour(self) -> Colour:
        return colour(self.value)


def score(weights: Mapping[str, int], shares: Mapping[str, Decimal | None]) -> Score | None:
    """From a weight and a share (0 to 1, None where it cannot be told) for each check, by code.

    None where fewer than three of them can be told.
    """
    told = {
        code: share
        for code in weights
        if weights[code] > 0 and (share := shares.get(code)) is not None
    }
    if len(told) < FEWEST:
        return None
    total = sum(weights[code] for code in told)
    parts = tuple(
        Part(
            code=code,
            weight=weights[code],
            share=share,
            points=ALL * weights[code] * share / total,
            most=Decimal(ALL * weights[code]) / total,
        )
        for code, share in told.items()
    )
    exact = sum((weights[part.code] * part.share for part in parts), Decimal()) * ALL / total
    return Score(
        value=int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        parts=parts,
        left_out=tuple(code for code in weights if code not in told),
    )


def objections(weights: Mapping[str, int], known: Sequence[str]) -> tuple[str, ...]:
    """Why these weights cannot be a score of a practice's own, in words; nothing if they can."""
    found = []
    if not FEWEST_CHOSEN <= len(weights) <= MOST_CHOSEN:
        found.append(
            f"A score has {FEWEST_CHOSEN} to {MOST_CHOSEN} checks; these are {len(weights)}."
        )
    total = sum(weights.values())
    if total != ALL:
        found.append(f"Weights come to {ALL} % together; these come to {total} %.")
    if any(weight <= 0 for weight in weights.values()):
        found.append("Every check in a score has a weight above 0 %.")
    found += [f"There is no check called “{code}”." for code in weights if code not in known]
    return tuple(found)
