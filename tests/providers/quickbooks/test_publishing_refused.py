"""What the stand-in QuickBooks does not take, called by the catalogue."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from providers.drafts import Published, Refused, Tracked
from tests.providers.quickbooks.publishing import Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


@pytest.mark.parametrize(
    ("code", "over"),
    [
        ("QBO_CLOSED", {"date": date(2026, 3, 31)}),
        ("QBO_TAX_MISSING", {"lines": [{"tax_rate": None}]}),
        ("QBO_DUE_BEFORE", {"due_date": date(2026, 11, 1)}),
        ("QBO_BILLABLE_CUST", {"lines": [{"is_billable": True}]}),
        ("QBO_ONE_CURRENCY", {"currency": "EUR"}),
        ("QBO_BAD_REF", {"contact": "vendor:99999"}),
        ("PRE_LINES", {"total": Decimal(121), "lines": [{"tax_amount": Decimal(20)}]}),
    ],
)
async def test_a_refusal_is_called_by_the_catalogue(
    bakery: Publisher, code: str, over: dict[str, Any]
) -> None:
    lines = tuple(bakery.line(**line) for line in over.get("lines", [{}]))
    (outcome,) = await bakery.publish(bakery.draft(**(over | {"lines": lines})))

    assert isinstance(outcome, Refused)
    assert [problem.code for problem in outcome.problems] == [code]
    assert outcome.problems[0].text


async def test_an_archived_account_is_named_so(bakery: Publisher) -> None:
    bakery.books.archive("Account", "Training", at=bakery.practice.clock())
    line = bakery.line(account=bakery.id_of("Account", "Training"))
    (outcome,) = await bakery.publish(bakery.draft(lines=(line,)))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_INACTIVE_REF"


async def test_a_payable_account_in_another_currency_is_named_so(bakery: Publisher) -> None:
    fields = {**bakery.books.find("Account", "Creditors").fields, "Name": "Creditors - EUR"}
    fields["CurrencyRef"] = {"value": "EUR"}
    abroad = bakery.books.add("Account", fields, at=bakery.practice.clock())
    (outcome,) = await bakery.publish(bakery.draft(lines=(bakery.line(account=abroad.id),)))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_AP_CURRENCY"


async def test_a_cheque_to_a_customer_pays_off_nothing_that_is_owed(bakery: Publisher) -> None:
    line = bakery.line(account=bakery.id_of("Account", "Creditors"))
    customer = f"customer:{bakery.party('Customer').id}"
    (outcome,) = await bakery.publish(bakery.draft("cheque", contact=customer, lines=(line,)))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_AP_VENDOR"


async def test_emoji_are_refused_and_then_left_out(bakery: Publisher) -> None:
    line = bakery.line(description="Flowers \U0001f490 for the fair")
    drafts = [
        bakery.draft(number=1, lines=(line,), note="Thanks \U0001f64f"),
        bakery.draft(number=2),
    ]
    outcomes = await bakery.publish(*drafts)
    again = await bakery.publish(*drafts)
    (row,) = bakery.mentioning("dext-bill-1")

    assert all(isinstance(each, Published) for each in (*outcomes, *again))
    assert row.fields["Line"][0]["Description"] == "Flowers for the fair"
    assert row.fields["PrivateNote"] == "Thanks\ndext-bill-1"
    assert len(bakery.mentioning("dext-bill-2")) == 1


async def test_a_text_that_stays_refused_is_told(bakery: Publisher) -> None:
    bakery.break_writing("refused", None, resource="Bill", text="Invalid characters", code="2040")
    (outcome,) = await bakery.publish(bakery.draft())

    assert isinstance(outcome, Refused)
    assert [problem.code for problem in outcome.problems] == ["QBO_UTF8"]


async def test_a_vendor_is_made_without_the_emoji_of_its_name(bakery: Publisher) -> None:
    draft = bakery.draft(contact=None, contact_name="\U0001f33a Petals & Co")
    (outcome,) = await bakery.publish(draft)

    assert isinstance(outcome, Published)
    assert bakery.row(outcome)["VendorRef"]["name"] == "Petals & Co"


async def test_a_cheque_is_of_something(bakery: Publisher) -> None:
    lines = (bakery.line("20.00"), bakery.line("-30.00"))
    draft = bakery.draft("cheque", lines=lines, total=Decimal(-12))
    (outcome,) = await bakery.publish(draft)

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_NEG_CHECK"


async def test_an_item_that_is_not_sold_is_not_billable(bakery: Publisher) -> None:
    item = bakery.books.rows("Item")[1]
    del item.fields["IncomeAccountRef"]
    customer = f"customer:{bakery.party('Customer').id}"
    line = bakery.line(product=item.id, customer=customer, is_billable=True)
    (outcome,) = await bakery.publish(bakery.draft(lines=(line,)))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_BILLABLE"


@pytest.mark.parametrize("what", ["bill", "invoice"])
async def test_a_number_is_used_once(bakery: Publisher, what: str) -> None:
    await bakery.published(bakery.draft(what))
    again = replace(bakery.draft(what), reference="another")
    (outcome,) = await bakery.publish(again, key="other")

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_DUP_DOCNO"


async def test_a_plan_without_bills_says_so() -> None:
    cycles = await a_publisher("Fox Cycles")
    (outcome,) = await cycles.publish(cycles.draft())

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_NO_BILL"


async def test_a_class_the_plan_lacks_is_a_feature() -> None:
    cycles = await a_publisher("Fox Cycles")
    row = cycles.books.add("Class", {"Name": "Shop"}, at=cycles.practice.clock())
    tracking = (Tracked(category="class", option=f"class:{row.id}"),)
    (outcome,) = await cycles.publish(cycles.draft("cash", lines=(cycles.line(tracking=tracking),)))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_FEATURE"


async def test_two_locations_are_refused_before_anything_is_sent(bakery: Publisher) -> None:
    lines = tuple(
        bakery.line(
            "50.00",
            tracking=(Tracked(category="location", option="location:" + each),),
        )
        for each in ("1", "2")
    )
    (outcome,) = await bakery.publish(bakery.draft(lines=lines))

    assert isinstance(outcome, Refused)
    assert bakery.practice.calls("/batch") == 0
