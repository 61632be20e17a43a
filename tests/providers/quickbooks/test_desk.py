"""Answers of QuickBooks that the stand-in does not give, or not on request."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from providers.books import DocumentKind, DocumentStatus
from providers.drafts import Draft, NotSent, Outcome, Published, Refused, Unheard
from providers.errors import (
    AuthorizationLost,
    Missing,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from providers.provider import Ledger
from providers.quickbooks import PROVIDER
from providers.quickbooks.desk import batch_id
from tests.providers.quickbooks.company import REALM, TIME, a_fault, a_gateway_fault
from tests.providers.quickbooks.publishing import a_draft
from tests.providers.vendors import a_session

Row = dict[str, Any]

CODES = [{"Id": "S", "Name": "S", "PurchaseTaxRateList": {"TaxRateDetail": []}}]
BILL = {
    "Id": "99", "SyncToken": "3", "TotalAmt": 100, "Balance": 100, "DocNumber": "A-1",
    "VendorRef": {"value": "12"}, "TxnDate": "2026-11-02",
}  # fmt: skip
MADE = Published(
    source="Bill",
    remote_id="99",
    kind=DocumentKind.BILL,
    status=DocumentStatus.OPEN,
    total=Decimal(100),
)


class Counter:
    """A company of no lists at all: `answer` says what comes of one part of a batch."""

    def __init__(self, answer: Callable[[Row], Row] = lambda item: {"Bill": BILL}) -> None:
        self.answer = answer
        self.bill: Row | None = BILL
        self.sent: list[list[Row]] = []
        self.request_ids: list[str] = []
        self.times: list[Any] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix(f"/v3/company/{REALM}/")
        if request.method == "GET":
            return self._read()
        if path == "query":
            assert request.headers["content-type"] == "application/text"
            found = {"TaxCode": CODES} if b"TaxCode" in request.content else {}
            return httpx2.Response(200, json={"QueryResponse": found, "time": TIME})
        if path == "bill":
            return self._alone(request)
        assert path == "batch"
        items = json.loads(request.content)["BatchItemRequest"]
        self.sent.append(items)
        self.request_ids.append(request.url.params["requestid"])
        self.times.append(request.extensions["timeout"]["read"])
        answers = [{"bId": item["bId"], **self.answer(item)} for item in items]
        answers = [each for each in reversed(answers) if each.keys() != {"bId"}]
        return httpx2.Response(200, json={"BatchItemResponse": answers, "time": TIME})

    def _alone(self, request: httpx2.Request) -> httpx2.Response:
        operation = request.url.params.get("operation", "update")
        item = {"operation": operation, "Bill": json.loads(request.content)}
        self.sent.append([item])
        self.request_ids.append(request.url.params["requestid"])
        answer = self.answer(item)
        return httpx2.Response(400 if "Fault" in answer else 200, json={**answer, "time": TIME})

    def _read(self) -> httpx2.Response:
        if self.bill is None:
            return httpx2.Response(400, json={"Fault": a_fault("610"), "time": TIME})
        return httpx2.Response(200, json={"Bill": self.bill, "time": TIME})

    @property
    def ledger(self) -> Ledger:
        return PROVIDER.ledger(a_session(self, key="quickbooks"), REALM)

    async def outcome(self) -> Outcome:
        (outcome,) = await self.ledger.publish([free()], key="key")
        return outcome


def free(number: int = 1) -> Draft:
    """A draft at a rate of nothing, of which there is one in the company."""
    return a_draft(reference=f"dext-{number}", number=f"A-{number}", total=Decimal(100))


@pytest.mark.parametrize(
    ("fault", "outcome", "error"),
    [
        (a_fault("10000", "SystemFault"), Unheard, OutcomeUnknown),
        (a_fault("3001"), NotSent, RateLimited),
        (a_fault("6190"), NotSent, NotPermitted),
        (a_gateway_fault("3200", "AUTHENTICATION"), NotSent, AuthorizationLost),
    ],
)
async def test_a_part_that_fails_by_itself_is_told_so(
    fault: Row, outcome: type[Unheard | NotSent], error: type[Exception]
) -> None:
    name = "fault" if "error" in fault else "Fault"
    told = await Counter(lambda item: {name: fault}).outcome()

    assert isinstance(told, outcome)
    assert isinstance(told.error, error)


@pytest.mark.parametrize("code", ["6000", "610", "2500", "5030", "500", "4711"])
async def test_a_part_that_is_refused_was_not_made(code: str) -> None:
    told = await Counter(lambda item: {"Fault": a_fault(code)}).outcome()

    assert isinstance(told, Refused)
    assert [problem.text for problem in told.problems] == ["d"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"Invoice": BILL}, {"Bill": {**BILL, "TxnDate": "the second"}}],
)
async def test_a_part_that_is_not_answered_may_have_been_made(answer: Row) -> None:
    assert isinstance(await Counter(lambda item: answer).outcome(), Unheard)


async def test_answers_belong_to_parts_whatever_their_order() -> None:
    def numbered(item: Row) -> Row:
        return {"Bill": {**BILL, "DocNumber": item["Bill"]["DocNumber"]}}

    drafts = [free(number) for number in range(5)]
    outcomes = await Counter(numbered).ledger.publish(drafts, key="key")

    assert [each.number for each in outcomes if isinstance(each, Published)] == [
        draft.number for draft in drafts
    ]


async def test_more_than_a_batch_goes_in_several_calls() -> None:
    counter = Counter()
    outcomes = await counter.ledger.publish([free(number) for number in range(65)], key="k" * 40)

    assert [len(items) for items in counter.sent] == [30, 30, 5]
    assert len(set(counter.request_ids)) == 3
    assert max(map(len, counter.request_ids)) <= 50
    assert len(outcomes) == 65


async def test_what_follows_a_call_that_is_not_taken_is_not_sent() -> None:
    counter = Counter(lambda item: {"Fault": a_fault("3001")})
    outcomes = await counter.ledger.publish([free(number) for number in range(31)], key="key")

    assert len(counter.sent) == 1
    assert {type(outcome) for outcome in outcomes} == {NotSent}


async def test_intuit_has_as_long_as_it_takes_to_make_a_batch() -> None:
    counter = Counter()
    await counter.outcome()

    assert counter.times == [125]


async def test_the_total_that_quickbooks_makes_of_it_is_remarked() -> None:
    told = await Counter(lambda item: {"Bill": {**BILL, "TotalAmt": 99.99}}).outcome()

    assert isinstance(told, Published)
    (remark,) = told.remarks
    assert "99.99" in remark.text


def test_another_selection_is_another_request() -> None:
    assert batch_id("key", "0", "1") == batch_id("key", "0", "1")
    assert batch_id("key", "0", "1") != batch_id("key", "0", "2")
    assert len(batch_id("k" * 40, "x" * 1000)) <= 50


# Changes of what is there


class Busy(Counter):
    """Somebody else saves the bill just before we do, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(self._save)
        self.left = times

    def _save(self, item: Row) -> Row:
        (told,) = (value for value in item.values() if isinstance(value, dict))
        if self.left:
            self.left -= 1
            self.bill = {**BILL, "SyncToken": str(9 - self.left)}
            return {"Fault": a_fault("5010")}
        assert self.bill is not None
        assert told["SyncToken"] == self.bill["SyncToken"]
        return {"Bill": self.bill}


async def test_a_document_that_somebody_saved_is_read_again_once() -> None:
    counter = Busy(1)
    await counter.ledger.revise(MADE, free(), key="key")

    assert [item["operation"] for items in counter.sent for item in items] == ["update"] * 2
    assert len(set(counter.request_ids)) == 2


async def test_somebody_who_keeps_saving_wins() -> None:
    with pytest.raises(Rejected) as caught:
        await Busy(9).ledger.withdraw(MADE, key="key")

    assert caught.value.problems[0].code == "QBO_STALE"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("610", "QBO_INACTIVE_REF"), ("2500", "QBO_BAD_REF"), ("5030", "QBO_FEATURE"), ("4711", "")],
)
async def test_a_change_that_is_refused_is_called_by_the_catalogue(
    code: str, expected: str
) -> None:
    counter = Counter(lambda item: {"Fault": a_fault(code)})

    with pytest.raises(Rejected) as caught:
        await counter.ledger.revise(MADE, free(), key="key")
    assert caught.value.problems[0].code == expected
    assert caught.value.problems[0].text


async def test_what_goes_while_we_delete_it_is_gone() -> None:
    counter = Counter()

    def gone(item: Row) -> Row:
        counter.bill = None
        return {"Fault": a_fault("610")}

    counter.answer = gone
    await counter.ledger.withdraw(MADE, key="key")

    assert len(counter.sent) == 1


async def test_what_is_gone_cannot_be_changed_nor_paid() -> None:
    counter = Counter()
    counter.bill = None

    with pytest.raises(Missing):
        await counter.ledger.revise(MADE, free(), key="key")
    with pytest.raises(Rejected):
        await counter.ledger.settle(MADE, free(), key="key")
    assert counter.sent == []
