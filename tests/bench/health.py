"""All checks and the score on one organisation's books, on both databases, and how that grows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from tests.bench.databases import postgres, sqlite
from tests.bench.figures import Figure, Run, table
from tests.bench.health_names import names_alike
from tests.bench.servers import SERVER_CORE, answered
from tests.bench.storing import database_on

MOST = 200_000
SIZES = (10_000, 50_000, MOST)
FIRST_S, AGAIN_S, MEMORY_MIB, LATE_MS = 6, 2, 300, 100
GROWTH = 1.35  # of the time per transaction from the smallest to the largest: n log n is 1.33

Fresh = Callable[[], AbstractContextManager[str]]


def looking() -> tuple[str, bool]:
    """The table, and whether everything in it was reached."""
    figures = [*names_alike(), *on("SQLite", sqlite)]
    with postgres(core=None) as url:  # as it would be served: nobody is measured beside it
        figures += on("PostgreSQL", lambda: database_on(url))
    return table(figures), not any(figure.is_missed for figure in figures)


def run(fresh: Fresh, transactions: int) -> Run:
    with fresh() as url:
        order = {"database": url, "transactions": transactions}
        answered("tests.bench.health_runs", {**order, "way": "fill"}, core=SERVER_CORE)
        found = answered("tests.bench.health_runs", {**order, "way": "look"}, core=None)
    told = "{first:.2f} s, again {again:.2f} s, {mebibytes:.0f} MiB, loop late by {late_ms:.0f} ms"
    print(f"{transactions:,} transactions: {told.format(**found)}", flush=True)
    return found


def on(name: str, fresh: Fresh) -> Iterator[Figure]:
    found = {size: run(fresh, size) for size in SIZES}
    most = found[MOST]
    words = f"all checks and the score, {MOST:,} transactions on {name}"
    yield Figure(what=words, seen="", value=most["first"], aim=FIRST_S, unit="s")
    yield Figure(
        what="the same after 200 documents changed", seen="", value=most["again"], aim=AGAIN_S,
        unit="s",
    )  # fmt: skip
    yield Figure(
        what="the same, most memory", seen="", value=most["mebibytes"], aim=MEMORY_MIB, unit="MiB"
    )
    yield Figure(
        what="event loop late meanwhile", seen="", value=most["late_ms"], aim=LATE_MS, unit="ms"
    )
    each = {size: found[size]["first"] / size * 10_000 for size in SIZES}
    seen = "; ".join(f"{size:,}: {found[size]['first']:.2f} s" for size in SIZES)
    yield Figure(
        what="time per transaction, of that of 10,000", seen=seen,
        value=each[MOST] / each[SIZES[0]], aim=GROWTH,
    )  # fmt: skip
