"""A walk is complete when everything was met, whatever the pages say."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.books import BooksPage, Walk
from providers.errors import ProviderError, TryAgain, WireMismatch
from tests.providers.xero.organisation import (
    CLOCK,
    Organisation,
    Row,
    ids,
    some,
    sync,
    until_it_fails,
)


async def test_a_short_page_is_not_stored_and_is_asked_for_next_time() -> None:
    organisation = Organisation(size=2, Payments=some("Payments", 9))
    organisation.spoil["Payments"] = lambda page, answer: (
        answer | {"Payments": answer["Payments"][:1]} if page == 3 else answer
    )
    pages: list[BooksPage] = []

    with pytest.raises(TryAgain):
        await until_it_fails(organisation, pages)

    assert [page.checkpoint["page"] for page in pages] == [1, 2]


async def test_another_page_than_was_asked_for_is_a_mismatch() -> None:
    organisation = Organisation(size=2, Payments=some("Payments", 9))
    organisation.spoil["Payments"] = lambda page, answer: (
        answer | {"pagination": {**answer["pagination"], "page": 2 if page == 4 else page}}
    )
    pages: list[BooksPage] = []

    with pytest.raises(WireMismatch) as caught:
        await until_it_fails(organisation, pages)

    assert caught.value.wanted == "page 4"
    assert not any(page.is_last for page in pages)


@pytest.mark.parametrize("tells", [True, False])
async def test_pages_that_all_say_the_same_are_a_mismatch(*, tells: bool) -> None:
    organisation = Organisation(size=1000, Payments=some("Payments", 2500))

    def ignore(_: int, answer: Row) -> Row:
        told = {**answer["pagination"], "page": 1} if tells else None
        return answer | {"Payments": organisation.lists["Payments"][:1000], "pagination": told}

    organisation.spoil["Payments"] = ignore
    with pytest.raises(WireMismatch) as caught:
        await sync(organisation, Walk(stream="Payments"))

    assert caught.value.path == "$.pagination.page"
    assert caught.value.operation == "GET /api.xro/2.0/Payments"


async def test_without_counts_a_walk_ends_at_a_short_page() -> None:
    organisation = Organisation(size=1000, Payments=some("Payments", 2500))
    organisation.spoil["Payments"] = lambda _page, answer: answer | {"pagination": None}

    pages = await sync(organisation, Walk(stream="Payments"))

    assert len(set(ids(pages))) == 2500
    assert [page.is_last for page in pages] == [False, False, True]


async def test_what_grows_while_it_is_read_is_read_to_its_end() -> None:
    organisation = Organisation(size=2, Payments=some("Payments", 4))

    def grow(page: int, answer: Row) -> Row:
        if page == 1:
            organisation.lists["Payments"] = some("Payments", 7)
        return answer

    organisation.spoil["Payments"] = grow
    pages = await sync(organisation, Walk(stream="Payments"))

    assert len(set(ids(pages))) == 7
    assert pages[-1].is_last


async def test_where_no_order_is_to_be_had_a_touched_journal_makes_us_look_again() -> None:
    journals = some("ManualJournals", 6)
    organisation = Organisation(size=2, ManualJournals=journals)

    def touch(page: int, answer: Row) -> Row:
        organisation.clock += timedelta(minutes=1)
        if page == 1:  # in the order of changes the first goes to the end, and all move up
            organisation.lists["ManualJournals"] = [*journals[1:], journals[0]]
        return answer

    organisation.spoil["ManualJournals"] = touch
    pages = await sync(organisation, Walk(stream="ManualJournals"))

    assert set(ids(pages, "ManualJournals")) == {row["ManualJournalID"] for row in journals}
    assert [page.is_last for page in pages] == [False] * 5 + [True]
    assert all(page.checkpoint["page"] == 0 for page in pages)
    assert pages[-1].watermark == CLOCK - timedelta(minutes=5)


@given(
    fault=st.sampled_from(["short", "empty", "before", "shifted", "another"]),
    page=st.integers(1, 4),
    times=st.integers(1, 20),
)
async def test_a_walk_is_complete_only_when_everything_was_met(
    fault: str, page: int, times: int
) -> None:
    everything = some("Payments", 11)
    organisation = Organisation(size=3, Payments=everything)
    left = [times]

    def spoil(number: int, answer: Row) -> Row:
        if number != page or left[0] == 0:
            return answer
        left[0] -= 1
        return answer | {"Payments": spoilt(fault, everything, number)}

    organisation.spoil["Payments"] = spoil
    pages: list[BooksPage] = []
    with suppress(ProviderError):
        await until_it_fails(organisation, pages)

    is_complete = bool(pages) and pages[-1].is_last
    assert not is_complete or set(ids(pages)) == {row["PaymentID"] for row in everything}


def spoilt(fault: str, rows: list[Row], page: int) -> list[Row]:
    start = (page - 1) * 3
    return {
        "short": rows[start : start + 3][:-1],
        "empty": [],
        "before": rows[max(start - 3, 0) : max(start, 3)],
        "shifted": rows[start + 1 : start + 4],
        "another": rows[:3],
    }[fault]
