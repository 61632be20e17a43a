"""Waiting for a vendor in a way that whoever waits for us can be told of."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Sleep = Callable[[float], Awaitable[None]]

_watcher: ContextVar[Sleep | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(tell: Sleep) -> Iterator[None]:
    """Within the block, and in tasks begun there, `tell` is called before each pause of seconds.

    What it raises ends the call that was to wait.
    """
    token = _watcher.set(tell)
    try:
        yield
    finally:
        _watcher.reset(token)


def told(sleep: Sleep) -> Sleep:
    """The same sleep, told of to whoever watches."""

    async def pause(seconds: float) -> None:
        tell = _watcher.get()
        if tell is not None:
            await tell(seconds)
        await sleep(seconds)

    return pause
