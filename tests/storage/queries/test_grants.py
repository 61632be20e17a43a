"""Which grants are left over, and who is told of lost ones."""

from datetime import timedelta

from storage.database import Database
from storage.models import Detachment, GrantState, Status
from storage.queries import grants
from storage.vault import Vault
from tests.builders import (
    NOW,
    WORKSPACE,
    a_client,
    a_connection,
    a_grant,
    a_ticket,
    a_workspace,
    an_organisation,
    save,
)

OLD = NOW - timedelta(minutes=16)


async def test_a_grant_is_orphaned_when_nothing_uses_it_or_is_about_to(
    database: Database,
) -> None:
    client, organisation = a_client(), an_organisation()
    young = a_grant()
    used, choosing, late, leaving, lost, orphan = (a_grant(created_at=OLD) for _ in range(6))
    lost.state = GrantState.LOST
    await save(
        database,
        a_workspace(),
        client,
        organisation,
        *(young, used, choosing, late, leaving, lost, orphan),
        a_connection(client, organisation, used),
        a_ticket(client, grant_id=choosing.id),
        a_ticket(client, grant_id=late.id, expires_at=NOW),
        Detachment(
            id="d", workspace_id=WORKSPACE, grant_id=leaving.id, provider="xero", due_at=NOW
        ),
    )

    async with database.read() as session:
        found = await grants.orphaned(session, made_before=NOW - timedelta(minutes=15), now=NOW)

    assert {grant.id for grant in found} == {late.id, orphan.id}


async def test_grants_in_use_are_probed_when_nothing_proved_them_lately(
    database: Database,
) -> None:
    client, other, organisation = a_client(), a_client(name="Bright Bakery"), an_organisation()
    stale, proven = a_grant(created_at=OLD), a_grant(created_at=OLD)
    await save(
        database,
        a_workspace(),
        client,
        other,
        organisation,
        stale,
        proven,
        a_grant(created_at=OLD),
        a_connection(client, organisation, stale),
        a_connection(other, organisation, proven),
    )

    async with database.begin() as session:
        await grants.proven(session, proven.id, now=NOW, again_at=NOW + timedelta(days=1))
        found = await grants.unproven(session, since=NOW - timedelta(minutes=1), now=NOW)

    assert found == [stale.id]


async def test_a_grant_that_is_being_probed_is_nobody_elses_and_comes_back_later(
    database: Database,
) -> None:
    client, organisation, grant = a_client(), an_organisation(), a_grant(created_at=OLD)
    await save(
        database,
        *(a_workspace(), client, organisation, grant),
        a_connection(client, organisation, grant),
    )
    since, later = NOW - timedelta(minutes=1), NOW + timedelta(hours=1)

    async with database.begin() as session:
        how = {"since": since, "again_at": later}
        claims = [await grants.claim_probe(session, grant.id, now=NOW, **how) for _ in range(2)]
        now = await grants.unproven(session, since=since, now=NOW)
        then = await grants.unproven(session, since=since, now=later)

    assert [claim and claim.id for claim in claims] == [grant.id, None]
    assert (now, then) == ([], [grant.id])


async def test_a_grant_whose_connections_do_not_work_is_neither_probed_nor_warned_of(
    database: Database,
) -> None:
    client, organisation = a_client(), an_organisation()
    end = NOW + timedelta(days=3)
    grant = a_grant(created_at=OLD, consent_ends_at=end)
    connection = a_connection(client, organisation, grant, status=Status.EXPIRED)
    await save(database, a_workspace(), client, organisation, grant, connection)

    async with database.read() as session:
        quiet = await grants.unproven(session, since=NOW, now=NOW)
        ending = await grants.ending(session, now=NOW, before=end)

    assert (quiet, ending) == ([], [])


async def test_live_grants_are_counted_by_whether_a_key_opens_them(database: Database) -> None:
    ours, former, other = (Vault([f"key {name}, which is long enough to be one"]) for name in "abc")
    sealed = [vault.seal("tokens", "grant:x") for vault in (ours, former, former, other)]
    held = [a_grant(sealed_tokens=tokens) for tokens in sealed]
    lost, bare = a_grant(sealed_tokens=sealed[-1]), a_grant(sealed_tokens=None)
    lost.state = GrantState.LOST
    await save(database, a_workspace(), *held, lost, bare)

    async with database.read() as session:
        assert await grants.fitting(session, (*ours.ids, *former.ids)) == (3, 1)
        assert await grants.fitting(session, Vault(["d" * 40]).ids) == (0, 4)
