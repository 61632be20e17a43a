"""Answers to a call that publishes which no honest ledger gives every day."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from providers.drafts import Outcome, Published, Refused, Unheard
from providers.xero import PROVIDER
from tests.providers.vendors import a_session
from tests.providers.xero.drafts import a_draft

ACME = "70784a63-d24b-46a9-a4db-0e70a274b056"
Row = dict[str, Any]
Spoil = Callable[[list[Row]], Any]


class Xero:
    """Takes every document but those numbered `bad`, which it cannot even read."""

    def __init__(self, spoil: Spoil = lambda rows: {"Invoices": rows}) -> None:
        self.spoil = spoil
        self.calls: list[list[Row]] = []
        self.keys: list[str] = []
        self.refusal = "Guid should contain 32 digits with 4 dashes"

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        rows = json.loads(request.content)["Invoices"]
        self.calls.append(rows)
        self.keys.append(request.headers["idempotency-key"])
        if any(row["InvoiceNumber"] == "bad" for row in rows):
            return httpx2.Response(400, json={"Title": "BadRequest", "Detail": self.refusal})
        made = [{**row, "InvoiceID": f"id of {row['InvoiceNumber']}", "Total": 120} for row in rows]
        return httpx2.Response(200, json=self.spoil(made))

    async def publish(self, *numbers: str) -> list[Outcome]:
        drafts = [a_draft(reference=f"item-{n}-{at}", number=n) for at, n in enumerate(numbers)]
        ledger = PROVIDER.ledger(a_session(self), ACME)
        return list(await ledger.publish(drafts, key="k" * 40))


async def test_a_refusal_of_the_whole_is_narrowed_down_to_the_one_it_is_about() -> None:
    xero = Xero()
    outcomes = await xero.publish("1", "2", "bad", "4", "5")

    assert [type(each) for each in outcomes] == [
        Published, Published, Refused, Published, Published,
    ]  # fmt: skip
    assert isinstance(outcomes[2], Refused)
    assert [each.code for each in outcomes[2].problems] == ["XERO_GUID"]
    assert len(set(xero.keys)) == len(xero.keys)
    assert max(map(len, xero.keys)) <= 128


async def test_a_key_that_was_used_for_something_else_says_that_something_was_sent() -> None:
    xero = Xero()
    xero.refusal = "The Idempotency-Key has already been used with a different request."
    outcomes = await xero.publish("1", "bad")

    assert [type(each) for each in outcomes] == [Unheard, Unheard]
    assert len(xero.calls) == 1


def _without_last(rows: list[Row]) -> Any:
    return {"Invoices": rows[:-1]}


def _without_ids(rows: list[Row]) -> Any:
    return {"Invoices": [{k: v for k, v in row.items() if k != "InvoiceID"} for row in rows]}


def _nothing(rows: list[Row]) -> Any:
    del rows
    return {}


@pytest.mark.parametrize("spoil", [_without_last, _without_ids, _nothing])
async def test_an_answer_that_is_not_whole_says_nothing(spoil: Spoil) -> None:
    outcomes = await Xero(spoil).publish("1", "2")

    assert [type(each) for each in outcomes] == [Unheard, Unheard]


async def test_elements_in_another_order_are_not_believed() -> None:
    outcomes = await Xero(lambda rows: {"Invoices": rows[::-1]}).publish("1", "2", "3")

    assert [type(each) for each in outcomes] == [Unheard, Published, Unheard]


async def test_a_reason_is_found_wherever_xero_puts_it() -> None:
    told = [{"Message": "The contact with the specified contact details has been archived."}]
    line = [{"Message": "Account code '429' has been archived, or has been deleted."}]

    def refuse(rows: list[Row]) -> Any:
        (row,) = rows
        spoilt = {
            **row,
            "InvoiceID": "00000000-0000-0000-0000-000000000000",
            "HasErrors": True,
            "Contact": {"ValidationErrors": told},
            "LineItems": [{"ValidationErrors": line}],
        }
        return {"Invoices": [spoilt]}

    (outcome,) = await Xero(refuse).publish("1")

    assert isinstance(outcome, Refused)
    assert [each.code for each in outcome.problems] == [
        "XERO_CONTACT_GONE",
        "XERO_ACCOUNT_ARCHIVED",
    ]


async def test_a_warning_is_handed_on() -> None:
    told = [{"Message": "Only AUTHORISED invoices may have SentToContact updated."}]
    outcomes = await Xero(lambda rows: {"Invoices": [{**rows[0], "Warnings": told}]}).publish("1")

    assert isinstance(outcomes[0], Published)
    assert [each.text for each in outcomes[0].remarks] == [told[0]["Message"]]
