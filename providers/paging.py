"""Walking lists that come in numbered pages."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from providers.errors import WireMismatch

T = TypeVar("T")

MAX_PAGES = 10_000  # ten million entries: beyond it a vendor is going round in circles

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Generic[T]):
    """One page as the vendor gave it. `pages` and `total` are None where it does not tell."""

    items: Sequence[T]
    pages: int | None = None
    total: int | None = None


Fetch = Callable[[int], Awaitable[Part[T]]]  # by page number, 1 is the first


async def walk(
    fetch: Fetch[T], *, size: int, at_once: int, key: Callable[[T], Hashable]
) -> AsyncGenerator[Part[T], None]:
    """Every page in order. Where the first one tells how many, `at_once` are read at a time.

    Without that number the walk ends at the first page shorter than `size`. An entry met twice,
    because the list grew while we read, is given once. Raises WireMismatch when a page repeats
    the one before: the vendor ignores the number and the walk would never end.
    """
    seen: set[Hashable] = set()
    before: list[Hashable] = []
    total: int | None = None
    async with aclosing(_parts(fetch, size, at_once)) as parts:
        async for part in parts:
            keys = [key(item) for item in part.items]
            if keys and keys == before:
                raise WireMismatch(path="page", wanted="another page than the one before")
            before, total = keys, total or part.total
            new = [item for item, own in zip(part.items, keys, strict=True) if own not in seen]
            seen.update(keys)
            yield replace(part, items=new, total=total)
    if total is not None and len(seen) < total:  # entries left while we read, or slipped by
        log.warning("walk.short", extra={"stated": total, "read": len(seen)})


async def _parts(fetch: Fetch[T], size: int, at_once: int) -> AsyncGenerator[Part[T], None]:
    first = await fetch(1)
    yield first
    if first.pages is None:
        rest = _until_short(fetch, first, size)
    elif first.pages > MAX_PAGES:
        raise WireMismatch(path="pages", wanted=f"at most {MAX_PAGES} pages")
    else:
        rest = _ahead(fetch, first.pages, at_once)
    async with aclosing(rest):
        async for part in rest:
            yield part


async def _until_short(fetch: Fetch[T], part: Part[T], size: int) -> AsyncGenerator[Part[T], None]:
    number = 1
    while len(part.items) >= size and number < MAX_PAGES:
        number += 1
        part = await fetch(number)
        yield part


async def _ahead(fetch: Fetch[T], last: int, at_once: int) -> AsyncGenerator[Part[T], None]:
    running: deque[asyncio.Future[Part[T]]] = deque()
    try:
        for number in range(2, last + 1):
            running.append(asyncio.ensure_future(fetch(number)))
            if len(running) >= at_once:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
