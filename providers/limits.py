"""Staying within what a vendor allows, for everybody who calls the same organisation."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4
from weakref import WeakValueDictionary

from providers.allowances import (
    EVERYBODY,
    NOTHING,
    PATIENCE,
    Allowance,
    Keeper,
    Key,
    T,
    Told,
    Wait,
    Wish,
    told,
)
from providers.errors import LimitScope, RateLimited, TryAgain
from providers.provider import Limits

_FOR_EVERYONE = frozenset({LimitScope.APPLICATION, LimitScope.MONTH})

log = logging.getLogger(__name__)


class InMemory:
    """Allowances of one process that has them to itself, on its own steady clock in seconds."""

    poll_s = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Key, Allowance] = {}

    async def change(self, key: Key, how: Callable[[Allowance, Allowance, float], T]) -> T:
        return how(self._of(key), self._of((key[0], EVERYBODY)), self._clock())

    def _of(self, key: Key) -> Allowance:
        if key not in self._kept:
            self._kept[key] = Allowance()
        return self._kept[key]


@dataclass(kw_only=True, slots=True)
class Call:
    """One that is under way. Whoever makes it says what the vendor answered."""

    limits: Limits
    said: Told = field(default=NOTHING)

    def heard(self, headers: Mapping[str, str], now: datetime) -> None:
        """The vendor's own count and Retry-After. Header names are lower-case."""
        self.said = told(headers, self.limits, now)


class RateLimiter:
    """Declared limits, corrected by what the vendor reports, for all who share the `keeper`.

    `now` dates what callers are told; waiting is measured on the keeper's clock.
    """

    def __init__(
        self,
        limits: Mapping[str, Limits],
        *,
        now: Callable[[], datetime],
        keeper: Keeper,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._now = now
        self._keeper = keeper
        self._sleep = sleep
        self._us = uuid4().hex[:8]  # among the processes that share allowances
        self._numbers = count()
        self._queues: WeakValueDictionary[tuple[Key, Wish], asyncio.Lock] = WeakValueDictionary()
        self._freed: dict[Key, asyncio.Event] = {}

    @asynccontextmanager
    async def slot(self, key: Key, wish: Wish) -> AsyncIterator[Call]:
        """Hold one of the allowed calls, waiting for it if need be.

        Background work leaves a tenth of the minute, one concurrent call and the day's reserve
        to people. Raises RateLimited at once when the wait would be longer than PATIENCE, and
        TryAgain where nobody can tell.
        """
        ticket = f"{self._us}-{next(self._numbers)}"
        call = Call(limits=self._limits[key[0]])
        try:
            await self._enter(key, ticket, wish)
            yield call
        finally:  # also of what was let in while its caller was told to end
            await self._leave(key, ticket, call)

    async def pause(self, key: Key, *, scope: LimitScope, length: timedelta) -> None:
        """Let nobody call this organisation, or with a scope of ours any, for that long."""
        whom = (key[0], EVERYBODY) if scope in _FOR_EVERYONE else key
        seconds = length.total_seconds()
        await self._note(whom, lambda own, _, at: own.pause(at + seconds, scope))

    async def _enter(self, key: Key, ticket: str, wish: Wish) -> None:
        limits = self._limits[key[0]]

        def enter(own: Allowance, application: Allowance, at: float) -> Wait | None:
            return own.enter(ticket, wish, limits, application=application, at=at)

        # in a line, so that one of those who wait asks for all of them
        async with self._queues.setdefault((key, wish), asyncio.Lock()):
            while wait := await self._keeper.change(key, enter):
                await self._wait(key, wait)

    async def _wait(self, key: Key, wait: Wait) -> None:
        """Raises RateLimited for what would be too long."""
        if wait.seconds is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._keeper.poll_s):
                    await self._freed.setdefault(key, asyncio.Event()).wait()
            return
        after = timedelta(seconds=wait.seconds)
        if after > PATIENCE:
            raise RateLimited(scope=wait.scope, until=self._now() + after, after=after)
        await self._sleep(wait.seconds)

    async def _leave(self, key: Key, ticket: str, call: Call) -> None:
        limits, said = call.limits, call.said
        await self._note(key, lambda own, _, at: own.leave(ticket, limits, said, at=at))
        freed = self._freed.pop(key, None)
        if freed is not None:
            freed.set()
        left = said.application
        if left is not None and left <= limits.application_reserve:
            whom = (key[0], EVERYBODY)
            await self._note(whom, lambda own, _, at: own.spare(left, limits, at=at))

    async def _note(self, key: Key, how: Callable[[Allowance, Allowance, float], None]) -> None:
        try:
            await self._keeper.change(key, how)
        except TryAgain as error:  # an answer that came counts more; what is lost runs out
            log.warning("limits.unnoted", extra={"provider": key[0], "error": str(error)})
