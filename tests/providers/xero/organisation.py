"""A Xero organisation made of lists, which misbehaves when it is told to, and its reader."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2

from providers.books import BooksPage, Walk
from providers.xero import PROVIDER
from providers.xero.streams import SOURCES
from tests.providers.vendors import HandClock, a_session

CLOCK = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
Row = dict[str, Any]
Spoil = Callable[[int, Row], Row | httpx2.Response]  # by page


def ms_date(moment: datetime) -> str:
    return f"/Date({round(moment.timestamp() * 1000)}+0000)/"


def some(stream: str, count: int, **fields: Any) -> list[Row]:
    """Rows with ids in order."""
    key = SOURCES[stream].order or f"{stream[:-1]}ID"
    return [{key: f"{stream}-{number:06d}", **fields} for number in range(1, count + 1)]


class Organisation:
    """Answers pages of `size`, changes since an instant, and remembers what it was asked."""

    def __init__(self, *, size: int = 1000, **lists: Sequence[Row]) -> None:
        self.size = size
        self.lists: dict[str, Sequence[Row]] = dict(lists)
        self.clock = CLOCK
        self.spoil: dict[str, Spoil] = {}
        self.requests: list[httpx2.Request] = []
        self.flying = 0
        self.most_flying = 0

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        await asyncio.sleep(0)  # let the others in
        self.flying -= 1
        stream = request.url.path.rpartition("/")[2]
        page = int(request.url.params.get("page", "1"))
        answer: Row | httpx2.Response = self._page(stream, page, request.headers)
        if stream in self.spoil:
            answer = self.spoil[stream](page, dict(answer))
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)

    def asked(self, stream: str) -> list[httpx2.Request]:
        return [each for each in self.requests if each.url.path.endswith(f"/{stream}")]

    def count(self) -> Counter[str]:
        return Counter(each.url.path.rpartition("/")[2] for each in self.requests)

    def _page(self, stream: str, page: int, headers: Mapping[str, str]) -> Row:
        rows = self.lists.get(stream, [])
        since = headers.get("if-modified-since")
        if since is not None:
            floor = ms_date(datetime.fromisoformat(since))
            rows = [row for row in rows if str(row.get("UpdatedDateUTC", "")) >= floor]
        told: Row = {"DateTimeUTC": ms_date(self.clock)}
        if not SOURCES[stream].is_paged:
            return told | {stream: rows}
        pages = -(-len(rows) // self.size)
        told["pagination"] = {
            "page": page,
            "pageSize": self.size,
            "pageCount": pages,
            "itemCount": len(rows),
        }
        return told | {stream: rows[(page - 1) * self.size : page * self.size]}


def pages_of(
    organisation: Organisation, walks: Sequence[Walk], *, clock: HandClock | None = None
) -> AsyncIterator[BooksPage]:
    session = a_session(organisation, clock=clock)
    return PROVIDER.ledger(replace(session, background=True), "acme").sync(walks)


async def sync(
    organisation: Organisation,
    *walks: Walk,
    clock: HandClock | None = None,
) -> list[BooksPage]:
    return [page async for page in pages_of(organisation, walks, clock=clock)]


async def until_it_fails(organisation: Organisation, pages: list[BooksPage]) -> None:
    """Read payments into `pages`, which keep what came before a failure."""
    async for page in pages_of(organisation, [Walk(stream="Payments")]):
        pages.append(page)


def ids(pages: list[BooksPage], stream: str = "Payments") -> list[str]:
    return [each.remote_id for page in pages if page.stream == stream for each in page.records]
