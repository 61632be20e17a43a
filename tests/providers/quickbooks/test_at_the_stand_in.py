"""What only QuickBooks does, at the stand-in QuickBooks."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from providers.errors import AuthorizationLost, LimitScope, LossReason, RateLimited
from providers.quickbooks.client import QuickBooksLedger
from providers.records import Contact, ListKind, TrackingCategory
from tests.providers.practice import Practice


@pytest.fixture
async def practice() -> Practice:
    practice = Practice("quickbooks")
    await practice.connect()
    return practice


async def test_the_company_comes_with_the_redirect(practice: Practice) -> None:
    assert practice.tenant.name == "Bright Bakery"
    assert practice.tenant.tenant_id.isdigit()


async def test_consent_has_an_end_that_is_known(practice: Practice) -> None:
    stored = practice.tokens.stored["grant"]

    assert stored.consent_ends_at == practice.clock() + timedelta(days=5 * 365)


async def test_calls_are_paced_within_the_second(practice: Practice) -> None:
    await asyncio.gather(*(practice.read(kind) for kind in list(ListKind) * 5))

    assert not [call for call in practice.ledgers.log if call.status == 429]
    assert practice.clock.slept


async def test_inactive_entries_are_part_of_a_list(practice: Practice) -> None:
    records = [record for kind in ListKind for record in await practice.read(kind)]

    assert [record for record in records if not record.active]


async def test_vendors_and_customers_are_told_apart(practice: Practice) -> None:
    contacts = await practice.read(ListKind.CONTACTS)

    assert all(isinstance(contact, Contact) for contact in contacts)
    prefixes = {contact.remote_id.partition(":")[0] for contact in contacts}
    assert prefixes == {"vendor", "customer"}


async def test_classes_and_locations_are_categories(practice: Practice) -> None:
    records = await practice.read(ListKind.TRACKING)

    found = {record.remote_id for record in records if isinstance(record, TrackingCategory)}
    assert {"class", "location"} <= found


async def test_a_company_that_forbids_us_has_left(practice: Practice) -> None:
    practice.break_it("forbidden_organisation", times=None)

    with pytest.raises(AuthorizationLost) as caught:
        await practice.read(ListKind.ACCOUNTS)

    assert caught.value.reason is LossReason.ORGANISATION_GONE


async def test_a_spent_month_is_known_by_what_no_minute_explains(practice: Practice) -> None:
    practice.break_it("rate_month", times=None)
    scopes = []
    while LimitScope.MONTH not in scopes:
        with pytest.raises(RateLimited) as caught:
            await practice.read(ListKind.ACCOUNTS)
        scopes.append(caught.value.scope)
        practice.clock.at += timedelta(minutes=1)

    spent, calls = caught.value, practice.calls()
    with pytest.raises(RateLimited):
        await practice.read(ListKind.ACCOUNTS)
    practice.break_it("none")
    practice.clock.at += timedelta(hours=1)

    assert len(scopes) == 3  # two refusals each, a minute between them
    assert spent.anew_at is not None
    assert spent.anew_at > practice.clock()
    assert practice.calls() == calls, "nobody asks while it is known"
    assert await practice.read(ListKind.ACCOUNTS)


async def test_in_a_spent_month_what_is_written_arrives(practice: Practice) -> None:
    practice.break_it("rate_month", times=None, retry_after=864_000)
    with pytest.raises(RateLimited) as caught:
        await practice.read(ListKind.ACCOUNTS)
    async with practice.open() as ledger:
        made = await cast("QuickBooksLedger", ledger).session.post(
            f"/v3/company/{practice.tenant.tenant_id}/vendor", json={"DisplayName": "Twine & Co"}
        )

    assert caught.value.scope is LimitScope.MONTH
    assert caught.value.anew_at == practice.clock() + timedelta(days=10)
    assert made["Vendor"]["DisplayName"] == "Twine & Co"
    assert practice.clock.slept == []
