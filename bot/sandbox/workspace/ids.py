"""Identifiers that look like Slack's and come out the same in every run."""

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterator


class Ids:
    """One counter per kind of thing."""

    def __init__(self) -> None:
        self._counters: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))

    def number(self, kind: str) -> int:
        return next(self._counters[kind])

    def new(self, prefix: str) -> str:
        """Prefix and ten capitals or digits, as in `V00000001K`."""
        return f"{prefix}{self.number(prefix):010X}"

    def opaque(self, kind: str) -> str:
        """Thirty-two hexadecimal digits that do not betray the counter behind them."""
        return hashlib.sha256(f"{kind}:{self.number(kind)}".encode()).hexdigest()[:32]
