"""Staying within what a vendor allows, for everybody who calls the same organisation."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from providers.answers import retry_after
from providers.errors import LimitScope, RateLimited
from providers.provider import Limits

Key = tuple[str, str]  # provider, organisation

PATIENCE = timedelta(seconds=90)  # a spent minute is waited out, a spent day is reported
_MINUTE = 60.0
_HOUR = 3_600.0
_DAY = 86_400.0
_FOR_EVERYONE = frozenset({LimitScope.APPLICATION, LimitScope.MONTH})


@dataclass(kw_only=True, slots=True)
class _Allowance:
    """What is left for one key. Times are seconds of the limiter's clock."""

    limits: Limits
    day_ends: float  # when `day_used` means nothing any more
    day_used: int = 0
    in_flight: int = 0
    calls: deque[float] = field(default_factory=deque)  # of the last minute, oldest first
    paused_until: float = 0.0
    paused_by: LimitScope = LimitScope.MINUTE
    freed: asyncio.Event = field(default_factory=asyncio.Event)

    def is_full(self, *, background: bool) -> bool:
        """Whether every concurrent call is taken; background work leaves one to people."""
        spare = 1 if background and self.limits.concurrent > 1 else 0
        return self.in_flight >= self.limits.concurrent - spare

    def delay(self, at: float, *, background: bool) -> tuple[float, LimitScope]:
        """Seconds until a call is allowed, and by which allowance; not positive means now."""
        return max(
            (self.paused_until - at, self.paused_by),
            (self._day_delay(at, background=background), LimitScope.DAY),
            (self._minute_delay(at, background=background), LimitScope.MINUTE),
            (self._window_delay(at, self.limits.per_second, 1.0), LimitScope.MINUTE),
            key=lambda wait: wait[0],
        )

    def enter(self, at: float) -> None:
        self.calls.append(at)
        self.in_flight += 1
        self.day_used += 1

    def leave(self) -> None:
        self.in_flight -= 1
        self.freed.set()
        self.freed = asyncio.Event()

    def count_as(self, at: float, *, minute: int | None, day: int | None) -> None:
        """Believe the vendor's remaining calls: others may share the same allowance."""
        if minute is not None:
            unseen = self.limits.per_minute - minute - len(self.calls)
            self.calls.extend([at] * unseen)
        if day is not None and self.limits.per_day is not None:
            self.day_used = self.limits.per_day - day
            self.day_ends = at + _HOUR  # nobody tells when the vendor's day turns: ask again

    def _day_delay(self, at: float, *, background: bool) -> float:
        if at >= self.day_ends:
            self.day_ends, self.day_used = at + _DAY, 0
        if self.limits.per_day is None:
            return 0.0
        reserve = self.limits.reserve if background else 0
        spent = self.day_used >= self.limits.per_day - reserve
        return self.day_ends - at if spent else 0.0

    def _minute_delay(self, at: float, *, background: bool) -> float:
        while self.calls and self.calls[0] <= at - _MINUTE:
            self.calls.popleft()
        share = self.limits.per_minute // 10 if background else 0  # the rest is for people
        return self._window_delay(at, self.limits.per_minute - share, _MINUTE)

    def _window_delay(self, at: float, allowed: int | None, seconds: float) -> float:
        if allowed is None or len(self.calls) < allowed:
            return 0.0
        return self.calls[-allowed] + seconds - at


class RateLimiter:
    """Declared limits, corrected by what the vendor reports. In memory: one per process.

    `now` dates what callers are told; waiting is measured on `clock`, in seconds, so that a
    corrected wall clock neither stops nor floods anybody.
    """

    def __init__(
        self,
        limits: Mapping[str, Limits],
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._allowances: dict[Key, _Allowance] = {}
        self._stopped: dict[str, tuple[float, LimitScope]] = {}  # whole softwares, by key

    @asynccontextmanager
    async def slot(self, key: Key, *, background: bool) -> AsyncIterator[None]:
        """Hold one of the allowed calls, waiting for it if need be.

        Background work leaves a tenth of the minute, one concurrent call and the day's reserve
        to people. Raises RateLimited at once when the wait would be longer than PATIENCE.
        """
        allowance = self._allowance(key)
        while True:
            delay, scope = self._delay(key, background=background)
            if delay > PATIENCE.total_seconds():
                after = timedelta(seconds=delay)
                raise RateLimited(scope=scope, until=self._now() + after, after=after)
            if delay > 0:
                await self._sleep(delay)
            elif allowance.is_full(background=background):
                await allowance.freed.wait()
            else:
                break
        allowance.enter(self._clock())
        try:
            yield
        finally:
            allowance.leave()

    def observe(self, key: Key, headers: Mapping[str, str], now: datetime) -> None:
        """Take note of the vendor's own count and of Retry-After. Header names are lower-case."""
        stay_away = retry_after(headers, now)
        if stay_away is not None:  # says it all: the counts are at nought until then
            scope = LimitScope.MINUTE if stay_away <= PATIENCE else LimitScope.DAY
            self.pause(key, scope=scope, length=stay_away)
            return
        limits = self._limits[key[0]]
        minute = _count(headers, limits.minute_remaining)
        day = _count(headers, limits.day_remaining)
        self._allowance(key).count_as(self._clock(), minute=minute, day=day)

    def pause(self, key: Key, *, scope: LimitScope, length: timedelta) -> None:
        """Let nobody call this organisation, or with a scope of ours any, for that long."""
        until = self._clock() + length.total_seconds()
        if scope in _FOR_EVERYONE:
            self._stopped[key[0]] = max((until, scope), self._stopped.get(key[0], (until, scope)))
            return
        allowance = self._allowance(key)
        if until >= allowance.paused_until:
            allowance.paused_until, allowance.paused_by = until, scope

    def _allowance(self, key: Key) -> _Allowance:
        if key not in self._allowances:
            self._allowances[key] = _Allowance(
                limits=self._limits[key[0]], day_ends=self._clock() + _DAY
            )
        return self._allowances[key]

    def _delay(self, key: Key, *, background: bool) -> tuple[float, LimitScope]:
        at = self._clock()
        until, scope = self._stopped.get(key[0], (at, LimitScope.APPLICATION))
        own = self._allowance(key).delay(at, background=background)
        return max((until - at, scope), own, key=lambda wait: wait[0])


def _count(headers: Mapping[str, str], name: str) -> int | None:
    stated = headers.get(name.lower(), "") if name else ""
    return int(stated) if stated.isascii() and stated.isdigit() else None
