"""How much an app may ask of Xero: per organisation at once, a minute, a day; per app a minute."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.limits import Gate, Window
from bot.sandbox.ledgers.xero.wire import REMAINING, throttled

CALLS_AT_ONCE = 5
CALLS_A_MINUTE = 60
CALLS_A_DAY = 5_000
APP_CALLS_A_MINUTE = 10_000
MINUTE = 60
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What Xero publishes, unless a test or a comparison needs other figures."""

    at_once: int = CALLS_AT_ONCE
    a_minute: int = CALLS_A_MINUTE
    a_day: int = CALLS_A_DAY
    app_a_minute: int = APP_CALLS_A_MINUTE

    def __post_init__(self) -> None:
        if min(self.at_once, self.a_minute, self.a_day, self.app_a_minute) < 0:
            raise ValueError("a limit cannot be negative")


class Allowance:
    """What one app may still ask of one organisation."""

    def __init__(self, limits: Limits) -> None:
        self.minute = Window(limits.a_minute, seconds=MINUTE)
        self.day = Window(limits.a_day, seconds=DAY)
        self.gate = Gate(limits.at_once)


class Allowances:
    """Everybody's allowance, counted by the vendor's clock."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self.use(Limits())

    def use(self, limits: Limits) -> None:
        """Count from nothing again, by these limits."""
        self._tenants: defaultdict[tuple[str, str], Allowance] = defaultdict(
            lambda: Allowance(limits)
        )
        self._apps: defaultdict[str, Window] = defaultdict(
            lambda: Window(limits.app_a_minute, seconds=MINUTE)
        )

    @contextmanager
    def counted(self, client_id: str, tenant: str, headers: dict[str, str]) -> Iterator[None]:
        """Count one call while it lasts, or raise `Problem`; `headers` learn what is left."""
        now = self._now()
        allowance = self._tenants[client_id, tenant]
        windows = {
            "day": allowance.day,
            "minute": allowance.minute,
            "appminute": self._apps[client_id],
        }
        spent = next((name for name, window in windows.items() if not window.left(now)), None)
        if not spent and not allowance.gate.full:
            for window in windows.values():
                window.take(now)
        for name, window in windows.items():
            headers[REMAINING[name]] = str(window.left(now))
        if spent:
            raise throttled(spent, retry_after=windows[spent].seconds_until_free(now))
        if allowance.gate.full:
            raise throttled("concurrent", retry_after=1)
        with allowance.gate.inside():
            yield
