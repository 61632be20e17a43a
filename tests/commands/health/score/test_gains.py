"""Which mendings bring the score up most."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commands.health.check import Finding
from commands.health.score.gains import Fix, fixes, reached, target
from commands.health.score.score import Part

TODAY = date(2026, 6, 30)


def a_finding(number: int, amount: str = "10", days: int = 1) -> Finding:
    return Finding(
        key=(str(number),), title=f"Number {number}", text="It is wrong.", fix="Mend it.",
        amount=Decimal(amount), since=TODAY - timedelta(days=days),
    )  # fmt: skip


def a_part(code: str, share: str, most: str = "50") -> Part:
    points = Decimal(most) * Decimal(share)
    return Part(code=code, weight=10, share=Decimal(share), points=points, most=Decimal(most))


def by_count(code: str, left: Sequence[Finding]) -> Decimal:
    """A tenth is lost by each finding."""
    return 1 - Decimal(len(left)) / 10


def by_age(code: str, left: Sequence[Finding]) -> Decimal:
    """All is lost as long as one is older than a month."""
    return Decimal(all(TODAY - each.since <= timedelta(days=30) for each in left if each.since))


def test_all_of_a_check_is_mended_where_each_counts_alike() -> None:
    opened = [a_finding(number) for number in range(4)]
    [fix] = fixes([a_part("a", "0.6")], {"a": opened}, by_count)

    assert (fix.count, fix.first, fix.gain) == (4, "all", Decimal(20))


def test_the_oldest_are_enough_where_age_decides() -> None:
    opened = [a_finding(1, days=90), a_finding(2, days=60)]
    opened += [a_finding(number, amount="900") for number in range(3, 40)]
    [fix] = fixes([a_part("a", "0")], {"a": opened}, by_age)

    assert (fix.count, fix.total, fix.first, fix.gain) == (2, 39, "oldest", Decimal(50))


def test_the_three_that_gain_most_come_first() -> None:
    parts = [a_part(code, "0.9", most=most) for code, most in
             (("a", "10"), ("b", "40"), ("c", "20"), ("d", "30"))]  # fmt: skip
    found = fixes(parts, {part.code: [a_finding(1)] for part in parts}, by_count)

    assert [fix.code for fix in found] == ["b", "d", "c"]


def test_what_brings_nothing_is_not_proposed() -> None:
    assert fixes([a_part("a", "0.5")], {"a": []}, by_count) == []
    assert fixes([a_part("a", "1")], {"a": [a_finding(1)]}, by_count) == []


@pytest.mark.parametrize(
    ("score", "aim"), [(0, 36), (35, 36), (36, 71), (70, 71), (71, None), (100, None)]
)
def test_the_next_colour_is_the_aim(score: int, aim: int | None) -> None:
    assert target(score) == aim


@pytest.mark.parametrize(
    ("score", "gains", "taken", "after"),
    [
        (64, ["5", "3"], 2, 72),
        (64, ["7", "3"], 1, 71),
        (64, ["2", "1"], 2, 67),
        (90, ["5", "5"], 2, 100),
        (64, [], 0, 64),
    ],
)
def test_no_more_is_mended_than_the_next_colour_takes(
    score: int, gains: list[str], taken: int, after: int
) -> None:
    found = [Fix(code=g, count=1, total=1, first="all", gain=Decimal(g)) for g in gains]

    assert reached(score, Decimal(score), found) == (taken, after)
