"""Documents whose answers are lost, and calls that never went: nothing is there twice."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from providers.books import TaxTreatment
from providers.drafts import NotSent, Published, Unheard
from providers.errors import (
    AuthorizationLost,
    LimitScope,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
)
from tests.providers.quickbooks.publishing import KINDS, Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


@pytest.mark.parametrize("what", sorted(KINDS))
async def test_a_lost_answer_is_found_again(bakery: Publisher, what: str) -> None:
    bakery.break_writing("timeout_after", seconds=0.01)
    draft = bakery.draft(what)
    other = bakery.draft(what, number=2)
    first, second = await bakery.publish(draft, other)
    (found,) = await bakery.find(draft)

    assert isinstance(first, Unheard)
    assert isinstance(second, Unheard)
    assert isinstance(first.error, OutcomeUnknown)
    assert found is not None
    assert (found.number, found.total) == (draft.number, draft.total)


async def test_the_same_key_makes_it_once(bakery: Publisher) -> None:
    bakery.break_writing("timeout_after", seconds=0.01)
    draft = bakery.draft()
    lost = await bakery.publish(draft)
    (again,) = await bakery.publish(draft)

    assert isinstance(lost[0], Unheard)
    assert isinstance(again, Published)
    assert len(bakery.mentioning(draft.reference)) == 1


async def test_what_is_not_numbered_is_found_by_its_day(bakery: Publisher) -> None:
    draft = bakery.draft(number=1)
    draft = replace(draft, number=None)
    made = await bakery.published(draft)
    found, nothing = await bakery.find(draft, replace(draft, reference="never-sent"))

    assert found == made
    assert nothing is None


@pytest.mark.parametrize("number", ["N\U0001f490-7", "N\x85-7", "\U0001f490"])
async def test_what_is_numbered_with_an_emoji_is_found_by_what_is_left_of_its_number(
    bakery: Publisher, number: str
) -> None:
    draft = replace(bakery.draft(), number=number, note="For the fair \U0001f490")
    bakery.break_writing("timeout_after", seconds=0.01)
    await bakery.publish(draft)
    await bakery.publish(draft)
    (found,) = await bakery.find(draft)

    assert found is not None
    assert found.number == (number.replace("\U0001f490", "").replace("\x85", "") or None)
    assert len(bakery.mentioning(draft.reference)) == 1


async def test_a_document_of_somebody_else_is_not_ours(bakery: Publisher) -> None:
    ours = bakery.draft()
    await bakery.published(replace(ours, reference=f"{ours.reference}0"))
    (found,) = await bakery.find(ours)

    assert found is None


async def test_many_are_looked_for_in_one_call(bakery: Publisher) -> None:
    drafts = [bakery.draft(what, number=n) for what in KINDS for n in (1, 2)]
    await bakery.publish(*drafts)
    before = bakery.practice.calls()
    found = await bakery.find(*drafts)

    assert None not in found
    assert bakery.practice.calls() - before == 1


@pytest.mark.parametrize("fault", ["rate_minute", "server_error", "forbidden_organisation"])
async def test_what_keeps_us_from_sending_is_told(bakery: Publisher, fault: str) -> None:
    bakery.practice.break_it(fault, times=None)
    (outcome,) = await bakery.publish(bakery.draft())

    assert isinstance(outcome, NotSent)
    assert bakery.mentioning("dext-bill") == []


async def test_a_call_that_is_not_taken_is_not_sent(bakery: Publisher) -> None:
    bakery.break_writing("rate_minute", times=None)
    (limited,) = await bakery.publish(bakery.draft())

    assert isinstance(limited, NotSent)
    assert isinstance(limited.error, RateLimited)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("subscription_lapsed", NotPermitted), ("no_access", AuthorizationLost)],
)
async def test_a_company_that_is_closed_to_us_is_not_sent_to(
    bakery: Publisher, fault: str, error: type[Exception]
) -> None:
    bakery.break_writing(fault)
    (outcome,) = await bakery.publish(bakery.draft())

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, error)


async def test_a_lost_permission_is_not_sent(bakery: Publisher) -> None:
    bakery.practice.break_it("revoke_refresh")
    bakery.practice.break_it("expire_access")
    (outcome,) = await bakery.publish(bakery.draft())

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, AuthorizationLost)


@pytest.mark.parametrize("fault", ["server_error", "malformed_body"])
async def test_an_answer_that_says_nothing_is_unheard(bakery: Publisher, fault: str) -> None:
    bakery.break_writing(fault)
    (outcome,) = await bakery.publish(bakery.draft())

    assert isinstance(outcome, Unheard)


# In a month whose reading is used up


async def spend_the_month(publisher: Publisher) -> None:
    publisher.practice.break_it("rate_month", times=None, retry_after=864_000)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("bill", {"treatment": TaxTreatment.EXCLUSIVE, "tax_percent": Decimal(20)}),
        ("bill", {"treatment": TaxTreatment.INCLUSIVE, "tax_percent": None}),
        ("invoice", {"treatment": TaxTreatment.INCLUSIVE, "tax_percent": None}),
    ],
)
async def test_what_needs_the_companys_own_rates_waits(
    bakery: Publisher, what: str, told: dict[str, Any]
) -> None:
    line = bakery.line("120.00", sells=what == "invoice", tax_percent=told["tax_percent"])
    await spend_the_month(bakery)
    (outcome,) = await bakery.publish(
        bakery.draft(what, lines=(line,), treatment=told["treatment"])
    )

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, RateLimited)
    assert outcome.error.scope is LimitScope.MONTH
    assert bakery.mentioning("dext-") == []


@pytest.mark.parametrize("tax", [None, "20.00"])
async def test_what_its_codes_say_all_of_is_made_as_ever(
    bakery: Publisher, tax: str | None
) -> None:
    amount = None if tax is None else Decimal(tax)
    line = bakery.line("120.00", tax_percent=Decimal(20), tax_amount=amount)
    drafts = [
        bakery.draft(number=n, lines=(line,), treatment=TaxTreatment.INCLUSIVE) for n in (1, 2)
    ]
    usual = await bakery.published(drafts[0])
    await spend_the_month(bakery)
    made = await bakery.published(drafts[1])
    wanted, got = (
        [bakery.row(each)[name] for name in ("Line", "TxnTaxDetail", "TotalAmt")]
        for each in (usual, made)
    )

    assert got == wanted


async def test_what_is_not_taken_either_is_not_tried_every_minute(bakery: Publisher) -> None:
    line = bakery.line("120.00", tax_percent=Decimal(20))
    bakery.break_writing("rate_minute", times=None)
    await spend_the_month(bakery)
    (outcome,) = await bakery.publish(bakery.draft(lines=(line,), treatment=TaxTreatment.INCLUSIVE))

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, RateLimited)
    assert outcome.error.scope is LimitScope.MONTH


async def test_the_united_states_have_no_rates_to_ask_for() -> None:
    freight = await a_publisher("Kestrel Logistics")
    line = freight.line(tax_rate=None, tax_amount=Decimal("6.25"))
    await spend_the_month(freight)
    made = await freight.published(freight.draft(lines=(line,), total=Decimal("106.25")))

    assert made.total == Decimal("106.25")
