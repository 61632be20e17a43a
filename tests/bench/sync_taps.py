"""tap-quickbooks, as it is installed by whoever uses it: a command in an environment of its own.

It is under the AGPL: nothing of ours imports it. It can be told no other address than Intuit's, so
that the one in its installed copy is replaced.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.figures import Run
from tests.bench.servers import CLIENT_CORE, pin

PACKAGE = "tap-quickbooks==2.5.0"
INTUIT = "https://quickbooks.api.intuit.com"
NOT_BATCHED = ("report", "deleted")  # streams that are read one call each, and that we do not read


class NotInstalled(Exception):
    """The rival could not be had, and why."""


@dataclass(frozen=True, kw_only=True)
class Tap:
    """An installed tap that reads from our stand-in."""

    folder: Path

    def run(self, *, realm: str, access: str) -> Run:
        """Seconds, CPU seconds and records of one full read, without what starting it takes."""
        config = {
            "start_date": "2020-01-01T00:00:00Z", "user_agent": "bench", "realm_id": realm,
            "client_id": "bench", "client_secret": "bench-secret", "refresh_token": "none",
            "access_token": access,
        }  # fmt: skip
        (self.folder / "config.json").write_text(json.dumps(config))
        (self.folder / "catalog.json").write_text(json.dumps(self._catalog()))
        nothing = self._timed("--help")
        found = self._timed("--catalog", "catalog.json")
        output = (self.folder / "output").read_text()
        return {
            "wall": found["wall"] - nothing["wall"],
            "cpu": found["cpu"] - nothing["cpu"],
            "records": output.count('{"type": "RECORD"'),
        }

    def _catalog(self) -> dict[str, Any]:
        self._timed("--discover")
        catalog: dict[str, Any] = json.loads((self.folder / "output").read_text())
        for stream in catalog["streams"]:
            is_read = not any(word in stream["stream"] for word in NOT_BATCHED)
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = is_read
        return catalog

    def _timed(self, *arguments: str) -> Run:
        tap = str(self.folder / "venv/bin/tap-quickbooks")
        used, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with (self.folder / "output").open("wb") as output:
            started = subprocess.Popen(
                [tap, "--config", "config.json", "--dev", *arguments],
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OAUTHLIB_INSECURE_TRANSPORT": "1"},
            )
            pin(started.pid, CLIENT_CORE)
            if started.wait(300):
                msg = f"tap-quickbooks {' '.join(arguments)} ended with {started.returncode}"
                raise RuntimeError(msg)
        wall, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        return {"wall": wall, "cpu": cpu}


@contextmanager
def installed(ledgers: str) -> Iterator[Tap]:
    """Raises NotInstalled. `ledgers` is the address of the stand-ins."""
    with TemporaryDirectory(prefix="dext-tap-") as name:
        folder = Path(name)
        uv, python = Path(sys.executable).with_name("uv"), folder / "venv/bin/python"
        _do(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
        _do(uv, "pip", "install", "--quiet", "--python", python, PACKAGE)
        (client,) = folder.glob("venv/lib/*/site-packages/tap_quickbooks/client.py")
        client.write_text(client.read_text().replace(INTUIT, f"{ledgers}/quickbooks"))
        yield Tap(folder=folder)


def _do(*command: str | Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotInstalled(f"{PACKAGE} could not be installed here") from error
