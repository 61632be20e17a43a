"""Reading Xero's books: several streams and several pages at a time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from providers.books import BooksPage, Walk
from providers.errors import AuthorizationLost, Lack, NotPermitted, ProviderError, TryAgain
from providers.session import ProviderSession
from providers.xero import journals
from providers.xero.assets import register
from providers.xero.book_shapes import Envelope
from providers.xero.journals import JournalWalk
from providers.xero.progress import Progress, started
from providers.xero.streams import API, ASSETS, JOURNALS, SOURCES, STREAMS, headers

__all__ = ["JOURNALS", "STREAMS", "sync"]

_AHEAD = 8  # pages under way or in memory; how many calls run at once is for the limiter to say
_OF_ALL = frozenset({Lack.ACTIVE, Lack.CREDENTIALS, Lack.SUBSCRIPTION})  # whatever is asked for
_PLACES = {name: place for place, name in enumerate(SOURCES)}

_Walking = Progress | JournalWalk
_Running = dict[asyncio.Task[Envelope], tuple[_Walking, int]]


async def sync(
    session: ProviderSession, tenant_id: str, walks: Sequence[Walk]
) -> AsyncGenerator[BooksPage, None]:
    """Walk streams side by side. Reading goes on while the consumer stores, but not far ahead."""
    walking: list[_Walking] = []
    running: _Running = {}
    failed: ProviderError | None = None
    try:
        while True:
            _join(walking, walks)
            if failed is None:
                _ask(session, tenant_id, walking, running)
            page = _given(walking)
            if page is not None:
                yield page
            elif failed is not None:
                raise failed
            elif running:
                failed = await _arrivals(running)
            elif all(each.next_page() is None for each in walking):
                return
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _join(walking: list[_Walking], walks: Sequence[Walk]) -> None:
    """Begin those that have been added since."""
    added = sorted(walks[len(walking) :], key=lambda walk: _PLACES[walk.stream])
    walking += map(_started, added)


def _started(walk: Walk) -> _Walking:
    return journals.started(walk) if walk.stream == JOURNALS.name else started(walk)


def _ask(
    session: ProviderSession, tenant_id: str, walking: Sequence[_Walking], running: _Running
) -> None:
    """Ask for pages until enough are under way, every stream in its turn."""
    held = len(running) + sum(len(each.arrived) for each in walking)
    for _ in range(_AHEAD - held):
        able = [each for each in walking if each.next_page() is not None]
        if not able:
            return
        walk = min(able, key=lambda each: each.turns)
        number = walk.asked + 1
        walk.ask(number)
        running[asyncio.ensure_future(_fetched(session, tenant_id, walk, number))] = (walk, number)


def _given(walking: Sequence[_Walking]) -> BooksPage | None:
    for each in walking:
        try:
            page = each.give()
        except ProviderError as error:
            _of(each, error)
            if not _rested(each, error):
                raise
            continue
        if page is not None:
            return page
    return None


async def _arrivals(running: _Running) -> ProviderError | None:
    """Take in what has come. What failed is told only after what did not has been taken in."""
    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    failed: ProviderError | None = None
    for task in done:
        walk, number = running.pop(task)
        try:
            walk.arrive(number, task.result())
        except NotPermitted as error:
            if error.lack in _OF_ALL:
                failed = failed or _of(walk, error)
            else:
                walk.refused = error
        except ProviderError as error:
            _of(walk, error)
            failed = failed or (None if _rested(walk, error) else error)
    return failed


def _rested(walk: _Walking, error: ProviderError) -> bool:
    """Whether the others go on without it: the copy is good without journals."""
    if not isinstance(walk, JournalWalk) or isinstance(error, AuthorizationLost):
        return False
    walk.rest(error)
    return True


def _of(walk: _Walking, error: ProviderError) -> ProviderError:
    """What the session did not raise does not know where it happened."""
    error.provider = error.provider or "xero"
    error.operation = error.operation or f"GET {API}{walk.walk.stream}"
    return error


async def _fetched(
    session: ProviderSession, tenant_id: str, walk: _Walking, number: int
) -> Envelope:
    if isinstance(walk, JournalWalk):
        return await journals.fetched(session, tenant_id, walk)
    source = walk.source
    if source.stream is ASSETS:
        return await register(session, tenant_id)
    body: Envelope | None = await session.get(
        API + source.stream.name,
        params=source.query(number),
        headers=headers(tenant_id, walk.since),
        shape=source.shape,
    )
    if body is None and walk.since is None:  # it would look as if everything were gone
        raise TryAgain("an empty answer")
    return body or Envelope(rows=[])
