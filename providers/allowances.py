"""What is left of a vendor's allowance, what a call does to it, and what the vendor says of it."""

from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec

from providers.answers import retry_after
from providers.errors import LimitScope
from providers.provider import Limits

Key = tuple[str, str]  # provider, organisation
T = TypeVar("T")

EVERYBODY = ""  # in place of the organisation: what is said of our application as a whole
PATIENCE = timedelta(seconds=90)  # a spent minute is waited out, a spent day is reported
LOST_S = 90.0  # longer than any answer may take: whoever made that call is dead
_SECOND = 1.0
_MINUTE = 60.0
_HOUR = 3_600.0
_DAY = 86_400.0
_YIELD = 5.0  # until somebody asks again how much of the application's minute is left
_APART = 30.0  # refusals that come together are one: each is waited out for a minute
REFUSALS = 5  # in a row, and nothing was read in between: no minute's limit does that


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A call somebody wants to make; one that works in the background leaves a share to people.

    One that reads waits for a new month where this one's allowance is spent; others do not.
    """

    background: bool
    is_batch: bool = False
    is_read: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Not yet: after so many seconds, or (None) when a call that is under way has ended."""

    seconds: float | None
    scope: LimitScope


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What an answer says about calls: how many are left, how many seconds to stay away, and
    whether that is from reading alone, for want of an allowance of the month."""

    minute: int | None = None
    day: int | None = None
    application: int | None = None
    stay_away: float | None = None
    is_month: bool = False


NOTHING = Told()


def told(
    headers: Mapping[str, str], limits: Limits, now: datetime, *, refuses_to_read: bool = False
) -> Told:
    """Header names are lower-case."""
    stay_away = retry_after(headers, now)
    is_long = stay_away is not None and stay_away > PATIENCE
    return Told(
        is_month=refuses_to_read and is_long and bool(limits.month_of),
        minute=_count(headers, limits.minute_remaining),
        day=_count(headers, limits.day_remaining),
        application=_count(headers, limits.application_remaining),
        stay_away=None if stay_away is None else stay_away.total_seconds(),
    )


def _count(headers: Mapping[str, str], name: str) -> int | None:
    stated = headers.get(name.lower(), "") if name else ""
    return int(stated) if stated.isascii() and stated.isdigit() else None


class Allowance(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is left of one allowance. Times are seconds of the clock of whoever keeps it.

    `calls` and `batches` of the last minute are dated by their answers, and by when they left as
    long as there is none: the vendor counted them somewhere in between. `under_way` says when each
    of the calls without an answer has left.
    """

    calls: list[float] = []
    batches: list[float] = []
    under_way: dict[str, float] = {}
    day_used: int = 0
    day_ends: float = 0.0  # when `day_used` means nothing any more
    paused_until: float = 0.0
    paused_by: LimitScope = LimitScope.MINUTE
    month_spent_until: float = 0.0  # whoever only writes need not wait for that
    yields_until: float = 0.0  # background work to people
    refusals: int = 0  # of reading, since something was read
    refused_at: float = 0.0

    def enter(
        self, ticket: str, wish: Wish, limits: Limits, *, application: "Allowance", at: float
    ) -> Wait | None:
        """Make the call, or say what it has to wait for."""
        self._pass(at)
        wait = max(
            (
                self._day_wait(wish, limits, at),
                *self._window_waits(wish, limits, at),
                *self.pauses(wish, at),
                *application.pauses(wish, at),
            ),
            key=lambda each: each.seconds or 0.0,
        )
        if wait.seconds and wait.seconds > 0:
            return wait
        spare = 1 if wish.background and limits.concurrent > 1 else 0
        if len(self.under_way) >= limits.concurrent - spare:
            return Wait(seconds=None, scope=LimitScope.CONCURRENT)
        self.under_way[ticket] = at
        self.day_used += 1
        insort(self.calls, at)
        if wish.is_batch:
            insort(self.batches, at)
        return None

    def leave(self, ticket: str, limits: Limits, said: Told, *, at: float) -> None:
        """The call is over. Believe the vendor's counts: others may share the allowance."""
        left_at = self.under_way.pop(ticket, None)
        for windows in (self.calls, self.batches):
            if left_at in windows:
                windows.remove(left_at)
                insort(windows, at)
        if said.stay_away is not None:  # says it all: the counts are at nought until then
            if said.is_month:
                self.spend_month(at + said.stay_away)
                return
            by = LimitScope.MINUTE if said.stay_away <= PATIENCE.total_seconds() else LimitScope.DAY
            self.pause(at + said.stay_away, by)
            return
        if said.minute is not None:
            unseen = limits.per_minute - said.minute - len(self.calls)
            self.calls.extend([max(at, *self.calls[-1:])] * unseen)
        if said.day is not None and limits.per_day is not None:
            self.day_used = limits.per_day - said.day + len(self.under_way)
            self.day_ends = at + _HOUR  # nobody tells when the vendor's day turns: ask again

    def pause(self, until: float, by: LimitScope) -> None:
        """Nobody calls until then; a shorter pause does not cut a longer one."""
        if until >= self.paused_until:
            self.paused_until, self.paused_by = until, by

    def spend_month(self, until: float) -> None:
        """Nobody reads until then: the refusal that paused everything was about that."""
        self.month_spent_until = max(self.month_spent_until, until)
        self.paused_until = 0.0

    def refuse(self, *, at: float) -> bool:
        """Reading was refused; whether that has gone on for longer than a spent minute explains."""
        if not self.refusals or at - self.refused_at >= _APART:
            self.refusals, self.refused_at = self.refusals + 1, at
        return self.refusals >= REFUSALS

    def serve(self) -> None:
        """Something was read: what was refused before was for a minute."""
        self.refusals, self.refused_at = 0, 0.0

    def spare(self, left: int, limits: Limits, *, at: float) -> None:
        """So much is left of our application's minute, which only the vendor can count."""
        if left <= limits.application_reserve:
            self.yields_until = max(self.yields_until, at + _YIELD)
        if left <= limits.application_reserve // 10:
            self.pause(at + _YIELD, LimitScope.APPLICATION)

    def pauses(self, wish: Wish, at: float) -> tuple[Wait, ...]:
        waits = [Wait(seconds=self.paused_until - at, scope=self.paused_by)]
        if wish.is_read:
            waits.append(Wait(seconds=self.month_spent_until - at, scope=LimitScope.MONTH))
        if wish.background:
            waits.append(Wait(seconds=self.yields_until - at, scope=LimitScope.APPLICATION))
        return tuple(waits)

    def _pass(self, at: float) -> None:
        """Forget what is over."""
        for window in (self.calls, self.batches):
            del window[: _up_to(window, at - _MINUTE)]
        for ticket in [each for each, since in self.under_way.items() if since < at - LOST_S]:
            del self.under_way[ticket]
        if at >= self.day_ends:
            self.day_ends, self.day_used = at + _DAY, 0

    def _day_wait(self, wish: Wish, limits: Limits, at: float) -> Wait:
        reserve = limits.reserve if wish.background else 0
        is_spent = limits.per_day is not None and self.day_used >= limits.per_day - reserve
        return Wait(seconds=self.day_ends - at if is_spent else 0.0, scope=LimitScope.DAY)

    def _window_waits(self, wish: Wish, limits: Limits, at: float) -> list[Wait]:
        share = limits.per_minute // 10 if wish.background else 0  # the rest is for people
        waits = [_wait(self.calls, limits.per_minute - share, _MINUTE, at)]
        if limits.per_second is not None:
            waits.append(_wait(self.calls, limits.per_second, _SECOND, at))
        if wish.is_batch and limits.batches_per_minute is not None:
            waits.append(_wait(self.batches, limits.batches_per_minute, _MINUTE, at))
        return waits


def _wait(window: list[float], allowed: int, length: float, at: float) -> Wait:
    is_spent = len(window) >= allowed
    seconds = window[-allowed] + length - at if is_spent else 0.0
    return Wait(seconds=seconds, scope=LimitScope.MINUTE)


def _up_to(window: list[float], end: float) -> int:
    """How many of the oldest are not after that."""
    return next((n for n, at in enumerate(window) if at > end), len(window))


class Keeper(Protocol):
    """Where allowances are kept: for one process, or for all that share them.

    `poll_s` is how often to look whether another process has ended a call, None without any.
    """

    @property
    def poll_s(self) -> float | None: ...

    async def change(self, key: Key, how: Callable[[Allowance, Allowance, float], T]) -> T:
        """Keep what `how` makes of this allowance, and answer what it answers.

        It is given that of the whole application as well, to look at only, and the time. It may be
        called again, with what another has kept meanwhile. Raises TryAgain where nothing can be
        kept now.
        """
