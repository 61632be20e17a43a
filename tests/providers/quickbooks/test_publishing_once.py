"""Documents whose answers are lost, and calls that never went: nothing is there twice."""

from dataclasses import replace

import pytest

from providers.drafts import NotSent, Published, Unheard
from providers.errors import AuthorizationLost, NotPermitted, OutcomeUnknown, RateLimited
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
