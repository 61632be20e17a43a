"""Which mendings would bring the score up most: each tried, by judging without what it mends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commands.health.check import Finding
from commands.health.score.score import Colour, Part, colour

FEW = (1, 2, 3, 5, 10, 20, 50)  # how many to mend, before all of them
MOST = 3
LEAST = Decimal("0.5")  # points that are worth a line

Judge = Callable[[str, Sequence[Finding]], Decimal | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """Mending `count` of the `total` findings of a check brings `gain` points of 100.

    `first` says which: the largest, the oldest, or all of them.
    """

    code: str
    count: int
    total: int
    first: str
    gain: Decimal


def fixes(
    parts: Sequence[Part], opened: Mapping[str, Sequence[Finding]], judge: Judge
) -> Sequence[Fix]:
    """The best of each check that has lost points, the three that gain most."""
    best = [
        fix
        for part in parts
        if part.lost >= LEAST and (fix := _best(part, opened.get(part.code, ()), judge)) is not None
    ]
    return sorted(best, key=lambda fix: (-fix.gain, fix.code))[:MOST]


def reached(score: int, exact: Decimal, found: Sequence[Fix]) -> tuple[int, int]:
    """How many of them it takes, and the score they make: enough of them for the next colour, or
    all of them where that is not within reach."""
    aim = target(score)
    total = exact
    for taken, fix in enumerate(found, 1):
        total += fix.gain
        if aim is not None and rounded(total) >= aim:
            return taken, rounded(total)
    return len(found), rounded(total)


def target(score: int) -> int | None:
    """Where the next colour begins; None where there is no better one."""
    now = colour(score)
    if now is Colour.TEAL:
        return None
    return next(value for value in range(score + 1, 101) if colour(value) is not now)


def rounded(exact: Decimal) -> int:
    return int(min(exact, Decimal(100)) + Decimal("0.5"))


def _best(part: Part, opened: Sequence[Finding], judge: Judge) -> Fix | None:
    """As few findings as bring the most for each."""
    tried = []
    for first, ordered in (("largest", _by_amount(opened)), ("oldest", _by_age(opened))):
        for count in _sizes(len(ordered)):
            share = judge(part.code, ordered[count:])
            gain = part.most * (share - part.share) if share is not None else Decimal()
            if gain >= LEAST:
                named = "all" if count == len(ordered) else first
                tried.append(
                    Fix(code=part.code, count=count, total=len(ordered), first=named, gain=gain)
                )
    return max(tried, key=_worth, default=None)


def _worth(fix: Fix) -> tuple[Decimal, Decimal]:
    """What comes of it for the trouble; a little trouble more is worth it for much more."""
    return fix.gain / Decimal(fix.count).sqrt(), fix.gain


def _sizes(total: int) -> Sequence[int]:
    return [*(few for few in FEW if few < total), total] if total else []


def _by_amount(opened: Sequence[Finding]) -> list[Finding]:
    return sorted(opened, key=lambda each: -abs(each.amount or Decimal()))


def _by_age(opened: Sequence[Finding]) -> list[Finding]:
    return sorted(opened, key=lambda each: each.since or date.max)
