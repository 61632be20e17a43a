"""Ports for processes that are told theirs.

They lie below the range from which systems pick ports for outgoing connections, each worker of a
test run has its own, and none is given twice: nobody takes one between asking and listening.
"""

import itertools
import os
import socket

FIRST, PER_WORKER = 12_000, 2_000

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FROM = FIRST + PER_WORKER * (_WORKER % 8)
# runs beside one another start at different places
_PAIRS = itertools.count(os.getpid() * 10)


def free_port() -> int:
    """A port that is free, as is the next one, which a sandbox gives to its bot."""
    while True:
        port = _FROM + next(_PAIRS) * 2 % PER_WORKER
        if _is_free(port) and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as servers do, or a connection that has just ended would seem to hold it
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
