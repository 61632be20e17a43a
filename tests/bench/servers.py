"""Starts and stops the processes a benchmark compares, each pinned where the machine allows it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

SERVER_CORE, CLIENT_CORE = 0, 1


def pin(pid: int, core: int) -> None:
    """Keep server and client off each other's core, where there are two."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > core:
        os.sched_setaffinity(pid, {core})


def wait_until_open(port: int, process: subprocess.Popen[bytes], patience_s: float = 30) -> None:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if process.poll() is not None:
            msg = f"{process.args} ended with {process.returncode}; run it by itself to see why"
            raise RuntimeError(msg)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    msg = f"nothing listens on {port}"
    raise TimeoutError(msg)


def wait_until_ready(url: str, patience_s: float = 30) -> None:
    until = time.monotonic() + patience_s
    while True:
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


@contextmanager
def process(
    *arguments: str,
    port: int,
    environment: Mapping[str, str] | None = None,
    core: int = SERVER_CORE,
) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pin(started.pid, core)
    try:
        wait_until_open(port, started)
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def answered(
    module: str,
    order: Mapping[str, object],
    *,
    core: int | None = CLIENT_CORE,
    patience_s: float = 600,
) -> dict[str, Any]:
    """What a module prints last, as JSON, when it is run with this order; on any core for None."""
    started = subprocess.Popen(
        [sys.executable, "-m", module, json.dumps(order)], stdout=subprocess.PIPE
    )
    if core is not None:
        pin(started.pid, core)
    try:
        output, _ = started.communicate(timeout=patience_s)
    finally:
        started.kill()
    if started.returncode:
        msg = f"{module} ended with {started.returncode}"
        raise RuntimeError(msg)
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found
