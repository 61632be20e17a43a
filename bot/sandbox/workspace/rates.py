"""Slack's rate limits: a bucket per method, and one message a second per channel."""

import math
from dataclasses import dataclass

MESSAGE_BURST = 5  # Slack tolerates short bursts above one a second; proposed size
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}  # Slack's "Rate limits" page; each says "1+", "20+" …


@dataclass(kw_only=True, slots=True)
class Bucket:
    """Fills at `per_second` up to `size`; a call takes one."""

    size: float
    per_second: float
    level: float
    at: float

    def wait_s(self, now: float) -> int:
        """Take one, or say how many whole seconds until there is one."""
        self.level = min(self.size, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return max(1, math.ceil((1 - self.level) / self.per_second))


class Rates:
    """All buckets of one app in one workspace; `is_strict` off lets everything through."""

    def __init__(self, *, is_strict: bool) -> None:
        self.is_strict = is_strict
        self._buckets: dict[str, Bucket] = {}

    def message_wait_s(self, channel: str, *, now: float) -> int:
        return self._wait_s(f"message:{channel}", size=MESSAGE_BURST, per_second=1, now=now)

    def method_wait_s(self, method: str, *, tier: int, now: float) -> int:
        size = PER_MINUTE[tier]
        return self._wait_s(method, size=max(size, 5), per_second=size / 60, now=now)

    def _wait_s(self, key: str, *, size: float, per_second: float, now: float) -> int:
        if not self.is_strict:
            return 0
        if key not in self._buckets:
            self._buckets[key] = Bucket(size=size, per_second=per_second, level=size, at=now)
        return self._buckets[key].wait_s(now)
