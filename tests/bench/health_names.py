"""Duplicate contacts among 20,000, against rapidfuzz's matrix of all pairs in the same run.

Run as `python -m tests.bench.health_names ORDER` it is one measurement in a process of its own. The
matrix is computed in strips of its upper half, by the fastest scorer that loses no pair, and what
it finds is confirmed by the same rule as ours.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from commands.health.reckoning.alike import CLOSE, Forms, Precision, digits, likeness, pairs
from tests.bench.figures import Figure, Run
from tests.bench.servers import SERVER_CORE, answered

CONTACTS = 20_000
SLIPPED = 600
ROUNDS = 3
OF_THE_MATRIX, SECONDS = 0.5, 3
STRIP = 1000
MOST = 1000
MATRIX = "matrix"
FIRST = "Acme Blue North Stone River Oak Bright Silver Peak Harbour Kings Maple Union Vector Prime"
ENDS = ("", "wood", "field", "ton", "by", "gate", "well")
TRADES = "Trading Plumbing Consulting Foods Media Logistics Design Motors Supplies Electrical Print"
FORMS = ("Ltd", "Limited", "LLP", "PLC", "(UK) Ltd", "& Sons", "")
TOWNS = "London Leeds York Bath Kent Ayr Dover Derby Poole Truro Perth Ripon Wells Luton Crewe"

Pairs = set[tuple[int, int]]


def names_alike() -> Iterator[Figure]:
    """The rows about names."""
    runs: dict[str, list[Run]] = {way: [] for way in (MATRIX, *Precision)}
    for _ in range(ROUNDS):
        for way, found in runs.items():
            found.append(measure(way))
    seconds = {
        way: statistics.median(float(run["seconds"]) for run in found)
        for way, found in runs.items()
    }
    ours, matrix = runs[Precision.CLOSE][0], runs[MATRIX][0]
    yield Figure(
        what=f"duplicate contacts among {CONTACTS:,}, of rapidfuzz's matrix of all pairs",
        seen=f"{seconds[Precision.CLOSE]:.2f} s; {seconds[MATRIX]:.2f} s; "
        f"{ours['mebibytes']:.0f} MiB",
        value=seconds[Precision.CLOSE] / seconds[MATRIX],
        aim=OF_THE_MATRIX,
    )
    known = {tuple(pair) for pair in ours["pairs"]}
    yield Figure(
        what="pairs of the matrix that are not found",
        seen=f"of {len(matrix['pairs']):,}",
        value=sum(tuple(pair) not in known for pair in matrix["pairs"]),
        aim=0,
        unit="",
    )
    slowest = max(Precision, key=lambda each: seconds[each])
    yield Figure(
        what="the slowest precision",
        seen="; ".join(f"{each}: {seconds[each]:.2f} s" for each in Precision),
        value=seconds[slowest],
        aim=SECONDS,
        unit="s",
    )


def measure(way: str) -> Run:
    found = answered("tests.bench.health_names", {"way": way}, core=SERVER_CORE)
    told = f"{found['seconds']:.2f} s, {len(found['pairs']):,} pairs, {found['mebibytes']:.0f} MiB"
    print(f"names alike, {way}: {told}", flush=True)
    return found


def names() -> list[str]:
    """The same each time; some are another with a slip of the pen."""
    dice = Random(3)
    made = [_name(dice) for _ in range(CONTACTS)]
    for number in range(SLIPPED):
        made[CONTACTS // 2 + number] = _slip(made[dice.randrange(CONTACTS // 2)], dice)
    return made


def _name(dice: Random) -> str:
    which = dice.choice(TOWNS.split()) if dice.random() < 0.5 else str(dice.randrange(999))
    first = f"{dice.choice(FIRST.split())}{dice.choice(ENDS)}"
    return f"{first} {dice.choice(TRADES.split())} {which} {dice.choice(FORMS)}".strip()


def _slip(name: str, dice: Random) -> str:
    at = dice.randrange(len(name) - 1)
    ways: tuple[Callable[[], str], ...] = (
        lambda: name[:at] + dice.choice("abcdefgh") + name[at + 1 :],
        lambda: name[:at] + name[at + 1 :],
        lambda: name.upper().replace("LIMITED", "LTD"),
        lambda: name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    )
    return dice.choice(ways)()


def all_pairs(given: list[str]) -> Pairs:
    keys = Forms.of(given).key
    floor = CLOSE.ratio(1)
    found: Pairs = set()
    for begin in range(0, len(keys), STRIP):
        strip = keys[begin : begin + STRIP]
        scores = process.cdist(
            strip, keys[begin:], scorer=fuzz.ratio, score_cutoff=floor, dtype=np.uint8
        )
        for one, other in zip(*(places + begin for places in np.nonzero(scores)), strict=True):
            pair = keys[one], keys[other]
            if one < other and len({*map(digits, pair)}) == 1 and likeness(*pair) >= CLOSE.share:
                found.add((int(one), int(other)))
    return found


def main(order: dict[str, Any]) -> dict[str, Any]:
    given, way = names(), order["way"]
    began = time.perf_counter()
    if way == MATRIX:
        found = all_pairs(given)
    else:
        found = {(each.one, each.other) for each in pairs(given, Precision(way), most=MOST)}
    return {
        "seconds": time.perf_counter() - began,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pairs": sorted(found),
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
