"""A limiter on a clock set by hand, and calls that it lets through."""

from collections.abc import Mapping

from providers.allowances import Wish
from providers.limits import InMemory, RateLimiter
from providers.provider import Limits
from tests.providers.vendors import NOW, HandClock

ACME = ("xero", "acme")
OTHER = ("xero", "other")
AT_ONCE = Wish(background=False)  # somebody waits for it
BEHIND = Wish(background=True)


def a_limiter(clock: HandClock, **limits: int | str) -> RateLimiter:
    declared = Limits(**({"per_minute": 60, "concurrent": 5} | limits))
    return RateLimiter(
        {"xero": declared, "quickbooks": declared},
        now=clock,
        keeper=InMemory(clock.seconds),
        sleep=clock.sleep,
    )


async def call(
    limiter: RateLimiter,
    key: tuple[str, str] = ACME,
    *,
    times: int = 1,
    wish: Wish = AT_ONCE,
    hearing: Mapping[str, str] | None = None,
) -> None:
    """So many calls, one after another; every answer has these headers."""
    for _ in range(times):
        async with limiter.slot(key, wish) as under_way:
            under_way.heard(hearing or {}, NOW)
