"""How a sync reads QuickBooks: whole by batches of queries, then by change data capture."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from providers.books import BooksPage, Walk
from providers.errors import (
    AuthorizationLost,
    LossReason,
    NotPermitted,
    ProviderError,
    Rejected,
    TryAgain,
    WireMismatch,
)
from providers.quickbooks import batches
from providers.quickbooks.batches import OVERLAP
from providers.quickbooks.book_shapes import (
    BatchAnswer,
    BatchItem,
    ChangesAnswer,
    EntityRows,
    QueryAnswer,
)
from providers.quickbooks.clearing import clearances
from providers.quickbooks.reading import Ask, Reading, resumed
from providers.quickbooks.shapes import TaxRateRow
from providers.quickbooks.streams import CLEARANCES, REACH, STREAMS, changed, records
from providers.session import ProviderSession

T = TypeVar("T")

_MINOR_VERSION = {"minorversion": "75"}
_READ_AT_ONCE = frozenset(  # seldom long: the first page comes together with the count
    {"Account", "TaxCode", "TaxRate", "Customer", "Vendor", "Item"}
)


async def sync(
    session: ProviderSession, realm: str, walks: Sequence[Walk]
) -> AsyncGenerator[BooksPage, None]:
    """The pages of these walks: see Ledger.sync. One call tells the changes of all streams."""
    books = _Books(session=session, path=f"/v3/company/{realm}/")
    oldest = session.surroundings.now() - REACH
    changing = {walk.stream: walk.since for walk in walks if _can_change(walk, oldest)}
    whole = [walk for walk in walks if walk.stream not in {*changing, CLEARANCES}]
    if changing:
        since = min(at for at in changing.values() if at is not None)
        found, cut, watermark = await books.changes(list(changing), since)
        for entity, rows in found.items():
            if entity not in cut:
                yield changed(entity, rows, watermark)
        whole += [Walk(stream=entity) for entity in changing if entity in cut]
    async with aclosing(books.whole(whole)) as pages:
        async for page in pages:
            yield page
    if any(walk.stream == CLEARANCES for walk in walks):
        async with aclosing(clearances(session, books.path)) as pages:
            async for page in pages:
                yield page


def _can_change(walk: Walk, oldest: datetime) -> bool:
    """Whether changes will do. A walk that was begun as a whole one goes on as such."""
    has_changes = any(stream.has_changes for stream in STREAMS if stream.name == walk.stream)
    is_whole = bool(walk.resume and walk.resume.get("whole"))
    return has_changes and not is_whole and walk.since is not None and walk.since >= oldest


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """What one answer brought, to be made into a page when its turn comes."""

    entity: str
    rows: Sequence[Any] = ()
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    is_last: bool = False
    watermark: datetime | None = None
    total: int | None = None
    refused: NotPermitted | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Books:
    session: ProviderSession
    path: str
    rates: list[TaxRateRow] = field(default_factory=list)

    async def changes(
        self, entities: Sequence[str], since: datetime
    ) -> tuple[Mapping[str, list[Any]], frozenset[str], datetime]:
        """Changed rows by entity, the entities to be read whole instead, and the watermark.

        A refusal is of the whole call: the instant is too long ago, or one entity is not in the
        company's plan. Queries answer for each entity by itself.
        """
        moment = since.astimezone(UTC).isoformat(timespec="seconds")
        params = {"entities": ",".join(entities), "changedSince": moment, **_MINOR_VERSION}
        try:
            answer = _told(
                await self.session.get(self.path + "cdc", params=params, shape=ChangesAnswer),
                ChangesAnswer,
            )
            found, cut = batches.changes(answer, entities)
        except (NotPermitted, Rejected):
            return {}, frozenset(entities), since
        return found, cut, batches.moment(answer.time) - OVERLAP

    async def whole(self, walks: Sequence[Walk]) -> AsyncGenerator[BooksPage, None]:
        """Everything of these entities; one batch is under way while another is stored."""
        readings = {reading.entity: reading for reading in _readings(walks)}
        batch = self._begin(readings)
        try:
            while batch is not None:
                taken = await self._take(readings, *await batch)
                batch = self._begin(readings)
                while taken:
                    yield self._page(taken.pop(0))
        finally:
            if batch is not None:
                batch.cancel()
                await asyncio.gather(batch, return_exceptions=True)

    def _begin(
        self, readings: Mapping[str, Reading]
    ) -> "asyncio.Task[tuple[Sequence[Ask], BatchAnswer]] | None":
        asks = batches.plan(readings.values())
        assert asks or all(reading.is_done for reading in readings.values())
        return asyncio.create_task(self._batch(asks)) if asks else None

    async def _batch(self, asks: Sequence[Ask]) -> tuple[Sequence[Ask], BatchAnswer]:
        answer = await self.session.post(
            self.path + "batch",
            json=batches.request(asks),
            repeatable=True,
            params=_MINOR_VERSION,
            shape=BatchAnswer,
            batch=True,
        )
        return asks, _told(answer, BatchAnswer)

    async def _take(
        self, readings: Mapping[str, Reading], asks: Sequence[Ask], answer: BatchAnswer
    ) -> list[_Taken]:
        at = batches.moment(answer.time)
        taken: list[_Taken] = []
        for ask, item in batches.answered(asks, answer):
            reading = readings[ask.entity]
            if reading.is_done:
                continue
            reading.began = reading.began or at
            try:
                one = self._understood(reading, ask, await self._found(ask, item, at))
            except NotPermitted as error:
                if batches.is_lapsed(item):
                    raise
                reading.is_done = True
                one = _Taken(entity=ask.entity, is_last=True, refused=error)
            if one is not None and ask.entity != "TaxRate":
                taken.append(one)
        return taken

    async def _found(self, ask: Ask, item: BatchItem, at: datetime) -> EntityRows:
        """The answer to one query.

        What mends itself is asked again alone: there the session renews tokens and waits.
        """
        error = batches.fault_of(item, at, "POST batch")
        if error is not None:
            if not _is_passing(error):
                raise error
            params = {"query": batches.statement(ask), **_MINOR_VERSION}
            again: QueryAnswer | None = await self.session.get(
                self.path + "query", params=params, shape=QueryAnswer
            )
            return _told(again, QueryAnswer).QueryResponse
        return _told(item.QueryResponse, EntityRows)

    def _understood(self, reading: Reading, ask: Ask, found: EntityRows) -> _Taken | None:
        rows: Sequence[Any] | None = ()
        if ask.start is None:
            reading.counted(_told(found.total, int))
            if not reading.is_done:
                return None
        else:
            every = batches.rows_of(found, ask.entity)
            rows = reading.take(ask, every, [row.Id for row in every])
        if ask.entity == "TaxRate":
            self.rates.extend(rows or ())
        if rows is None or not (rows or reading.is_done):
            return None
        return _Taken(
            entity=ask.entity,
            rows=rows,
            checkpoint=reading.checkpoint(),
            is_last=reading.is_done,
            watermark=reading.began - OVERLAP if reading.is_done and reading.began else None,
            total=reading.count,
        )

    def _page(self, taken: _Taken) -> BooksPage:
        return BooksPage(
            stream=taken.entity,
            records=records(taken.entity, taken.rows, self.rates),
            checkpoint=dict(taken.checkpoint),
            is_last=taken.is_last,
            is_whole=taken.refused is None,
            watermark=taken.watermark,
            total=taken.total,
            refused=taken.refused,
        )


def _readings(walks: Sequence[Walk]) -> Iterator[Reading]:
    """What is to be read for these walks. Tax codes are nothing without the rates behind them."""
    for walk in walks:
        counts_first = walk.stream not in _READ_AT_ONCE
        checkpoint = walk.resume if walk.resume and walk.resume.get("whole") else {}
        reading = resumed(walk.stream, checkpoint, counts_first=counts_first)
        if walk.stream == "TaxCode":
            reading.waits_for = Reading(entity="TaxRate")
            yield reading.waits_for
        yield reading


def _is_passing(error: ProviderError) -> bool:
    if isinstance(error, AuthorizationLost):
        return error.reason is LossReason.REFRESH_REFUSED  # the access token is spent
    return isinstance(error, TryAgain)


def _told(answer: T | None, shape: type[T]) -> T:
    if answer is None:
        raise WireMismatch(path="$", wanted=f"{shape.__name__}, not nothing", provider="quickbooks")
    return answer
