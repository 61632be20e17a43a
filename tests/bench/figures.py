"""Lines of the table of ratios: what was seen, what is wanted, and whether it was reached."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Run = dict[str, Any]  # what a measured process prints


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line. `value` is None where it could not be measured, and `seen` says why.

    `sign` is "≤" or "≥", the way in which `value` has to stand to `aim`.
    """

    what: str
    seen: str
    value: float | None
    aim: float
    sign: str = "≤"
    unit: str = "×"

    @property
    def is_missed(self) -> bool:
        if self.value is None:
            return False
        return self.value > self.aim if self.sign == "≤" else self.value < self.aim

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        return "missed" if self.is_missed else "reached"

    def __str__(self) -> str:
        value = "" if self.value is None else f"{_short(self.value)} {self.unit}".strip()
        aim = f"{self.sign} {_short(self.aim)} {self.unit}".strip()
        return f"| {self.what} | {self.seen} | {value} | {aim} | {self.verdict} |"


def table(figures: Iterable[Figure]) -> str:
    head = "| what | seen | figure | aim | verdict |\n|---|---|---|---|---|"
    return "\n".join([head, *map(str, figures)])


def median(runs: Sequence[Run], figure: str) -> float:
    return statistics.median(float(run[figure]) for run in runs)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:.0f}"
