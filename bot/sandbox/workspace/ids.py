"""Identifiers that look like Slack's and, like Slack's, never come again."""

import hashlib
import itertools
import secrets
import string
from collections import defaultdict
from collections.abc import Iterator

_DIGITS = string.digits + string.ascii_uppercase
_LENGTH = 10


class Ids:
    """One counter per kind of thing, mixed with what was drawn when this was made.

    A bot remembers what it has acted on for longer than a workspace here lasts: an id that came
    again after a reset or a restart would be taken for a repeated delivery.
    """

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(16)
        self._counters: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))

    def number(self, kind: str) -> int:
        """Counts from one in every workspace: unique in it only."""
        return next(self._counters[kind])

    def new(self, prefix: str) -> str:
        """Prefix and ten capitals or digits, as in `V0A7K2M9QXZ`."""
        left = int(self.opaque(prefix), 16)
        found = ""
        for _ in range(_LENGTH):
            left, digit = divmod(left, len(_DIGITS))
            found += _DIGITS[digit]
        return prefix + found

    def opaque(self, kind: str) -> str:
        """Thirty-two hexadecimal digits that do not betray the counter behind them."""
        mixed = f"{self._nonce}:{kind}:{self.number(kind)}"
        return hashlib.sha256(mixed.encode()).hexdigest()[:32]
