"""Whether to ask a vendor again, and after how long."""

from dataclasses import dataclass
from datetime import timedelta

from providers.errors import ProviderError, TryAgain, Withheld

_WITHHELD = 2  # attempts: it passes at once or not soon, and each costs two calls more


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter; only TryAgain is ever repeated.

    `patience` bounds the sum of the waits of one call, the vendor's own wishes included: a
    minute's allowance is worth waiting for, a day's is not.
    """

    base: timedelta = timedelta(seconds=0.5)
    ceiling: timedelta = timedelta(seconds=16)
    attempts: int = 5
    patience: timedelta = timedelta(seconds=90)

    def wait(
        self,
        attempt: int,
        error: ProviderError,
        *,
        chance: float,
        waited: timedelta = timedelta(),
    ) -> timedelta | None:
        """How long to wait after failure number `attempt` (1 is the first), or None to give up.

        `chance` is a random number from 0 to 1; `waited` is what earlier waits came to.
        """
        most = min(self.attempts, _WITHHELD) if isinstance(error, Withheld) else self.attempts
        if not isinstance(error, TryAgain) or attempt >= most:
            return None
        backoff = chance * min(self.ceiling, self.base * 2 ** (attempt - 1))
        # never before the vendor's time; the jitter on top keeps waiters from returning as one
        wait = backoff if error.after is None else error.after + min(backoff, self.base)
        return wait if waited + wait <= self.patience else None
