"""Sliding windows that count calls the way the vendors do."""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta


class Window:
    """So many calls in so long."""

    def __init__(self, calls: int, *, seconds: float) -> None:
        self._calls = calls
        self._length = timedelta(seconds=seconds)
        self._taken: deque[datetime] = deque()

    def left(self, at: datetime) -> int:
        while self._taken and self._taken[0] + self._length <= at:
            self._taken.popleft()
        return max(0, self._calls - len(self._taken))

    def take(self, at: datetime) -> None:
        self._taken.append(at)

    def seconds_until_free(self, at: datetime) -> int:
        """Whole seconds after which one more call fits."""
        if self.left(at) or not self._taken:
            return 0
        return max(1, math.ceil((self._taken[0] + self._length - at).total_seconds()))


class Gate:
    """So many calls at once."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._inside = 0

    @property
    def full(self) -> bool:
        return self._inside >= self._places

    @contextmanager
    def inside(self) -> Iterator[None]:
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
