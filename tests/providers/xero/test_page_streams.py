"""However pages come, a walk is only over when everything that was there has been met."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from providers.books import BooksPage, Walk
from providers.errors import TryAgain, WireMismatch
from tests.providers.xero.organisation import CLOCK, Organisation, Row, ids, pages_of, some

STREAM, KEY = "Payments", "PaymentID"
SIZE = 5  # of a page
ATTEMPTS = 60  # runs until it must have worked: the vendor's bad days end
ROWS = st.integers(0, 24)


@dataclass(slots=True)
class Fickle:
    """A vendor whose answers are spoilt as long as there is spoiling left to do."""

    organisation: Organisation
    spoiling: list[str]
    extra: int = 0
    done: list[str] = field(default_factory=list)

    def __call__(self, page: int, answer: Row) -> Row | httpx2.Response:
        if not self.spoiling:
            return answer
        how = self.spoiling.pop(0)
        self.done.append(how)
        return WAYS[how](self, page, answer)

    def page(self, number: int) -> Row:
        return dict(self.organisation._page(STREAM, number, {}))

    def book(self, row: Row) -> None:
        rows = [*self.organisation.lists[STREAM], row]
        self.organisation.lists[STREAM] = sorted(rows, key=lambda each: str(each[KEY]))


def cut(vendor: Fickle, page: int, answer: Row) -> httpx2.Response:
    """The connection ends in the middle of the body."""
    body = json.dumps(answer).encode()
    return httpx2.Response(200, content=body[: len(body) // 2])


def short(vendor: Fickle, page: int, answer: Row) -> Row:
    return answer | {STREAM: answer[STREAM][:-1]}


def empty(vendor: Fickle, page: int, answer: Row) -> Row:
    """The page is missing."""
    return answer | {STREAM: []}


def repeated(vendor: Fickle, page: int, answer: Row) -> Row:
    """The rows of the page before, under the number of this one."""
    return answer | {STREAM: vendor.page(page - 1)[STREAM]} if page > 1 else answer


def before(vendor: Fickle, page: int, answer: Row) -> Row:
    """Somebody books what comes first: from here on every row is one place further.

    Not a whole page of them: a thousand do not come while one page is read.
    """
    if vendor.done.count("before") >= SIZE:
        return answer
    vendor.extra += 1
    vendor.book({KEY: f"A-{vendor.extra:06d}"})
    return vendor.page(page)


def behind(vendor: Fickle, page: int, answer: Row) -> Row:
    """Somebody books what comes last."""
    vendor.extra += 1
    vendor.book({KEY: f"Z-{vendor.extra:06d}"})
    return vendor.page(page)


WAYS: dict[str, Callable[[Fickle, int, Row], Row | httpx2.Response]] = {
    way.__name__: way for way in (cut, short, empty, repeated, before, behind)
}

ALWAYS = {"cut", "short", "empty", "behind"}
# A page that comes again while rows move is like the next one: nobody could tell, so not both.
SPOILING = st.sampled_from([ALWAYS | {"before"}, ALWAYS | {"repeated"}]).flatmap(
    lambda ways: st.lists(st.sampled_from(sorted(ways)), max_size=12)
)


async def walked(organisation: Organisation) -> list[BooksPage]:
    """Runs that go on where the last one stopped, until one of them ends the walk."""
    pages: list[BooksPage] = []
    for _ in range(ATTEMPTS):
        resume = pages[-1].checkpoint if pages else None
        try:
            async for page in pages_of(organisation, [Walk(stream=STREAM, resume=resume)]):
                pages.append(page)
        except (TryAgain, WireMismatch):
            continue
        return pages
    raise AssertionError("it never ended")


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=ROWS, spoiling=SPOILING)
@example(count=11, spoiling=["before", "cut", "behind", "before"])  # read in another order
async def test_a_walk_that_has_ended_has_met_everything_there_was(
    count: int, spoiling: list[str]
) -> None:
    organisation = Organisation(size=SIZE, Payments=some(STREAM, count))
    wanted = {str(row[KEY]) for row in organisation.lists[STREAM]}
    vendor = Fickle(organisation, list(spoiling))
    organisation.spoil[STREAM] = vendor
    pages = await walked(organisation)
    missed = wanted - {*ids(pages)}

    assert [page.is_last for page in pages].count(True) == 1
    assert pages[-1].is_last
    assert not missed, vendor.done
    assert pages[-1].watermark is not None
    assert pages[-1].watermark < CLOCK, "what was booked meanwhile is asked for next time"
