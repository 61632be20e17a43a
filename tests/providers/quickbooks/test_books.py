"""The books of a company are read whole in a few batches, and go on where they stopped."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from providers.books import Walk
from providers.errors import WireMismatch
from providers.quickbooks import books
from tests.providers.quickbooks.company import (
    EVERYTHING,
    REALM,
    Company,
    ids,
    numbered,
    parsed,
    records,
)
from tests.providers.vendors import a_session

STARTED = datetime(2026, 6, 3, 9, 55, 0, 123_000, tzinfo=UTC)  # the first answer less five minutes


def a_company_of_the_bench() -> Company:
    return Company(
        Account=numbered(100, Name="Account"),
        TaxRate=numbered(10, RateValue=20.0),
        TaxCode=numbered(10, Name="Code"),
        Customer=numbered(1000, DisplayName="Customer"),
        Vendor=numbered(500, DisplayName="Vendor"),
        Item=numbered(100, Name="Item"),
        Class=numbered(10, Name="Class"),
        Department=numbered(10, Name="Department"),
        Invoice=numbered(5000),
        Bill=numbered(2000),
        Payment=numbered(2000),
    )


async def test_a_company_of_ten_thousand_records_takes_few_requests() -> None:
    company = a_company_of_the_bench()

    pages = await company.sync(*(Walk(stream=name) for name in EVERYTHING))

    assert len(company.requests) <= 4
    assert set(company.paths()) == {"batch"}
    assert all(len(statements) <= 30 for _, statements in company.requests)
    for entity, rows in company.rows.items():
        expected = {row["Id"] for row in rows} if entity != "TaxRate" else set()
        assert {own.rpartition(":")[2] for own in ids(pages, entity)} == expected


async def test_no_batch_asks_for_more_rows_than_memory_should_hold() -> None:
    company = Company(Invoice=numbered(12_000), Bill=numbered(7_000))

    await company.sync(Walk(stream="Invoice"), Walk(stream="Bill"))

    pages = [
        sum("STARTPOSITION" in one for one in statements) for _, statements in company.requests
    ]
    assert max(pages) <= 6
    assert sum(pages) <= 24


async def test_pages_of_a_stream_come_in_order_and_once() -> None:
    company = Company(Invoice=numbered(3_456))

    pages = await company.sync(Walk(stream="Invoice"))

    assert ids(pages, "Invoice") == [str(number) for number in range(1, 3_457)]
    assert [page.is_last for page in pages] == [False, False, False, True]
    assert all(page.is_whole and page.total == 3_456 for page in pages)


async def test_the_watermark_is_intuits_clock_at_the_start_less_five_minutes() -> None:
    company = Company(Invoice=numbered(1_500))

    pages = await company.sync(Walk(stream="Invoice"))

    assert [page.watermark for page in pages] == [None, STARTED]


async def test_every_stream_ends_even_where_there_is_nothing() -> None:
    company = Company()

    pages = await company.sync(*(Walk(stream=name) for name in EVERYTHING))

    assert sorted(page.stream for page in pages) == sorted(EVERYTHING)
    assert all(page.is_last and page.is_whole and page.watermark == STARTED for page in pages)
    assert len(company.requests) == 1


async def test_names_are_asked_for_with_the_inactive_ones_and_items_with_their_code() -> None:
    company = Company()

    await company.sync(Walk(stream="Item"), Walk(stream="Invoice"))

    assert company.requests == [
        (
            "batch",
            [
                "SELECT COUNT(*) FROM Item WHERE Active IN (true, false)",
                "SELECT *, Sku FROM Item WHERE Active IN (true, false)"
                " ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000",
                "SELECT COUNT(*) FROM Invoice",
            ],
        )
    ]


async def test_a_walk_goes_on_after_the_page_that_was_stored() -> None:
    company = Company(Invoice=numbered(3_000))
    first = (await company.sync(Walk(stream="Invoice")))[0]
    company.requests.clear()

    pages = await company.sync(Walk(stream="Invoice", resume=first.checkpoint))

    assert ids(pages, "Invoice") == [str(number) for number in range(1_001, 3_001)]
    assert pages[-1].watermark == STARTED
    starts = [parsed(one)[1] for _, statements in company.requests for one in statements]
    assert None not in starts  # the count is known
    assert min(start or 0 for start in starts) == 991


async def test_a_walk_for_changes_that_became_whole_goes_on_as_a_whole_one() -> None:
    company = Company(Invoice=numbered(2_000))
    first = (await company.sync(Walk(stream="Invoice")))[0]

    pages = await company.sync(Walk(stream="Invoice", since=STARTED, resume=first.checkpoint))

    assert "cdc" not in company.paths()
    assert all(page.is_whole for page in pages)
    assert len(ids(pages, "Invoice")) == 1_000


async def test_what_is_deleted_while_we_read_hides_nothing() -> None:
    company = Company(Invoice=numbered(12_000))

    def delete(request: int) -> None:
        if request == 2:  # after five pages: forty of the rows read leave their places
            del company.rows["Invoice"][100:140]

    company.meddle = delete
    pages = await company.sync(Walk(stream="Invoice"))

    found = ids(pages, "Invoice")
    assert {row["Id"] for row in company.rows["Invoice"]} <= set(found)
    assert len(found) == len(set(found))
    assert pages[-1].is_last


async def test_rows_deleted_before_we_met_them_are_not_waited_for() -> None:
    company = Company(Invoice=numbered(2_400))

    def delete(request: int) -> None:
        if request == 1:  # counted, and not yet read
            del company.rows["Invoice"][2_000:2_300]

    company.meddle = delete
    pages = await company.sync(Walk(stream="Invoice"))

    assert ids(pages, "Invoice") == [row["Id"] for row in company.rows["Invoice"]]
    assert pages[-1].is_last
    assert pages[-1].total == 2_100


async def test_what_is_added_while_we_read_is_no_harm() -> None:
    company = Company(Invoice=numbered(7_000))
    company.meddle = lambda request: company.rows["Invoice"].extend(numbered(1, 7_001 + request))

    pages = await company.sync(Walk(stream="Invoice"))

    assert len(ids(pages, "Invoice")) >= 7_000
    assert pages[-1].is_last


async def test_the_rows_read_last_may_all_be_deleted_before_we_go_on() -> None:
    company = Company(Invoice=numbered(3_000))
    first = (await company.sync(Walk(stream="Invoice")))[0]
    del company.rows["Invoice"][900:1_000]

    pages = await company.sync(Walk(stream="Invoice", resume=first.checkpoint))

    assert {str(number) for number in range(1_001, 3_001)} <= set(ids(pages, "Invoice"))
    assert pages[-1].is_last


async def test_a_short_page_is_not_the_end() -> None:
    company = Company(Invoice=numbered(3_000))
    company.spoil = lambda entity, start, rows: rows[:400] if start == 991 else rows

    pages = await company.sync(Walk(stream="Invoice"))

    assert ids(pages, "Invoice") == [str(number) for number in range(1, 3_001)]


async def test_a_position_that_is_ignored_never_ends_a_walk() -> None:
    company = Company(Invoice=numbered(3_000))
    company.spoil = lambda entity, start, rows: company.rows[entity][:1000]

    with pytest.raises(WireMismatch, match="1000 of 3000"):
        await company.sync(Walk(stream="Invoice"))


async def test_rows_that_never_come_never_end_a_walk() -> None:
    company = Company(Class=numbered(900, Name="Class"))
    company.spoil = lambda entity, start, rows: rows[: max(0, 500 - start + 1)]

    with pytest.raises(WireMismatch, match="500 of"):
        await company.sync(Walk(stream="Class"))


async def test_the_next_batch_is_on_its_way_while_a_page_is_stored() -> None:
    company = Company(Invoice=numbered(12_000))
    session = a_session(company, key="quickbooks")

    async with aclosing(books.sync(session, REALM, [Walk(stream="Invoice")])) as pages:
        await anext(pages)
        for _ in range(50):  # storing takes its time
            await asyncio.sleep(0)
        asked = len(company.requests)

    assert asked == 3  # the count, the pages being stored, and one batch ahead


async def test_tax_codes_come_with_the_rates_behind_them() -> None:
    detail = {"TaxRateDetail": [{"TaxRateRef": {"value": "7"}, "TaxTypeApplicable": "TaxOnAmount"}]}
    company = Company(
        TaxRate=[{"Id": "7", "Name": "20", "RateValue": 20}],
        TaxCode=[{"Id": "3", "Name": "20% S", "Active": True, "PurchaseTaxRateList": detail}],
    )

    pages = await company.sync(Walk(stream="TaxCode", since=STARTED))

    (rate,) = records(pages, "TaxCode")
    assert (rate.remote_id, rate.name, rate.rate) == ("3", "20% S", 20)  # type: ignore[union-attr]
    assert company.paths() == ["batch"]


async def test_tax_codes_wait_for_rates_that_fill_more_than_a_page() -> None:
    detail = {"TaxRateDetail": [{"TaxRateRef": {"value": "1500"}}]}
    company = Company(
        TaxRate=numbered(1_500, RateValue=5),
        TaxCode=[{"Id": "3", "Name": "5%", "SalesTaxRateList": detail}],
    )

    pages = await company.sync(Walk(stream="TaxCode"))

    assert [record.rate for record in records(pages, "TaxCode")] == [5]  # type: ignore[union-attr]
    assert pages[-1].is_last


async def test_an_answer_that_lacks_a_query_is_a_mistake() -> None:
    company = Company(Invoice=numbered(1))
    company.faults["Invoice"] = {"bId": "99"}

    with pytest.raises(WireMismatch):
        await company.sync(Walk(stream="Invoice"))
