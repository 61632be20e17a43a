"""Tokens are renewed once, stored before use, and survive what happens to processes (F9, F10)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from providers.errors import AuthorizationLost, LossReason, TryAgain
from providers.tokens import TokenSet, fresh
from storage.database import Database
from storage.models import Connection, Grant, GrantState, Purpose, Status
from storage.queries import connections, grants
from storage.tokens import LEASE, GrantTokens, put, tokens_of
from storage.vault import Vault
from tests.builders import (
    a_client,
    a_connection,
    a_grant,
    a_workspace,
    an_organisation,
    save,
)
from tests.storage.replica import KEY, refresher
from tests.storage.replicas import replica, replicas
from tests.storage.token_endpoint import token_endpoint


def now() -> datetime:
    return datetime.now(UTC)


def after_the_lease() -> datetime:
    return now() + LEASE + timedelta(seconds=1)


def tokens(number: int = 0, *, life: timedelta = timedelta()) -> TokenSet:
    return TokenSet(access=f"a{number}", refresh=f"r{number}", expires_at=now() + life)


@pytest.fixture
def ring() -> Vault:
    return Vault([KEY])


@pytest.fixture
async def grant(database: Database, ring: Vault) -> Grant:
    """With tokens that have just expired, and a client connected through it."""
    grant, client, organisation = a_grant(), a_client(), an_organisation()
    put(grant, tokens(), ring)
    connection = a_connection(client, organisation, grant)
    await save(database, a_workspace(), grant, client, organisation, connection)
    return grant


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


async def stored(database: Database, grant: Grant) -> Grant:
    async with database.read() as session:
        found = await grants.by_id(session, grant.id)
    assert found is not None
    return found


async def connections_of(database: Database, grant: Grant) -> list[Connection]:
    async with database.read() as session:
        return list(await connections.using_grant(session, grant.workspace_id, grant.id))


async def test_four_processes_of_twenty_five_callers_renew_once(
    database: Database, database_url: str, grant: Grant, ring: Vault
) -> None:
    async with token_endpoint() as endpoint:
        said = await replicas(4, "refresh", database_url, grant.id, endpoint.url, 25, "lives")

    assert said == [["a1"] * 25] * 4
    assert (endpoint.refreshes, endpoint.denied) == (1, 0)
    assert tokens_of(await stored(database, grant), ring).refresh == endpoint.live


async def test_a_process_killed_before_the_commit_is_made_good_within_the_grace(
    database: Database, database_url: str, grant: Grant, ring: Vault, http: httpx2.AsyncClient
) -> None:
    store = GrantTokens(database, ring, now=after_the_lease)
    async with token_endpoint(grace_s=600) as endpoint:
        died = await replica("refresh", database_url, grant.id, endpoint.url, 1, "dies")
        found = await fresh(store, grant.id, refresher(http, endpoint.url), now=after_the_lease)

    assert died == 9
    assert found.access == "a2"
    assert tokens_of(await stored(database, grant), ring).refresh == endpoint.live


async def test_a_process_killed_before_the_commit_loses_the_grant_outside_the_grace(
    database: Database, database_url: str, grant: Grant, ring: Vault, http: httpx2.AsyncClient
) -> None:
    store = GrantTokens(database, ring, now=after_the_lease)
    async with token_endpoint() as endpoint:
        renew = refresher(http, endpoint.url)
        died = await replica("refresh", database_url, grant.id, endpoint.url, 1, "dies")
        for _ in range(3):
            with pytest.raises(AuthorizationLost):
                await fresh(store, grant.id, renew, now=after_the_lease)

    lost = await stored(database, grant)
    assert died == 9
    assert endpoint.denied == 1, "a dead refresh token is tried once"
    assert (lost.state, lost.lost_reason) == (GrantState.LOST, LossReason.REFRESH_REFUSED)
    assert [c.status for c in await connections_of(database, grant)] == [Status.EXPIRED]


async def test_a_lost_grant_expires_its_connections_and_waits_to_be_told_once(
    database: Database, grant: Grant, ring: Vault
) -> None:
    client = a_client(name="Bright Bakery")
    gone = a_client(name="Long Gone")
    organisation = an_organisation()
    left = a_connection(gone, organisation, status=Status.DISCONNECTED)
    await save(
        database,
        client,
        gone,
        organisation,
        left,
        a_connection(client, organisation, grant, status=Status.ATTENTION),
        a_connection(client, organisation, grant, purpose=Purpose.DATA_HEALTH),
    )

    async with GrantTokens(database, ring, now=now).leased(grant.id) as slot:
        await slot.lost(LossReason.REFRESH_REFUSED)

    async with database.begin() as session:
        untold = await grants.lost_untold(session)
        first = await grants.tell_lost(session, grant.id, now=now())
        second = await grants.tell_lost(session, grant.id, now=now())
        disconnected = await connections.find(session, left.workspace_id, left.id)
    affected = await connections_of(database, grant)
    assert [c.status for c in affected] == [Status.EXPIRED] * 3
    assert {c.version for c in affected} == {2}, "forms that show it connected are stale now"
    assert {c.lists_due_at for c in affected} == {None}
    assert disconnected is not None
    assert disconnected.status is Status.DISCONNECTED
    assert untold == [grant.id]
    assert first is not None
    assert second is None


async def test_what_is_replaced_is_stored_before_the_lease_ends(
    database: Database, grant: Grant, ring: Vault
) -> None:
    async with GrantTokens(database, ring, now=now).leased(grant.id) as slot:
        await slot.replace(tokens(1))
        during = await stored(database, grant)

    assert tokens_of(during, ring).refresh == "r1"
    assert during.lease_until is None


async def test_the_lease_ends_with_an_exception(
    database: Database, grant: Grant, ring: Vault
) -> None:
    store = GrantTokens(database, ring, now=now)

    with pytest.raises(ConnectionError):
        async with store.leased(grant.id):
            raise ConnectionError

    assert (await stored(database, grant)).lease_holder is None


async def test_a_slow_holder_whose_lease_ran_out_still_keeps_the_newest_tokens(
    database: Database, grant: Grant, ring: Vault
) -> None:
    slow = GrantTokens(database, ring, now=now)
    quick = GrantTokens(database, ring, now=after_the_lease)

    async with slow.leased(grant.id) as first, quick.leased(grant.id) as second:
        await first.replace(tokens(1))
        await second.lost(LossReason.REFRESH_REFUSED)  # the vendor refused what the first had used

    kept = await stored(database, grant)
    assert kept.state is GrantState.LIVE
    assert tokens_of(kept, ring).refresh == "r1"


async def test_tokens_that_come_too_late_replace_nothing(
    database: Database, grant: Grant, ring: Vault
) -> None:
    slow = GrantTokens(database, ring, now=now)
    quick = GrantTokens(database, ring, now=after_the_lease)

    async with slow.leased(grant.id) as first:
        async with quick.leased(grant.id) as second:
            await second.replace(tokens(2))
        with pytest.raises(TryAgain):
            await first.replace(tokens(1))

    assert tokens_of(await stored(database, grant), ring).refresh == "r2"


async def test_a_revoked_grant_has_no_tokens(database: Database, grant: Grant, ring: Vault) -> None:
    store = GrantTokens(database, ring, now=now)
    async with database.begin() as session:
        assert await grants.revoke(session, grant.workspace_id, grant.id)

    with pytest.raises(AuthorizationLost):
        await store.read(grant.id)
    with pytest.raises(AuthorizationLost):
        async with store.leased(grant.id):
            pytest.fail("there is nothing to lease")


async def test_a_renewal_that_mentions_no_end_of_consent_keeps_the_known_one(
    database: Database, grant: Grant, ring: Vault
) -> None:
    end = now() + timedelta(days=365)
    put(grant, TokenSet(access="a", refresh="r", expires_at=now(), consent_ends_at=end), ring)
    put(grant, tokens(1), ring)

    assert grant.consent_ends_at == end
