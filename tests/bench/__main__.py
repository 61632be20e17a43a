"""All benchmarks: `python -m tests.bench [commands] [sync] [health] [publishing] [--write]`.

Prints the tables, writes them to `latest.md` when asked to, and ends with 1 when a ratio is missed.
"""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.health import looking
from tests.bench.publishing import publishing
from tests.bench.run import commands
from tests.bench.sync import syncing

LATEST = Path(__file__).with_name("latest.md")
PARTS = {
    "commands": ("Commands", commands),
    "sync": ("Syncs", syncing),
    "health": ("Health", looking),
    "publishing": ("Publishing", publishing),
}
PACKAGES = (
    "httpx2", "msgspec", "procrastinate", "psycopg", "python-quickbooks", "rapidfuzz", "slack-bolt",
    "sqlalchemy", "starlette", "uvicorn", "xero-python",
)  # fmt: skip


def conditions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%d %B %Y}, {platform.system()} {platform.machine()} on "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}."
    )


def main(arguments: Sequence[str]) -> int:
    unknown = set(arguments) - {*PARTS, "--write"}
    if unknown:
        print(__doc__, file=sys.stderr)
        return 2
    chosen = [name for name in PARTS if name in arguments] or list(PARTS)
    parts, is_good = [], True
    for name in chosen:
        title, measure = PARTS[name]
        report, is_reached = measure()
        parts.append(f"## {title}\n\n{report}")
        is_good = is_good and is_reached
    report = "\n\n".join([*parts, conditions()])
    print(report)
    if "--write" in arguments:
        LATEST.write_text(report + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
