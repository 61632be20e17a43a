"""What every provider folder must do; found by looking, so an untested one cannot exist."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import registry
from providers.errors import (
    AuthorizationLost,
    LimitScope,
    LossReason,
    Missing,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    WireMismatch,
)
from providers.provider import Credentials, Endpoints, Feature, Provider
from providers.records import ListKind
from tests.providers.practice import Practice
from tests.providers.vendors import NOW, an_answer

PROVIDERS = registry.known()
WRONG = Credentials(client_id="our-app", client_secret="wrong")

pytestmark = pytest.mark.parametrize("key", PROVIDERS)


@pytest.fixture
def provider(key: str) -> Provider:
    return PROVIDERS[key]


@pytest.fixture
async def practice(key: str) -> AsyncIterator[Practice]:
    practice = Practice(key)
    await practice.connect()
    return practice


def addresses(endpoints: Endpoints) -> list[str]:
    return [endpoints.authorise, endpoints.token, endpoints.revoke, endpoints.api]


# What it declares


def test_it_is_called_like_its_folder_and_has_a_place_of_its_own(key: str) -> None:
    ranks = [each.rank for each in PROVIDERS.values()]

    assert PROVIDERS[key].key == key
    assert ranks.count(PROVIDERS[key].rank) == 1


def test_its_addresses_are_encrypted(provider: Provider) -> None:
    every = [provider.endpoints, *provider.environments.values()]

    assert {urlsplit(at).scheme for each in every for at in addresses(each)} == {"https"}


def test_its_addresses_can_be_rooted_elsewhere_with_the_vendors_paths(provider: Provider) -> None:
    moved = provider.endpoints.at("http://127.0.0.1:8765/ledgers/x/")

    for ours, theirs in zip(addresses(moved), addresses(provider.endpoints), strict=True):
        assert ours == "http://127.0.0.1:8765/ledgers/x" + urlsplit(theirs).path


def test_it_tells_people_what_they_need_to_know(provider: Provider) -> None:
    assert provider.name
    assert provider.sign_in_role
    assert provider.checklist
    for sentence in provider.checklist:
        assert re.fullmatch(r"[A-Z][^.!]+\.", sentence), sentence


def test_it_declares_limits_with_their_source(provider: Provider) -> None:
    limits = provider.limits

    assert limits.per_minute > 0
    assert limits.concurrent > 1
    assert limits.source
    assert limits.per_day is None or 0 < limits.reserve < limits.per_day


def test_it_lists_what_bookkeeping_needs(provider: Provider) -> None:
    if Feature.BOOKKEEPING in provider.capabilities.features:
        assert {ListKind.ACCOUNTS, ListKind.TAX_RATES} <= provider.capabilities.lists
    assert provider.oauth.scopes
    assert provider.oauth.refresh_life > timedelta(days=1)


# What its failures mean


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_answer_is_no_error(provider: Provider, status: int) -> None:
    assert provider.translate(an_answer(status, "{}")) is None


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "<html>", "{"])
@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (302, (WireMismatch,)),
        (401, (AuthorizationLost,)),
        (403, (NotPermitted, AuthorizationLost)),
        (404, (Missing,)),
        (429, (RateLimited,)),
        (500, (TryAgain,)),
        (502, (TryAgain,)),
        (503, (TryAgain,)),
        (504, (TryAgain,)),
    ],
)
def test_a_status_means_the_same_whatever_the_body(
    provider: Provider, status: int, kinds: tuple[type[ProviderError], ...], body: str
) -> None:
    assert isinstance(provider.translate(an_answer(status, body)), kinds)


def test_a_bare_401_is_a_spent_access_token(provider: Provider) -> None:
    error = provider.translate(an_answer(401))

    assert isinstance(error, AuthorizationLost)
    assert error.reason is LossReason.REFRESH_REFUSED


@pytest.mark.parametrize("stated", ["7", "Wed, 03 Jun 2026 10:00:07 GMT"])
def test_retry_after_is_obeyed_to_the_second(provider: Provider, stated: str) -> None:
    error = provider.translate(an_answer(429, headers={"retry-after": stated}))

    assert isinstance(error, RateLimited)
    assert error.until == NOW + timedelta(seconds=7)
    assert error.after == timedelta(seconds=7)


def test_a_limit_without_retry_after_still_ends(provider: Provider) -> None:
    error = provider.translate(an_answer(429))

    assert isinstance(error, RateLimited)
    assert NOW < error.until <= NOW + timedelta(hours=1)


@given(
    status=st.integers(300, 599).filter(lambda status: status != 304),
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["Fault", "fault", "Error", "error", "code", "Detail", "Elements", "Type"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
        ).map(lambda value: repr(value).replace("'", '"').replace("None", "null").encode()),
    ),
)
def test_no_failure_is_beyond_it(key: str, status: int, body: bytes) -> None:
    error = PROVIDERS[key].translate(an_answer(status, body))

    assert isinstance(error, ProviderError)


# What it does at the stand-in vendor


async def test_signing_in_reaches_the_organisation(practice: Practice) -> None:
    async with practice.open() as ledger:
        organisation = await ledger.organisation()

    assert organisation.remote_id == practice.tenant.tenant_id
    assert organisation.name == practice.tenant.name
    assert re.fullmatch(r"[A-Z]{3}", organisation.base_currency or "")
    assert organisation.is_active


async def test_every_declared_list_is_read_the_same_twice(practice: Practice) -> None:
    for kind in sorted(practice.gateway.provider(practice.key).capabilities.lists):
        first, second = await practice.read(kind), await practice.read(kind)

        assert first, kind
        assert first == second
        assert len({record.remote_id for record in first}) == len(first)
        assert all(record.name for record in first)


async def test_changes_are_some_of_the_whole(practice: Practice) -> None:
    for kind in sorted(practice.gateway.provider(practice.key).capabilities.lists):
        whole = {record.remote_id for record in await practice.read(kind)}
        async with practice.open() as ledger:
            since = NOW + timedelta(days=365)
            changed = [
                record async for page in ledger.list(kind, since=since) for record in page.records
            ]

        assert {record.remote_id for record in changed} <= whole


@pytest.mark.parametrize("fault", ["server_error", "unavailable_html", "malformed_body"])
async def test_bad_weather_passes(practice: Practice, fault: str) -> None:
    expected = await practice.read(ListKind.ACCOUNTS)

    practice.break_it(fault, times=2)

    assert await practice.read(ListKind.ACCOUNTS) == expected


@pytest.mark.parametrize("kind", sorted(ListKind))
async def test_words_nobody_has_heard_do_not_break_a_list(
    practice: Practice, kind: ListKind
) -> None:
    expected = await practice.read(kind)

    practice.break_it("unknown_enum", times=None)

    found = {record.remote_id for record in await practice.read(kind)}
    assert found  # an account of an unheard-of type may well be no bank account any more
    assert found <= {record.remote_id for record in expected}


async def test_nobody_calls_while_the_vendor_asks_us_to_wait(practice: Practice) -> None:
    practice.break_it("rate_minute", retry_after=30)
    begun = practice.clock()

    await practice.read(ListKind.ACCOUNTS)

    limited = [call for call in practice.ledgers.log if call.status == 429]
    later = [call for call in practice.ledgers.log if call.at > begun]
    assert len(limited) == 1
    assert min(call.at for call in later) >= begun + timedelta(seconds=30)


@pytest.mark.parametrize("fault", ["expire_access", "unauthorized"])
async def test_a_refused_access_token_is_renewed_once(practice: Practice, fault: str) -> None:
    before = practice.tokens.stored["grant"]

    practice.break_it(fault)
    await practice.read(ListKind.ACCOUNTS)

    after = practice.tokens.stored["grant"]
    assert after.access != before.access
    assert sum(call.status == 401 for call in practice.ledgers.log) == 1


async def test_tokens_are_renewed_before_they_end(practice: Practice) -> None:
    before = practice.tokens.stored["grant"]
    practice.clock.at = before.expires_at - timedelta(seconds=30)

    await practice.read(ListKind.ACCOUNTS)

    assert practice.tokens.stored["grant"].expires_at > before.expires_at
    assert not any(call.status == 401 for call in practice.ledgers.log)


async def test_a_lost_token_answer_ends_well_or_is_noticed(practice: Practice) -> None:
    practice.clock.at = practice.tokens.stored["grant"].expires_at
    practice.ledgers.set_fault(practice.key, "token_timeout", seconds=0.01)

    try:
        await practice.read(ListKind.ACCOUNTS)
    except AuthorizationLost:  # without a grace for spent tokens nothing else is possible
        assert practice.tokens.reasons == {"grant": "refresh_refused"}
    else:
        assert practice.tokens.reasons == {}


async def test_a_dead_grant_is_noticed_once_and_left_alone(practice: Practice) -> None:
    practice.break_it("revoke_refresh")
    practice.break_it("expire_access")
    tokens_asked = []
    for _ in range(3):
        with pytest.raises(AuthorizationLost) as caught:
            await practice.read(ListKind.ACCOUNTS)
        tokens_asked.append(practice.calls())

    assert caught.value.reason is LossReason.REFRESH_REFUSED
    assert practice.tokens.reasons == {"grant": "refresh_refused"}
    assert len(set(tokens_asked)) == 1  # nobody was asked again


async def test_an_organisation_that_stays_forbidden_is_reported(practice: Practice) -> None:
    practice.break_it("forbidden_organisation", times=None)

    with pytest.raises((AuthorizationLost, TryAgain, NotPermitted)):
        await practice.read(ListKind.ACCOUNTS)


async def test_one_organisation_can_leave_where_that_is_a_feature(practice: Practice) -> None:
    key, tenant_id = practice.key, practice.tenant.tenant_id

    for _ in range(2):  # already gone is fine
        await practice.gateway.detach(key, tenant_id=tenant_id, grant_id="grant")

    if Feature.DETACH in practice.gateway.provider(key).capabilities.features:
        with pytest.raises(AuthorizationLost) as caught:
            await practice.read(ListKind.ACCOUNTS)
        assert caught.value.reason is LossReason.ORGANISATION_GONE
    else:
        assert await practice.read(ListKind.ACCOUNTS)


async def test_a_revoked_grant_is_over(practice: Practice) -> None:
    tokens = practice.tokens.stored["grant"]

    for _ in range(2):  # already gone is fine
        await practice.gateway.revoke(practice.key, tokens)
    practice.clock.at = tokens.expires_at

    with pytest.raises(AuthorizationLost):
        await practice.read(ListKind.ACCOUNTS)


async def test_a_code_works_once(practice: Practice) -> None:
    with pytest.raises(AuthorizationLost):
        await practice.gateway.exchange(
            practice.key, code="made-up", redirect_uri="https://bot.example", verifier="v" * 43
        )


async def test_a_probe_knows_right_credentials_from_wrong(practice: Practice) -> None:
    await practice.gateway.probe(practice.key)

    with pytest.raises(NotPermitted):
        await practice.a_gateway(WRONG).probe(practice.key)


async def test_a_spent_day_is_not_waited_out(practice: Practice) -> None:
    if practice.gateway.provider(practice.key).limits.per_day is None:
        pytest.skip("has no daily limit")
    practice.break_it("rate_day", retry_after=66_975)

    with pytest.raises(RateLimited) as caught:
        await practice.read(ListKind.ACCOUNTS)

    assert caught.value.scope is LimitScope.DAY
    assert caught.value.until == practice.clock() + timedelta(seconds=66_975)
