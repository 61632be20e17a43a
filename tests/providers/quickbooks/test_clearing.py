"""What is not reconciled is read from two filtered reports, cut or not."""

from datetime import date
from typing import Any

import httpx2
import pytest

from providers.books import BooksPage, Clearance, Walk
from providers.errors import NotPermitted
from providers.quickbooks import PROVIDER
from providers.quickbooks.clearing import CUT_SHORT
from providers.quickbooks.streams import CLEARANCES
from tests.providers.quickbooks.company import REALM, a_fault
from tests.providers.vendors import HandClock, MemoryTokens, a_session, a_token_set

Marked = dict[str, list[tuple[str, date]]]  # by mark: the id and the day of each transaction
DAY = date(2026, 5, 1)


def told(rows: list[dict[str, Any]], keys: tuple[str, ...] = ("tx_date", "txn_type")) -> Any:
    columns = [
        {"ColTitle": key, "ColType": "String", "MetaData": [{"Name": "ColKey", "Value": key}]}
        for key in keys
    ]
    return {"Columns": {"Column": columns}, "Rows": {"Row": rows} if rows else {}}


def a_row(own: str, day: date = DAY) -> dict[str, Any]:
    cells = [{"value": day.isoformat()}, {"id": own, "value": "Expense"}]
    return {"type": "Data", "ColData": cells}


class Reports:
    """Answers with what has the mark that is asked for, `most` of them at once."""

    def __init__(self, marked: Marked, most: int = 1000) -> None:
        self.marked, self.most = marked, most
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked = dict(request.url.params)
        self.asked.append(asked)
        begin, end = (date.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
        found = [
            a_row(own, day)
            for own, day in self.marked.get(asked["cleared"], [])
            if begin <= day <= end
        ]
        if len(found) > self.most:
            found = [*found[: self.most], {"ColData": [{"value": f"{CUT_SHORT}."}]}]
        return httpx2.Response(200, json=told([{"type": "Section", "Rows": {"Row": found}}]))


async def read(answer: Any) -> list[BooksPage]:
    tokens = MemoryTokens(grant=a_token_set())
    session = a_session(answer, key="quickbooks", clock=HandClock(), tokens=tokens)
    walk = Walk(stream=CLEARANCES)
    return [page async for page in PROVIDER.ledger(session, REALM).sync([walk])]


def marks(pages: list[BooksPage]) -> dict[str, bool]:
    every = [record for page in pages for record in page.records]
    return {one.remote_id: one.is_cleared for one in every if isinstance(one, Clearance)}


async def test_two_reports_tell_what_is_open_and_what_is_cleared() -> None:
    reports = Reports({"Uncleared": [("1", DAY), ("3", DAY)], "Cleared": [("2", DAY), ("3", DAY)]})

    pages = await read(reports)

    assert marks(pages) == {"1": False, "2": True, "3": False}  # the last at one of two banks
    assert sorted(each["cleared"] for each in reports.asked) == ["Cleared", "Uncleared"]
    assert {each["source_account_type"] for each in reports.asked} == {"Bank,CreditCard"}
    assert [(page.is_last, page.is_whole, page.total) for page in pages] == [(True, True, 3)]


async def test_books_that_are_all_reconciled_end_the_walk_with_nothing() -> None:
    (page,) = await read(lambda _: httpx2.Response(200, json=told([])))

    assert page.is_last
    assert page.is_whole
    assert not page.records


async def test_a_report_that_was_cut_short_is_asked_for_in_halves() -> None:
    every = [(str(number), date(2020 + number % 6, 1 + number % 12, 1)) for number in range(50)]
    reports = Reports({"Uncleared": every}, most=9)

    pages = await read(reports)

    assert marks(pages) == dict.fromkeys((own for own, _ in every), False)


async def test_many_come_in_pages_of_which_the_last_ends_the_walk() -> None:
    reports = Reports({"Cleared": [(str(number), DAY) for number in range(2_300)]}, most=5_000)

    pages = await read(reports)

    assert [len(page.records) for page in pages] == [1000, 1000, 300]
    assert [page.is_last for page in pages] == [False, False, True]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(400, json={"Fault": a_fault("5020")}),
        httpx2.Response(400, json={"Fault": a_fault("9999")}),
        httpx2.Response(200, json=told([a_row("1")])),  # whatever is asked for
        httpx2.Response(200, json=told([a_row("1")], keys=("tx_date", "doc_num"))),
        httpx2.Response(200, json={"Header": {}}),
    ],
    ids=["refused", "rejected", "the filter is not heeded", "no ids", "another shape"],
)
async def test_books_are_read_without_a_report_that_cannot_be_had(answer: httpx2.Response) -> None:
    (page,) = await read(lambda _: answer)

    assert page.is_last
    assert not page.is_whole
    assert isinstance(page.refused, NotPermitted)


async def test_a_subscription_that_ended_is_not_taken_for_a_missing_report() -> None:
    with pytest.raises(NotPermitted):
        await read(lambda _: httpx2.Response(400, json={"Fault": a_fault("6190")}))
