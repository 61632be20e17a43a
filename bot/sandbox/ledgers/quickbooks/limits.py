"""How often an app may ask QuickBooks, and how often everybody together."""

from collections import defaultdict
from dataclasses import dataclass

from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.limits import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Calls of one company: of one app, except for the batches of all of them."""

    a_second: int = 10
    a_minute: int = 500
    batches_a_minute: int = 40
    batches_of_all_a_minute: int = 120

    def __post_init__(self) -> None:
        counts = (self.a_second, self.a_minute, self.batches_a_minute)
        if min(*counts, self.batches_of_all_a_minute) < 1:
            raise ValueError("a limit is at least 1")


class Allowances:
    """What every app may still ask of every company."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self.use(Limits())

    def use(self, limits: Limits) -> None:
        """Count from the beginning, and by these limits."""
        self._limits = limits
        self._windows: defaultdict[tuple[str, ...], list[Window]] = defaultdict(list)

    def take(self, app: str, realm: str, *, is_batch: bool) -> bool:
        """Whether one more call fits, which has then been made."""
        at = self._now()
        windows = [*self._of(app, realm), *(self._of_batches(app, realm) if is_batch else ())]
        if not all(window.left(at) for window in windows):
            return False
        for window in windows:
            window.take(at)
        return True

    def _of(self, app: str, realm: str) -> list[Window]:
        windows = self._windows[app, realm]
        if not windows:
            windows += [
                Window(self._limits.a_second, seconds=1),
                Window(self._limits.a_minute, seconds=60),
            ]
        return windows

    def _of_batches(self, app: str, realm: str) -> list[Window]:
        ours, everybodys = self._windows["batch", app, realm], self._windows["batch", realm]
        if not ours:
            ours.append(Window(self._limits.batches_a_minute, seconds=60))
        if not everybodys:
            everybodys.append(Window(self._limits.batches_of_all_a_minute, seconds=60))
        return [*ours, *everybodys]
