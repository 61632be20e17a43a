"""100,000 invoices with three lines each into an empty copy, and the same again, unchanged.

Each variant runs in a process of its own on one core, PostgreSQL on the other. The floor is the
driver alone: executemany on SQLite, COPY on PostgreSQL, the same columns and indexes.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from sqlalchemy import make_url

from tests.bench.databases import postgres, sqlite
from tests.bench.figures import Figure, Run, median
from tests.bench.servers import SERVER_CORE, answered

INVOICES = 100_000
FEW = 10_000
ROUNDS = 3
FIRST = {"SQLite": 1.6, "PostgreSQL": 1.4}  # of the floor's time
AGAIN = 0.4
MEMORY = 1.5
RAW = {"SQLite": "executemany", "PostgreSQL": "COPY"}

Fresh = Callable[[], AbstractContextManager[str]]


def storing() -> Iterator[Figure]:
    """Rows about storing, on both databases."""
    yield from on("SQLite", sqlite)
    with postgres() as url:
        yield from on("PostgreSQL", lambda: database_on(url))


@contextmanager
def database_on(url: str) -> Iterator[str]:
    """An empty database on this server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE storing")
    try:
        yield make_url(url).set(database="storing").render_as_string(hide_password=False)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE storing WITH (FORCE)")


def run(fresh: Fresh, way: str, invoices: int = INVOICES) -> Run:
    with fresh() as url:
        order = {"way": way, "database": url, "invoices": invoices}
        found = answered("tests.bench.storing_runs", order, core=SERVER_CORE)
    print(f"{way}, {invoices:,} invoices: {found['first']:.1f} s, again {found['again']:.1f} s, "
          f"{found['mebibytes']:.0f} MiB", flush=True)  # fmt: skip
    return found


def on(name: str, fresh: Fresh) -> Iterator[Figure]:
    ours: list[Run] = []
    floor: list[Run] = []
    for _ in range(ROUNDS):
        floor.append(run(fresh, "floor"))
        ours.append(run(fresh, "ours"))
    few = run(fresh, "ours", FEW)
    seconds = {
        (way, figure): median(runs, figure)
        for way, runs in (("ours", ours), ("floor", floor))
        for figure in ("first", "again")
    }
    for figure, words, aim in (
        ("first", f"100,000 invoices with 3 lines on {name}, of raw {RAW[name]}", FIRST[name]),
        ("again", "the same again, unchanged", AGAIN),
    ):
        mine, raw = seconds["ours", figure], seconds["floor", figure]
        yield Figure(what=words, seen=f"{mine:.1f} s; {raw:.1f} s", value=mine / raw, aim=aim)
    most = median(ours, "mebibytes")
    yield Figure(
        what="the same, most memory, of that of 10,000",
        seen=f"{most:.0f} MiB; {few['mebibytes']:.0f} MiB",
        value=most / few["mebibytes"],
        aim=MEMORY,
    )
