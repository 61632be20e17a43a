"""Syncs against raw reading and against rivals, on the data set they were all measured with.

The stand-in ledgers have one core, and answer each call 200 ms late; whoever reads has the other,
in a process of its own. Contenders take turns, and each figure is the median of its rounds.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import msgspec

from providers.tokens import TokenSet
from tests.bench import doorbell
from tests.bench.databases import postgres
from tests.bench.doors import lift_limits, open_volume, opened
from tests.bench.figures import Figure, Run, median, table
from tests.bench.ledgers import DELAY_MS
from tests.bench.servers import answered, process
from tests.bench.signing import signed_in, utc_now
from tests.bench.storing import storing
from tests.bench.sync_busy import busy
from tests.bench.sync_day import simulated
from tests.bench.sync_taps import NotInstalled, Tap, installed
from tests.ports import free_port

ROUNDS = 3
CHANGED = {"Invoices": 100, "BankTransactions": 40, "Payments": 26, "Contacts": 10}  # 176


@dataclass(kw_only=True)
class Office:
    """One vendor's organisation, signed in to, and everything that has been measured there."""

    ledgers: str
    vendor: str
    tenant: str
    tokens: TokenSet
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def ours(self, name: str, database: str, *, is_first: bool) -> None:
        tokens = msgspec.to_builtins(asdict(self.tokens))
        order = {"database": database, "vendor": self.vendor, "tokens": tokens}
        self._run(name, "tests.bench.sync_ours", is_first=is_first, **order)

    def theirs(self, name: str, module: str, **order: Any) -> None:
        self._run(name, module, access=self.tokens.access, **order)

    def tap(self, tap: Tap) -> None:
        self._count()
        self._keep("tap-quickbooks", tap.run(realm=self.tenant, access=self.tokens.access))

    def edit(self, **instruction: Any) -> None:
        edit = {"organisation": self.tenant, **instruction}
        opened(f"{self.ledgers}/{self.vendor}/edit", edit)

    def median(self, name: str, figure: str) -> float:
        return median(self.runs[name], figure)

    def seconds(self, name: str) -> str:
        return f"{self.median(name, 'wall'):.2f} s"

    def ratio(self, name: str, other: str) -> float:
        return self.median(name, "wall") / self.median(other, "wall")

    def cpu(self, name: str) -> float:
        """CPU seconds for 10,000 records."""
        return self.median(name, "cpu") / self.median(name, "records") * 10_000

    def _run(self, name: str, module: str, **order: Any) -> None:
        self._count()
        order |= {"ledgers": self.ledgers, "tenant": self.tenant}
        self._keep(name, answered(module, order))

    def _keep(self, name: str, run: Run) -> None:
        run["calls"] = self._count()
        self.runs.setdefault(name, []).append(run)
        print(f"{self.vendor}, {name}: {run['records']} records in {run['wall']:.2f} s, "
              f"{run['cpu']:.2f} s of CPU, {run['calls']} requests", flush=True)  # fmt: skip

    def _count(self) -> int:
        root = self.ledgers.removesuffix("/ledgers")
        calls: int = httpx2.get(f"{root}/calls/{self.vendor}").json()["calls"]
        return calls


def office(ledgers: str, vendor: str) -> Office:
    """A full-size organisation with its limits lifted, but for how many calls at once."""
    lift_limits(ledgers, vendor)
    tenant = open_volume(ledgers, vendor)
    tokens = asyncio.run(signed_in(ledgers, vendor, tenant))
    return Office(ledgers=ledgers, vendor=vendor, tenant=tenant, tokens=tokens)


@contextmanager
def stand_ins() -> Iterator[str]:
    """The address of the stand-in ledgers."""
    port = free_port()
    with process("-m", "tests.bench.ledgers", str(port), port=port):
        yield f"http://127.0.0.1:{port}/ledgers"


def read_xero(ledgers: str) -> Office:
    xero = office(ledgers, "xero")
    scopes = {"scopes": xero.tokens.scopes}
    for _ in range(ROUNDS):
        since = (utc_now() - timedelta(minutes=5)).isoformat(timespec="seconds")
        with TemporaryDirectory(prefix="dext-") as folder:
            database = f"sqlite:///{folder}/bench.sqlite3"
            xero.theirs("floor", "tests.bench.sync_floor")
            xero.ours("full", database, is_first=True)
            xero.theirs("xero-python", "tests.bench.sync_rivals", rival="xero-python", **scopes)
            for kind, count in CHANGED.items():
                xero.edit(action="touch", kind=kind, count=count)
            xero.theirs("floor of changes", "tests.bench.sync_floor", since=since)
            xero.ours("changes", database, is_first=False)
    return xero


def read_quickbooks(ledgers: str, tap: Tap | None) -> Office:
    books = office(ledgers, "quickbooks")
    for _ in range(ROUNDS):
        with TemporaryDirectory(prefix="dext-") as folder:
            database = f"sqlite:///{folder}/bench.sqlite3"
            books.ours("full", database, is_first=True)
            books.theirs("python-quickbooks", "tests.bench.sync_rivals", rival="python-quickbooks")
            if tap is not None:
                books.tap(tap)
            books.edit(action="stir")
            books.ours("changes", database, is_first=False)
    return books


def xero_figures(xero: Office) -> Iterator[Figure]:
    def seen(ours: str, *others: str) -> str:
        return f"{xero.seconds(ours)}; " + ", ".join(f"{o} {xero.seconds(o)}" for o in others)

    yield requests(xero, "full", "Xero full sync, requests", 15)
    yield Figure(
        what="Xero full sync, stored, of the raw floor's time",
        seen=seen("full", "floor"),
        value=xero.ratio("full", "floor"),
        aim=2,
    )
    yield Figure(
        what="the same, as many times as quick as xero-python without storing",
        seen=seen("full", "xero-python"),
        value=xero.ratio("xero-python", "full"),
        aim=3,
        sign="≥",
    )
    yield requests(xero, "changes", "Xero incremental, requests", 7)
    yield Figure(
        what="Xero incremental, of the raw floor's time",
        seen=seen("changes", "floor of changes"),
        value=xero.ratio("changes", "floor of changes"),
        aim=1.5,
    )


def quickbooks_figures(books: Office, why_no_tap: str) -> Iterator[Figure]:
    yield requests(books, "full", "QuickBooks full sync, requests", 6)
    yield requests(books, "changes", "QuickBooks incremental, requests", 1)
    rival = "tap-quickbooks"
    is_there = rival in books.runs
    yield Figure(
        what="QuickBooks full sync, as many times as quick as tap-quickbooks",
        seen=f"{books.seconds('full')}; {books.seconds(rival)}" if is_there else why_no_tap,
        value=books.ratio(rival, "full") if is_there else None,
        aim=4,
        sign="≥",
    )


def requests(office: Office, name: str, what: str, most: int) -> Figure:
    calls = max(run["calls"] for run in office.runs[name])
    records = office.median(name, "records")
    return Figure(what=what, seen=f"{records:.0f} records", value=calls, aim=most, unit="")


def cpu_figures(xero: Office, books: Office) -> Iterator[Figure]:
    worst = max(xero.cpu("full"), books.cpu("full"))
    yield Figure(
        what="CPU for 10,000 records, stored on SQLite",
        seen=f"Xero {xero.cpu('full'):.2f} s, QuickBooks {books.cpu('full'):.2f} s",
        value=worst,
        aim=2,
        unit="s",
    )
    for office, rivals in (
        (xero, ("xero-python",)),
        (books, ("tap-quickbooks", "python-quickbooks")),
    ):
        for rival in (r for r in rivals if r in office.runs):
            yield Figure(
                what=f"the same, of what {rival} uses without storing",
                seen=f"{office.cpu('full'):.2f} s; {rival} {office.cpu(rival):.2f} s",
                value=office.cpu("full") / office.cpu(rival),
                aim=1,
            )


def reading() -> Iterator[Figure]:
    """Rows about reading and storing what the ledgers give."""
    with ExitStack() as running:
        ledgers = running.enter_context(stand_ins())
        tap, why = None, ""
        try:
            tap = running.enter_context(installed(ledgers))
        except NotInstalled as error:
            why = str(error)
        xero = read_xero(ledgers)
        books = read_quickbooks(ledgers, tap)
    yield from xero_figures(xero)
    yield from quickbooks_figures(books, why)
    yield from cpu_figures(xero, books)


def queue() -> Figure:
    """The row about jobs by way of PostgreSQL."""
    with postgres() as url:
        row = asyncio.run(doorbell.measure(url))
    rates = f"{row.jobs / row.ours_s:.0f}/s; {row.jobs / row.bare_s:.0f}/s"
    return Figure(
        what=f"{row.jobs:,} no-op jobs with per-key locks, {doorbell.WORKERS} workers, "
        "of the bare engine's time",
        seen=rates,
        value=row.ratio,
        aim=doorbell.MOST,
    )


def syncing() -> tuple[str, bool]:
    """The table, and whether everything in it was reached."""
    figures = [*reading(), *storing(), *busy(), *simulated(), queue()]
    told = (
        f"The ledgers answer each call {DELAY_MS} ms late. Of two things seen, ours is first. "
        f"Median of {ROUNDS} rounds, interleaved. CPU is that of the process that reads, once its "
        "modules are loaded."
    )
    return f"{table(figures)}\n\n{told}", not any(figure.is_missed for figure in figures)
