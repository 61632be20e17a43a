"""Signed commands answered per second, against the smallest Bolt application under the same server.

Server and client have a core each, and PostgreSQL, which is a machine of its own elsewhere, shares
the client's. Cases take turns, and each figure is the median of its rounds.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.databases import postgres, sqlite
from tests.bench.practice import furnish
from tests.bench.servers import CLIENT_CORE, answered, process, wait_until_ready
from tests.ports import free_port

HERE = Path(__file__).resolve().parent
ROUNDS = 3
SECONDS = 4.0
CONNECTIONS = 50
CROWD = 200
ACK_P99_MS = 250.0
ACK_MAX_MS = 3000.0

RIVAL_SECRET = "bench-signing-secret"
OUR_SECRET = "sandbox-signing-secret"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One command; `reach` is the least share of the rival's rate."""

    name: str
    text: str
    reach: float
    says: str  # stands in every right answer


CASES = (
    Case(name="/dext help", text="help", reach=0.5, says="What would you like to do"),
    Case(
        name='/dext connections "Acme Ltd"',
        text='connections "Acme Ltd"',
        reach=0.35,
        says="Acme Limited",
    ),
    Case(
        name="/dext clients add (a write)",
        text='clients add "Bench {n}"',
        reach=0.25,
        says="is a client now",
    ),
)


HELLO = Case(name="one word", text="hello", reach=1, says="Hello.")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server to ask. Its name is how progress is told."""

    name: str
    url: str
    secret: str


def ask(
    target: Target, case: Case, *, connections: int, seconds: float = SECONDS
) -> dict[str, object]:
    order = {
        "url": target.url,
        "text": case.text,
        "says": case.says,
        "secret": target.secret,
        "user": "U0ANA",
        "team": "T0FERNHILL",
        "channel": "C0ACME",
        "connections": connections,
        "seconds": seconds,
    }
    found = answered("tests.bench.load", order, patience_s=seconds + 60)
    print(f"{target.name}: {case.name}, {connections} at once: {found['rate']:.0f}/s", flush=True)
    return found


def settings(database_url: str, *, slack: int, port: int) -> dict[str, str]:
    return {
        "DEXT_DATABASE_URL": database_url,
        "DEXT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DEXT_HOST": "127.0.0.1",
        "DEXT_PORT": str(port),
        "DEXT_SECRET_KEYS": "a key for measuring that is long enough to be one",
        "DEXT_SLACK_BOT_TOKEN": "xoxb-sandbox",
        "DEXT_SLACK_SIGNING_SECRET": OUR_SECRET,
        "DEXT_SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
        "DEXT_XERO_CLIENT_ID": "bench",
        "DEXT_XERO_CLIENT_SECRET": "bench-secret",
        "DEXT_XERO_ROOT_URL": f"http://127.0.0.1:{slack}/ledgers/xero",
    }


@contextmanager
def ours(database_url: str) -> Iterator[Target]:
    """The bot as it is served, on a furnished database, with a stand-in Slack to talk to."""
    slack, port = free_port(), free_port()
    environment = settings(database_url, slack=slack, port=port)
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    asyncio.run(furnish(database_url))
    with (
        process(str(HERE / "slack.py"), str(slack), port=slack, core=CLIENT_CORE),
        process("-m", "bot", "serve", port=port, environment=environment),
    ):
        wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        yield Target(name="bot", url=f"http://127.0.0.1:{port}/slack/events", secret=OUR_SECRET)


@contextmanager
def rival() -> Iterator[Target]:
    port = free_port()
    arguments = (
        "-m", "uvicorn", "bolt:app", "--app-dir", str(HERE), "--port", str(port),
        "--loop", "asyncio", "--http", "httptools", "--no-access-log", "--log-level", "warning",
    )  # fmt: skip
    with process(*arguments, port=port):
        yield Target(name="Bolt", url=f"http://127.0.0.1:{port}/slack/events", secret=RIVAL_SECRET)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    database: str
    case: Case
    rate: float
    ratio: float
    p50_ms: float
    p99_ms: float
    crowd_max_ms: float
    faults: tuple[str, ...]

    @property
    def verdict(self) -> str:
        return "missed: " + "; ".join(self.faults) if self.faults else "reached"


def faults(
    case: Case, ratio: float, runs: list[dict[str, object]], crowd: dict[str, object]
) -> Iterator[str]:
    if ratio < case.reach:
        yield f"ratio {ratio:.2f} < {case.reach}"
    worst = statistics.median(float(str(run["p99_ms"])) for run in runs)
    if worst > ACK_P99_MS:
        yield f"p99 {worst:.0f} ms > {ACK_P99_MS:.0f}"
    if float(str(crowd["max_ms"])) > ACK_MAX_MS:
        yield f"an answer took {crowd['max_ms']:.0f} ms at {CROWD} connections"
    for run in [*runs, crowd]:
        if run["wrong"]:
            yield f"wrong answers: {run['wrong']}"


def median(runs: list[dict[str, object]], figure: str) -> float:
    return statistics.median(float(str(run[figure])) for run in runs)


def compare(database: str, bolt: Target, bot: Target) -> Iterator[Row]:
    for case in CASES:  # warm both: first requests load templates and caches
        ask(bot, case, connections=5, seconds=1)
    ask(bolt, HELLO, connections=5, seconds=1)
    floor: list[dict[str, object]] = []
    mine: dict[str, list[dict[str, object]]] = {case.name: [] for case in CASES}
    for _ in range(ROUNDS):
        floor.append(ask(bolt, HELLO, connections=CONNECTIONS))
        for case in CASES:
            mine[case.name].append(ask(bot, case, connections=CONNECTIONS))
    for case in CASES:
        runs = mine[case.name]
        crowd = ask(bot, case, connections=CROWD)
        ratio = median(runs, "rate") / median(floor, "rate")
        yield Row(
            database=database,
            case=case,
            rate=median(runs, "rate"),
            ratio=ratio,
            p50_ms=median(runs, "p50_ms"),
            p99_ms=median(runs, "p99_ms"),
            crowd_max_ms=float(str(crowd["max_ms"])),
            faults=tuple(faults(case, ratio, runs, crowd)),
        )


def table(rows: list[Row]) -> str:
    head = (
        "| database | command | answers/s | of bare Bolt | aim | p50 ms | p99 ms "
        f"| slowest at {CROWD} | verdict |\n|---|---|---|---|---|---|---|---|---|"
    )
    lines = [
        f"| {row.database} | `{row.case.name}` | {row.rate:.0f} | {row.ratio:.2f} "
        f"| {row.case.reach} | {row.p50_ms:.0f} | {row.p99_ms:.0f} | {row.crowd_max_ms:.0f} ms "
        f"| {row.verdict} |"
        for row in rows
    ]
    return "\n".join([head, *lines])


def commands() -> tuple[str, bool]:
    """The table, and whether everything in it was reached."""
    rows: list[Row] = []
    for name, kind in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with ExitStack() as running:
            url = running.enter_context(kind())
            bolt = running.enter_context(rival())
            bot = running.enter_context(ours(url))
            rows += compare(name, bolt, bot)
    told = f"{CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS:.0f} s, interleaved."
    return f"{table(rows)}\n\n{told}", not any(row.faults for row in rows)
