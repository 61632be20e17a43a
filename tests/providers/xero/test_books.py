"""Reading Xero's books: which requests, in which order, and where a walk goes on."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx2
import pytest

from providers.books import BooksPage, Walk
from providers.errors import (
    LimitScope,
    NotPermitted,
    RateLimited,
    TryAgain,
    WireMismatch,
)
from providers.xero import PROVIDER
from providers.xero.streams import SOURCES, STREAMS
from tests.providers.vendors import HandClock, a_session
from tests.providers.xero.organisation import (
    CLOCK,
    Organisation,
    Row,
    ids,
    ms_date,
    pages_of,
    some,
    sync,
    until_it_fails,
)

SINCE = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
ALWAYS = [stream.name for stream in STREAMS if not stream.mentioned_only]


def fifteen_pages() -> Organisation:
    return Organisation(
        Invoices=some("Invoices", 5000),
        BankTransactions=some("BankTransactions", 2000, Type="SPEND"),
        Payments=some("Payments", 2000),
        Contacts=some("Contacts", 1000),
        CreditNotes=some("CreditNotes", 500),
        ManualJournals=some("ManualJournals", 300),
        Accounts=some("Accounts", 100, Name="An account"),
        TaxRates=[{"TaxType": f"T{number}", "Name": "A rate"} for number in range(20)],
    )


async def test_a_whole_set_of_books_takes_fifteen_requests() -> None:
    organisation = fifteen_pages()

    pages = await sync(organisation, *(Walk(stream=name) for name in ALWAYS))

    assert len(organisation.requests) == 15
    assert sum(len(page.records) for page in pages) == 10_920
    assert {page.stream for page in pages if page.is_last} == set(ALWAYS)
    assert all(page.is_whole and not page.mentions for page in pages)


async def test_changes_with_young_lists_take_seven_requests() -> None:
    organisation = fifteen_pages()
    changing = [each.name for each in STREAMS if not each.mentioned_only and each.every is None]

    pages = await sync(organisation, *(Walk(stream=name, since=SINCE) for name in changing))

    assert len(organisation.requests) == 7
    assert all(page.is_last and not page.is_whole for page in pages)


async def test_one_of_five_calls_stays_free_for_people() -> None:
    organisation = fifteen_pages()

    await sync(organisation, *(Walk(stream=name) for name in ALWAYS))

    assert organisation.most_flying == 4


async def test_reading_does_not_run_far_ahead_of_storing() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 50))

    async with aclosing(cast("Any", pages_of(organisation, [Walk(stream="Payments")]))) as pages:
        await anext(pages)
        await anext(pages)
        for _ in range(500):
            await asyncio.sleep(0)

    assert len(organisation.requests) <= 2 + 8


QUERIES = {
    "Invoices": {"order": "InvoiceID", "unitdp": "4", "includeArchived": "true"},
    "BankTransactions": {"order": "BankTransactionID", "unitdp": "4"},
    "Payments": {"order": "PaymentID"},
    "Contacts": {"order": "ContactID", "includeArchived": "true"},
    "CreditNotes": {"order": "CreditNoteID", "unitdp": "4"},
    "ManualJournals": {},
    "PurchaseOrders": {"order": "PurchaseOrderID"},
    "Overpayments": {"order": "OverpaymentID", "unitdp": "4"},
    "Prepayments": {"order": "PrepaymentID", "unitdp": "4"},
}


@pytest.mark.parametrize(("stream", "query"), QUERIES.items())
async def test_pages_are_cut_by_id_and_as_large_as_they_can_be(
    stream: str, query: Mapping[str, str]
) -> None:
    organisation = Organisation()

    await sync(organisation, Walk(stream=stream, since=SINCE))

    (request,) = organisation.requests
    assert dict(request.url.params) == {"page": "1", "pageSize": "1000", **query}
    assert request.headers["if-modified-since"] == "2026-06-02T09:30:00Z"
    assert request.headers["xero-tenant-id"] == "acme"


@pytest.mark.parametrize(
    ("stream", "query", "tells_changes"),
    [
        ("Accounts", {}, False),
        ("TaxRates", {}, False),
        ("BankTransfers", {"includeDeleted": "true"}, False),
        ("BatchPayments", {}, True),
        ("Items", {}, False),
        ("TrackingCategories", {"includeArchived": "true"}, False),
    ],
)
async def test_what_is_not_paged_comes_in_one_answer(
    stream: str, query: Mapping[str, str], *, tells_changes: bool
) -> None:
    organisation = Organisation()

    (page,) = await sync(organisation, Walk(stream=stream, since=SINCE))

    (request,) = organisation.requests
    assert dict(request.url.params) == query
    assert ("if-modified-since" in request.headers) is tells_changes
    assert page.is_whole is not tells_changes
    assert (page.watermark is not None) is tells_changes


async def test_pages_come_in_order_however_they_arrive() -> None:
    organisation = Organisation(size=2, Payments=some("Payments", 9), Contacts=some("Contacts", 1))
    late: set[int] = set()

    def dawdle(page: int, answer: Row) -> Row | httpx2.Response:
        if page == 2 and not late:
            late.add(page)
            return httpx2.Response(503)
        return answer

    organisation.spoil["Payments"] = dawdle
    pages = await sync(organisation, Walk(stream="Payments"), Walk(stream="Contacts"))

    mine = [page for page in pages if page.stream == "Payments"]
    assert late
    assert ids(mine) == [row["PaymentID"] for row in organisation.lists["Payments"]]
    assert [page.checkpoint["page"] for page in mine] == [1, 2, 3, 4, 5]
    assert [page.is_last for page in mine] == [False, False, False, False, True]
    assert {page.total for page in mine} == {9}


async def test_a_walk_that_is_added_between_two_pages_joins_the_others() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 20), Contacts=some("Contacts", 1))
    walks = [Walk(stream="Payments")]
    given: list[str] = []
    async for page in pages_of(organisation, walks):
        given.append(page.stream)
        if len(given) == 1:
            walks.append(Walk(stream="Contacts"))

    assert sorted(given) == ["Contacts", *["Payments"] * 20]
    assert given[-1] == "Payments"


@pytest.mark.parametrize("stored", [1, 2, 4])
async def test_another_process_goes_on_after_the_last_stored_page(stored: int) -> None:
    organisation = Organisation(size=2, Payments=some("Payments", 9))
    whole = await sync(organisation, Walk(stream="Payments"))
    checkpoint = json.loads(json.dumps(whole[stored - 1].checkpoint))
    organisation.requests.clear()
    organisation.clock += timedelta(hours=7)

    rest = await sync(organisation, Walk(stream="Payments", resume=checkpoint))

    assert rest == whole[stored:]
    assert len(organisation.requests) == len(rest)
    assert rest[-1].watermark == CLOCK - timedelta(minutes=5)


async def test_the_watermark_is_xeros_clock_when_the_walk_began() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 3))

    def tick(_: int, answer: Row) -> Row:
        organisation.clock += timedelta(minutes=20)
        return answer

    organisation.spoil["Payments"] = tick
    pages = await sync(organisation, Walk(stream="Payments", since=SINCE))
    organisation.lists["Payments"] = some("Payments", 3, UpdatedDateUTC=ms_date(SINCE))
    changed = await sync(organisation, Walk(stream="Payments", since=SINCE))

    assert [page.watermark for page in pages] == [CLOCK - timedelta(minutes=5)]
    assert [page.watermark for page in changed] == [None, None, CLOCK + timedelta(minutes=15)]


async def test_nothing_modified_keeps_the_watermark() -> None:
    organisation = Organisation()
    organisation.spoil["Payments"] = lambda _page, _answer: httpx2.Response(304)

    (page,) = await sync(organisation, Walk(stream="Payments", since=SINCE))

    assert (page.records, page.is_last, page.watermark) == ([], True, SINCE)


async def test_nothing_at_all_is_not_taken_for_an_empty_ledger() -> None:
    organisation = Organisation()
    organisation.spoil["Payments"] = lambda _page, _answer: httpx2.Response(200)

    with pytest.raises(TryAgain) as caught:
        await sync(organisation, Walk(stream="Payments"))

    assert caught.value.operation == "GET /api.xro/2.0/Payments"


async def test_an_empty_stream_is_walked_in_one_page() -> None:
    (page,) = await sync(Organisation(), Walk(stream="PurchaseOrders"))

    assert (page.is_last, page.is_whole, page.total) == (True, True, 0)
    assert page.watermark == CLOCK - timedelta(minutes=5)


async def test_pages_tell_what_else_is_in_use() -> None:
    organisation = Organisation(
        size=1,
        BankTransactions=[
            {"BankTransactionID": "1", "Type": "SPEND"},
            {"BankTransactionID": "2", "Type": "SPEND-TRANSFER"},
        ],
        Overpayments=[{"OverpaymentID": "1", "Type": "AROVERPAYMENT"}],
    )

    pages = await sync(organisation, Walk(stream="BankTransactions"), Walk(stream="Overpayments"))

    mentions = [page.mentions for page in pages if page.stream == "BankTransactions"]
    assert mentions == [frozenset(), frozenset({"BankTransfers"})]
    assert [page.mentions for page in pages if page.stream == "Overpayments"] == [frozenset()]


async def test_what_the_plan_does_not_include_ends_that_walk_alone() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 3), Contacts=some("Contacts", 2))
    organisation.spoil["Contacts"] = lambda page, answer: (
        answer if page == 1 else httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"})
    )

    pages = await sync(organisation, Walk(stream="Payments"), Walk(stream="Contacts"))

    first, refusal = (page for page in pages if page.stream == "Contacts")
    assert len(first.records) == 1
    assert isinstance(refusal.refused, NotPermitted)
    assert (refusal.is_last, refusal.watermark, refusal.records) == (True, None, ())
    assert len(ids(pages)) == 3


async def test_a_spent_minute_is_waited_out_in_the_middle_of_a_walk() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 9))
    clock = HandClock()
    refused: list[int] = []

    def tired(page: int, answer: Row) -> Row | httpx2.Response:
        if page == 5 and not refused:
            refused.append(page)
            told = {"Retry-After": "37", "X-Rate-Limit-Problem": "minute"}
            return httpx2.Response(429, headers=told)
        return answer

    organisation.spoil["Payments"] = tired
    pages = await sync(organisation, Walk(stream="Payments"), clock=clock)

    assert len(set(ids(pages))) == 9
    assert clock.seconds() >= 37


async def test_a_spent_day_ends_the_walks_after_what_has_come() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 9))

    def spent(page: int, answer: Row) -> Row | httpx2.Response:
        told = {"Retry-After": "30000", "X-Rate-Limit-Problem": "day"}
        return answer if page < 4 else httpx2.Response(429, headers=told)

    organisation.spoil["Payments"] = spent
    pages: list[BooksPage] = []
    with pytest.raises(RateLimited) as caught:
        await until_it_fails(organisation, pages)
    organisation.spoil.clear()

    rest = await sync(organisation, Walk(stream="Payments", resume=pages[-1].checkpoint))

    assert caught.value.scope is LimitScope.DAY
    assert not any(page.is_last for page in pages)
    assert ids(pages + rest) == [row["PaymentID"] for row in organisation.lists["Payments"]]


async def test_a_consumer_that_leaves_waits_for_nobody() -> None:
    async def silent(request: httpx2.Request) -> httpx2.Response:
        if request.url.params["page"] != "1":
            await asyncio.Event().wait()
        return await organisation(request)

    organisation = Organisation(size=1, Payments=some("Payments", 50))
    pages = cast("Any", PROVIDER.ledger(a_session(silent), "acme").sync([Walk(stream="Payments")]))
    await anext(pages)

    async with asyncio.timeout(5):
        leaving = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0.01)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)

    assert len(asyncio.all_tasks()) == 1


async def test_a_consumer_that_leaves_lets_nothing_run_on() -> None:
    organisation = Organisation(size=1, Payments=some("Payments", 50))
    pages = cast("Any", pages_of(organisation, [Walk(stream="Payments")]))
    await anext(pages)
    await anext(pages)

    await pages.aclose()

    asked = len(organisation.requests)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(organisation.requests) == asked
    assert len(asyncio.all_tasks()) == 1


async def test_an_unknown_word_costs_nothing_and_a_strange_date_names_its_stream() -> None:
    organisation = Organisation(Payments=some("Payments", 1, Status="LOST", Mood="blue"))
    strange = Organisation(Contacts=some("Contacts", 1, UpdatedDateUTC="yesterday"))

    (page,) = await sync(organisation, Walk(stream="Payments"))
    with pytest.raises(WireMismatch) as caught:
        await sync(strange, Walk(stream="Contacts"))

    assert len(page.records) == 1
    assert caught.value.operation == "GET /api.xro/2.0/Contacts"


async def test_a_stream_we_do_not_know_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        await sync(Organisation(), Walk(stream="Dreams"))


def test_every_stream_is_declared_once_and_the_longest_first() -> None:
    names = [stream.name for stream in PROVIDER.capabilities.streams]

    assert [*names, "Journals"] == list(SOURCES)
    assert names[:2] == ["Invoices", "BankTransactions"]
