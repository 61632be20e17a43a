"""One call tells what changed in the books, and it is known what it cannot tell."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from providers.books import BooksPage, Walk
from providers.errors import AuthorizationLost, TryAgain, WireMismatch
from tests.providers.quickbooks.company import (
    EVERYTHING,
    Company,
    a_fault,
    ids,
    numbered,
)
from tests.providers.vendors import NOW

SINCE = NOW - timedelta(days=1)
WATERMARK = datetime(2026, 6, 3, 9, 55, 0, 123_000, tzinfo=UTC)
CHANGING = tuple(name for name in EVERYTHING if name != "TaxCode")
DELETED = {"status": "Deleted", "MetaData": {"LastUpdatedTime": "2026-06-02T09:00:00-07:00"}}


def walks(*streams: str, since: datetime = SINCE) -> list[Walk]:
    return [Walk(stream=name, since=since) for name in streams]


def gone(pages: list[BooksPage]) -> dict[str, list[str]]:
    return {page.stream: list(page.gone) for page in pages if page.gone}


async def test_one_call_tells_the_changes_of_everything() -> None:
    company = Company()
    company.changed = {"Invoice": numbered(2), "Customer": numbered(1, DisplayName="Amy")}

    pages = await company.sync(*walks(*CHANGING))

    assert company.requests == [
        (
            "cdc",
            {
                "entities": ",".join(CHANGING),
                "changedSince": "2026-06-02T10:00:00+00:00",
                "minorversion": "75",
            },
        )
    ]
    assert ids(pages, "Invoice") == ["1", "2"]
    assert ids(pages, "Customer") == ["customer:1"]
    assert sorted(page.stream for page in pages) == sorted(CHANGING)
    assert all(page.is_last and not page.is_whole for page in pages)
    assert {page.watermark for page in pages} == {WATERMARK}


async def test_the_earliest_instant_is_asked_for() -> None:
    company = Company()
    earlier = SINCE - timedelta(days=3)

    await company.sync(*walks("Invoice"), *walks("Bill", since=earlier))

    assert company.requests[0][1]["changedSince"] == "2026-05-30T10:00:00+00:00"


async def test_deleted_rows_are_gone_whether_we_knew_them_or_not() -> None:
    company = Company()
    company.changed = {
        "Invoice": [*numbered(1), {"Id": "979", **DELETED}],
        "Vendor": [{"Id": "12", **DELETED}],
        "Customer": [{"Id": "58", **DELETED}],
    }

    pages = await company.sync(*walks("Invoice", "Vendor", "Customer"))

    assert ids(pages, "Invoice") == ["1"]
    assert gone(pages) == {
        "Invoice": ["979"],
        "Vendor": ["vendor:12"],
        "Customer": ["customer:58", "project:58"],
    }


async def test_a_customer_that_is_a_project_no_more_is_one_no_more() -> None:
    company = Company()
    company.changed = {
        "Customer": [
            {"Id": "58", "DisplayName": "Kitchen", "IsProject": True},
            {"Id": "59", "DisplayName": "Amy", "IsProject": False},
        ]
    }

    pages = await company.sync(*walks("Customer"))

    assert ids(pages, "Customer") == ["customer:58", "project:58", "customer:59"]
    assert gone(pages) == {"Customer": ["project:59"]}


async def test_exactly_as_many_changes_as_are_told_may_hide_more_of_anything() -> None:
    company = Company(Invoice=numbered(700), Bill=numbered(300))
    company.changed = {"Invoice": numbered(700), "Bill": numbered(300)}

    pages = await company.sync(*walks("Invoice", "Bill"))

    assert company.paths() == ["cdc", "batch", "batch"]
    assert {page.stream for page in pages if page.is_whole} == {"Invoice", "Bill"}
    assert len(ids(pages, "Invoice")) == 700
    assert {page.watermark for page in pages if page.is_last} == {WATERMARK}


async def test_more_changes_than_that_are_cut_entity_by_entity() -> None:
    company = Company(Invoice=numbered(1_200))
    company.changed = {"Invoice": numbered(1_000), "Bill": numbered(300)}

    pages = await company.sync(*walks("Invoice", "Bill"))

    assert {page.stream: page.is_whole for page in pages} == {"Invoice": True, "Bill": False}
    assert len(ids(pages, "Invoice")) == 1_200  # each once: the cut list is not used
    assert len(ids(pages, "Bill")) == 300


async def test_what_is_too_long_ago_is_read_whole_without_asking() -> None:
    company = Company(Invoice=numbered(1))

    pages = await company.sync(
        *walks("Invoice", since=NOW - timedelta(days=29, seconds=1)), *walks("Bill")
    )

    assert company.requests[0][1]["entities"] == "Bill"
    assert {page.stream: page.is_whole for page in pages} == {"Bill": False, "Invoice": True}


async def test_what_intuit_says_is_too_long_ago_is_read_whole() -> None:
    company = Company(Invoice=numbered(1))
    company.refusal = httpx2.Response(400, json={"Fault": a_fault("6000")})

    pages = await company.sync(*walks("Invoice", "Bill"))

    assert all(page.is_whole for page in pages)
    assert ids(pages, "Invoice") == ["1"]


async def test_an_entity_that_the_plan_lacks_does_not_stop_the_others() -> None:
    company = Company(Invoice=numbered(1))
    company.refusal = httpx2.Response(400, json={"Fault": a_fault("5020")})
    company.faults["PurchaseOrder"] = {"Fault": a_fault("5020")}

    pages = await company.sync(*walks("Invoice", "PurchaseOrder"))

    assert ids(pages, "Invoice") == ["1"]
    assert [page.stream for page in pages if page.refused] == ["PurchaseOrder"]


async def test_a_fault_inside_the_changes_is_a_fault() -> None:
    company = Company()
    part = {"fault": {"error": [{"code": "120"}], "type": "AUTHORIZATION"}}
    company.refusal = httpx2.Response(
        200, json={"CDCResponse": [{"QueryResponse": [part]}], "time": "2026-06-03T03:00:00-07:00"}
    )

    with pytest.raises(AuthorizationLost):
        await company.sync(*walks("Invoice"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", WireMismatch),
        (b"<html>", TryAgain),
        (b'{"CDCResponse": []}', WireMismatch),
        (b'{"CDCResponse": [], "time": ""}', WireMismatch),
    ],
)
async def test_changes_that_are_none_are_no_changes(body: bytes, kind: type[Exception]) -> None:
    company = Company()
    company.refusal = httpx2.Response(200, content=body)

    with pytest.raises(kind):
        await company.sync(*walks("Invoice"))


async def test_tax_codes_are_read_whole_beside_the_changes() -> None:
    company = Company(TaxCode=numbered(3, Name="Code"))

    pages = await company.sync(*walks(*EVERYTHING))

    assert company.paths() == ["cdc", "batch"]
    assert [page.stream for page in pages if page.is_whole] == ["TaxCode"]
