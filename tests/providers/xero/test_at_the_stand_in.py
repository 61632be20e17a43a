"""What only Xero does, at the stand-in Xero."""

import asyncio
from datetime import timedelta

import pytest

from providers.errors import AuthorizationLost, LossReason, TryAgain, Withheld
from providers.records import ListKind
from tests.providers.practice import Practice


@pytest.fixture
async def practice() -> Practice:
    practice = Practice("xero")
    await practice.connect()
    return practice


async def test_a_lost_token_answer_costs_nothing_within_the_grace(practice: Practice) -> None:
    practice.clock.at = practice.tokens.stored["grant"].expires_at
    practice.ledgers.set_fault("xero", "token_timeout", seconds=0.01)

    assert await practice.read(ListKind.ACCOUNTS)
    assert practice.tokens.reasons == {}


@pytest.mark.parametrize(("minutes", "lost"), [(29, False), (31, True)])
async def test_a_spent_refresh_token_is_good_for_half_an_hour(
    practice: Practice, minutes: int, lost: bool
) -> None:
    practice.break_it("spend_refresh", minutes_ago=minutes)
    practice.break_it("expire_access")

    if lost:
        with pytest.raises(AuthorizationLost):
            await practice.read(ListKind.ACCOUNTS)
    else:
        assert await practice.read(ListKind.ACCOUNTS)
    assert bool(practice.tokens.reasons) is lost


async def test_twenty_calls_at_expiry_refresh_once(practice: Practice) -> None:
    practice.clock.at = practice.tokens.stored["grant"].expires_at
    before = practice.calls("/connect/token")

    await asyncio.gather(*(practice.read(ListKind.TAX_RATES) for _ in range(20)))

    assert practice.calls("/connect/token") == before + 1


async def test_never_more_than_five_calls_run_at_once(practice: Practice) -> None:
    kinds = list(ListKind) * 6

    await asyncio.gather(*(practice.read(kind) for kind in kinds))

    assert not [call for call in practice.ledgers.log if call.status == 429]


async def test_one_consent_serves_several_organisations() -> None:
    practice = Practice("xero")
    books = practice.ledgers.xero.directory.books.values()
    names = [each.name for each in books if each.name != "Acme Limited"][:2]

    tenants = await practice.consent("Acme Limited", *names)

    assert {tenant.name for tenant in tenants} == {"Acme Limited", *names}
    assert all(tenant.base_currency for tenant in tenants)


async def test_a_later_consent_tells_only_what_it_added() -> None:
    practice = Practice("xero")
    await practice.connect()
    other = next(
        each.name
        for each in practice.ledgers.xero.directory.books.values()
        if each.name != "Acme Limited"
    )

    tenants = await practice.consent(other)

    assert [tenant.name for tenant in tenants] == [other]


async def test_a_passing_403_does_not_cost_the_connection(practice: Practice) -> None:
    expected = await practice.read(ListKind.ACCOUNTS)

    practice.break_it("forbidden_organisation", times=2)

    assert await practice.read(ListKind.ACCOUNTS) == expected


async def test_a_403_that_stays_is_still_no_proof(practice: Practice) -> None:
    practice.break_it("forbidden_organisation", times=None)

    with pytest.raises(TryAgain):
        await practice.read(ListKind.ACCOUNTS)


async def test_an_organisation_that_is_not_active_is_told_from_weather(practice: Practice) -> None:
    practice.break_it("organisation_inactive", times=None)

    with pytest.raises(Withheld):
        await practice.read(ListKind.ACCOUNTS)

    practice.break_it("none")
    assert await practice.read(ListKind.ACCOUNTS)


async def test_an_organisation_that_left_is_lost_while_the_grant_lives(practice: Practice) -> None:
    await practice.gateway.detach("xero", tenant_id=practice.tenant.tenant_id, grant_id="grant")

    with pytest.raises(AuthorizationLost) as caught:
        await practice.read(ListKind.ACCOUNTS)

    assert caught.value.reason is LossReason.ORGANISATION_GONE
    assert practice.tokens.reasons == {}


async def test_an_idle_grant_dies_after_sixty_days(practice: Practice) -> None:
    stored = practice.tokens.stored["grant"]
    assert stored.refresh_expires_at == practice.clock() + timedelta(days=60)
    practice.clock.at += timedelta(days=61)

    with pytest.raises(AuthorizationLost):
        await practice.read(ListKind.ACCOUNTS)
