"""Staying within what a vendor allows, for everybody who calls the same organisation."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

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

LOOK_AGAIN = timedelta(hours=1)  # whether a spent month was raised: what is refused costs nothing

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
    has_read: bool = False

    def heard(
        self,
        headers: Mapping[str, str],
        now: datetime,
        *,
        has_read: bool = False,
        refuses_to_read: bool = False,
    ) -> None:
        """The vendor's own count and Retry-After, and whether it let us read something or said that
        we have called too often.

        Header names are lower-case.
        """
        self.said = told(headers, self.limits, now, refuses_to_read=refuses_to_read)
        self.has_read = has_read


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
        """Let nobody call this organisation, or with our application's scope any, for so long."""
        whom = (key[0], EVERYBODY) if scope is LimitScope.APPLICATION else key
        seconds = length.total_seconds()
        await self._note(whom, lambda own, _, at: own.pause(at + seconds, scope))

    async def refuse(self, key: Key, error: RateLimited, *, is_read: bool) -> RateLimited:
        """The vendor said no: let everybody wait whom that concerns, and say what it means.

        A spent month looks like a spent minute, but for its length: that which the vendor tells, or
        else that of being refused.
        """
        length = error.after or error.until - self._now()
        zone = self._limits[key[0]].month_of
        if zone and is_read and error.scope is LimitScope.MINUTE:
            if length > PATIENCE:
                return await self._spend_month(key, error, zone, length)
            if await self._goes_on(key):
                anew_in = next_month(self._now(), zone) - self._now()
                return await self._spend_month(key, error, zone, min(LOOK_AGAIN, anew_in))
        await self.pause(key, scope=error.scope, length=length)
        return error

    async def _spend_month(
        self, key: Key, error: RateLimited, zone: str, length: timedelta
    ) -> RateLimited:
        seconds = length.total_seconds()
        for whom in (key, (key[0], EVERYBODY)):
            await self._note(whom, lambda own, _, at: own.spend_month(at + seconds))
        return _month_spent(str(error), now=self._now(), after=length, zone=zone)

    async def _goes_on(self, key: Key) -> bool:
        try:
            whom = (key[0], EVERYBODY)
            return await self._keeper.change(whom, lambda own, _, at: own.refuse(at=at))
        except TryAgain:  # nobody can tell; the next refusal comes in a minute
            return False

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
            if wait.scope is LimitScope.MONTH:
                zone = self._limits[key[0]].month_of
                raise _month_spent("", now=self._now(), after=after, zone=zone)
            raise RateLimited(scope=wait.scope, until=self._now() + after, after=after)
        await self._sleep(wait.seconds)

    async def _leave(self, key: Key, ticket: str, call: Call) -> None:
        limits, said = call.limits, call.said

        def leave(own: Allowance, application: Allowance, at: float) -> bool:
            own.leave(ticket, limits, said, at=at)
            return application.refusals > 0

        was_refused = await self._note(key, leave)
        freed = self._freed.pop(key, None)
        if freed is not None:
            freed.set()
        if was_refused and call.has_read:
            await self._note((key[0], EVERYBODY), lambda own, _, at: own.serve())
        left = said.application
        if left is not None and left <= limits.application_reserve:
            whom = (key[0], EVERYBODY)
            await self._note(whom, lambda own, _, at: own.spare(left, limits, at=at))

    async def _note(self, key: Key, how: Callable[[Allowance, Allowance, float], T]) -> T | None:
        try:
            return await self._keeper.change(key, how)
        except TryAgain as error:  # an answer that came counts more; what is lost runs out
            log.warning("limits.unnoted", extra={"provider": key[0], "error": str(error)})
            return None


def _month_spent(text: str, *, now: datetime, after: timedelta, zone: str) -> RateLimited:
    """Longer than until we would look again is as long as the vendor has said."""
    until = now + after
    anew_at = until if after > LOOK_AGAIN else next_month(now, zone)
    return RateLimited(text, scope=LimitScope.MONTH, until=until, after=after, anew_at=anew_at)


def next_month(now: datetime, zone: str) -> datetime:
    """When the first of next month begins there."""
    here = now.astimezone(ZoneInfo(zone))
    year, month = (here.year + 1, 1) if here.month == 12 else (here.year, here.month + 1)
    return datetime(year, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
