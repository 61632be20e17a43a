"""Walking lists that come in numbered pages."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import TryAgain, WireMismatch
from providers.paging import Part, walk


class Book:
    """A list behind page numbers; `told` says whether it tells how many pages there are."""

    def __init__(self, items: Sequence[int], *, size: int, told: bool = True) -> None:
        self.items = list(items)
        self.size = size
        self.told = told
        self.asked: list[int] = []
        self.running = 0
        self.most = 0
        self.broken: set[int] = set()

    async def fetch(self, number: int) -> Part[int]:
        self.asked.append(number)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0)
        finally:
            self.running -= 1
        if number in self.broken:
            raise TryAgain(f"page {number}")
        page = self.items[(number - 1) * self.size : number * self.size]
        if not self.told:
            return Part(items=page)
        return Part(items=page, pages=-(-len(self.items) // self.size), total=len(self.items))


async def read(book: Book, at_once: int = 4) -> list[int]:
    found: list[int] = []
    async for part in walk(book.fetch, size=book.size, at_once=at_once, key=lambda item: item):
        found.extend(part.items)
    return found


@given(
    count=st.integers(0, 40),
    size=st.integers(1, 7),
    at_once=st.integers(1, 5),
    told=st.booleans(),
)
def test_a_walk_gives_everything_once_and_in_order(
    count: int, size: int, at_once: int, told: bool
) -> None:
    book = Book(range(count), size=size, told=told)

    found = asyncio.run(read(book, at_once))

    assert found == list(range(count))


async def test_pages_are_read_together_within_the_limit() -> None:
    book = Book(range(100), size=5)

    await read(book, at_once=4)

    assert book.most == 4
    assert sorted(book.asked) == list(range(1, 21))


async def test_an_entry_met_twice_is_given_once() -> None:
    book = Book([1, 2, 3, 3, 4], size=3)

    assert await read(book) == [1, 2, 3, 4]


@pytest.mark.parametrize("told", [True, False])
async def test_a_vendor_that_ignores_the_page_number_is_found_out(told: bool) -> None:
    async def same(number: int) -> Part[int]:
        return Part(items=[1, 2], pages=50 if told else None)

    with pytest.raises(WireMismatch):
        async for _ in walk(same, size=2, at_once=2, key=lambda item: item):
            pass


async def test_a_broken_page_ends_the_walk_and_its_companions() -> None:
    book = Book(range(100), size=5)
    book.broken = {3}
    found: list[int] = []

    async def reading() -> None:
        async for part in walk(book.fetch, size=5, at_once=4, key=lambda item: item):
            found.extend(part.items)

    with pytest.raises(TryAgain):
        await reading()

    assert found == list(range(10))
    assert book.running == 0
    assert max(book.asked) < 20


async def test_a_walk_left_early_asks_for_no_more() -> None:
    book = Book(range(100), size=5)
    pages = walk(book.fetch, size=5, at_once=4, key=lambda item: item)
    async for _ in pages:
        break

    await pages.aclose()

    assert book.asked == [1]
    assert book.running == 0


async def test_an_absurd_number_of_pages_is_refused() -> None:
    async def endless(number: int) -> Part[int]:
        return Part(items=[number], pages=10**9)

    with pytest.raises(WireMismatch):
        async for _ in walk(endless, size=1, at_once=1, key=lambda item: item):
            pass


async def test_a_list_that_came_up_short_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    async def short(number: int) -> Part[int]:
        return Part(items=[number], pages=2, total=3)

    async for _ in walk(short, size=1, at_once=1, key=lambda item: item):
        pass

    assert [record.message for record in caplog.records] == ["walk.short"]
