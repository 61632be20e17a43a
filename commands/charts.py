"""Figures to look at, in our own words: what a surface makes of them is its affair."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChartKind(StrEnum):
    """How figures are drawn."""

    LINE = "line"
    BAR = "bar"


class Tone(StrEnum):
    """What a range of values means, as people know it from the score."""

    TEAL = "teal"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Figures under one name, one for each category; None where there is none."""

    name: str
    values: tuple[Decimal | int | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Values from `low` to `high` mean `tone`; where they end is also where they are labelled."""

    low: int
    high: int
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Figures to look at. They are said in words too, below it unless a table `has_table` does.

    `unit` is a currency's code or sign, `%`, or empty. `marked` are the places of categories that
    stand out. `bands` lie behind it.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    bands: tuple[Band, ...] = ()
    marked: frozenset[int] = frozenset()
    has_table: bool = False
