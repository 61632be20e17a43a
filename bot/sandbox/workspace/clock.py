"""Time in the workspace: real, until a test moves it forward."""

import asyncio
import time


class Clock:
    """Seconds since the epoch, plus whatever `advance` has added."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()
        self._last_us = 0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move forward and wake whoever sleeps by this clock."""
        self._ahead += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def reset(self) -> None:
        self._ahead = 0.0

    def ts(self) -> str:
        """A message timestamp later than every one given before."""
        self._last_us = max(int(self.now() * 1_000_000), self._last_us + 1)
        seconds, microseconds = divmod(self._last_us, 1_000_000)
        return f"{seconds}.{microseconds:06d}"

    async def sleep(self, seconds: float) -> None:
        """Return once `now` has moved on by `seconds`, by waiting or by `advance`."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._moved.wait()
            except TimeoutError:
                continue
