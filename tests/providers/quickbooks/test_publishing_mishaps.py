"""Whatever goes wrong on the way, a document is there once, and so is whom it is from."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.books import TaxTreatment
from providers.drafts import Draft, NotSent, Published, Unheard
from providers.errors import ProviderError
from tests.providers.quickbooks.publishing import Publisher, a_publisher

MISHAPS = (
    "timeout_after",
    "timeout",
    "server_error",
    "malformed_body",
    "rate_minute",
    "rate_month",
)
HOW = {
    "timeout": {"seconds": 0.01},
    "timeout_after": {"seconds": 0.01},
    "rate_month": {"retry_after": 7_200},
}
NEW = ("Brand New Ltd", "BRAND NEW LTD", "Another Ltd")
RUNS = count(1_000, 10)


def a_key(drafts: Sequence[Draft], attempt: int) -> str:
    """The same for the same drafts, for two attempts."""
    told = f"{attempt // 2} {[draft.reference for draft in drafts]}"
    return sha256(told.encode()).hexdigest()[:40]


async def until_all_are_there(publisher: Publisher, drafts: Sequence[Draft]) -> int:
    """As somebody does who writes down what was sent, and looks before sending it again."""
    left, sent = list(drafts), set[str]()
    for attempt in range(20):
        publisher.practice.clock.at += timedelta(hours=1)
        unheard = [draft for draft in left if draft.reference in sent]
        try:
            found = await publisher.find(*unheard)
        except ProviderError:  # another time, then
            continue
        there = {d.reference for d, one in zip(unheard, found, strict=True) if one is not None}
        left = [draft for draft in left if draft.reference not in there]
        if not left:
            return attempt
        sent |= {draft.reference for draft in left}
        outcomes = await publisher.publish(*left, key=a_key(left, attempt))
        assert all(isinstance(each, Published | NotSent | Unheard) for each in outcomes)
        left = [
            draft
            for draft, outcome in zip(left, outcomes, strict=True)
            if not isinstance(outcome, Published)
        ]
        if not left:
            return attempt
    raise AssertionError("they never arrived")


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    mishaps=st.lists(
        st.tuples(st.sampled_from(MISHAPS), st.sampled_from(["batch", "query"])), max_size=6
    )
)
async def test_mishaps_never_make_anything_twice(
    bakery: Publisher, mishaps: list[tuple[str, str]]
) -> None:
    run = next(RUNS)
    line = bakery.line("120.00", tax_percent=Decimal(20))
    told = {"treatment": TaxTreatment.INCLUSIVE, "lines": (line,), "contact": None}
    drafts = [
        bakery.draft(what, number=run + place, contact_name=f"{name} {run}", **told)
        for place, (what, name) in enumerate(zip(("bill", "cash", "credit"), NEW, strict=True))
    ]
    ours = {draft.reference for draft in drafts}
    for fault, resource in mishaps:
        bakery.break_writing(fault, resource=resource, **HOW.get(fault, {}))
    await until_all_are_there(bakery, drafts)

    assert all(len(bakery.mentioning(reference)) == 1 for reference in ours)
    names = [str(row.fields["DisplayName"]).casefold() for row in bakery.books.rows("Vendor")]
    assert len(names) == len(set(names))
