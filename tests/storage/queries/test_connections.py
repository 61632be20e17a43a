"""Connections are found with what they tie together."""

import pytest

from storage.database import Database
from storage.models import Connection, Purpose, Status
from storage.queries import audit, connections, organisations
from tests.builders import (
    NOW,
    WORKSPACE,
    a_client,
    a_connected_client,
    a_connection,
    a_workspace,
    save,
)


@pytest.fixture
async def acme(database: Database) -> Connection:
    client, organisation, grant, connection = a_connected_client()
    await save(database, a_workspace(), client, organisation, grant, connection)
    return connection


async def test_an_organisation_is_claimed_by_those_who_are_connected_to_it(
    database: Database, acme: Connection
) -> None:
    other, gone = a_client(name="Bright Bakery"), a_client(name="Long Gone")
    organisation = {"organisation_id": acme.organisation_id}
    await save(
        database,
        other,
        gone,
        a_connection(other, **organisation, status=Status.EXPIRED),
        a_connection(gone, **organisation, status=Status.DISCONNECTED),
    )

    async with database.read() as session:
        found = await organisations.find(session, WORKSPACE, acme.organisation_id)
        assert found is not None
        claimed = await connections.claimed_by(session, WORKSPACE, found.id, Purpose.BOOKKEEPING)
        besides = await connections.claimed_by(session, WORKSPACE, found.id, besides=acme.client_id)
        health = await connections.claimed_by(session, WORKSPACE, found.id, Purpose.DATA_HEALTH)
        claims = await connections.claims(session, WORKSPACE, "xero", [found.tenant_id, "unknown"])

    assert [client.name for client in claimed] == ["Acme Ltd", "Bright Bakery"]
    assert [client.name for client in besides] == ["Bright Bakery"]
    assert list(health) == []
    assert {t: [c.name for c in cs] for t, cs in claims.items()} == {
        found.tenant_id: ["Acme Ltd", "Bright Bakery"]
    }


async def test_the_counterpart_is_the_other_connection_in_use(
    database: Database, acme: Connection
) -> None:
    health = a_connection(
        client_id=acme.client_id,
        organisation_id=acme.organisation_id,
        purpose=Purpose.DATA_HEALTH,
    )
    await save(database, health)

    async with database.begin() as session:
        before = await connections.counterpart(session, WORKSPACE, acme)
        found = await connections.find(session, WORKSPACE, health.id, lock=True)
        assert found is not None
        found.disconnect(by="U01ANA", now=NOW)
        await session.flush()
        after = await connections.counterpart(session, WORKSPACE, acme)
        both = await connections.of_client(session, WORKSPACE, acme.client_id)
        row = await connections.find_row(session, WORKSPACE, acme.id)

    assert before is not None
    assert (before.id, after) == (health.id, None)
    assert [one.purpose for one in both] == [Purpose.BOOKKEEPING, Purpose.DATA_HEALTH]
    assert row is not None
    assert (row.client.name, row.organisation.name) == ("Acme Ltd", "Acme Limited")


async def test_an_erasure_is_due_when_its_time_has_come(
    database: Database, acme: Connection
) -> None:
    async with database.begin() as session:
        found = await connections.by_id(session, acme.id, lock=True)
        assert found is not None
        found.disconnect(by="U01ANA", now=NOW)
        found.schedule_erasure(by="U01ANA", at=NOW)

    async with database.read() as session:
        assert await connections.due_erasures(session, NOW) == [acme.id]


async def test_an_organisation_keeps_what_a_later_reading_does_not_mention(
    database: Database, acme: Connection
) -> None:
    async with database.begin() as session:
        first = await organisations.upsert(
            session, WORKSPACE, "xero", "tenant", name="Acme Limited", country="GB"
        )
        again = await organisations.upsert(
            session, WORKSPACE, "xero", "tenant", name="Acme Group", read_at=NOW
        )

    assert (again.id, again.name, again.country, again.read_at) == (
        first.id,
        "Acme Group",
        "GB",
        NOW,
    )


async def test_the_audit_tells_what_happened_newest_first(
    database: Database, acme: Connection
) -> None:
    async with database.begin() as session:
        for action in ("connection.connected", "connection.disconnected"):
            audit.append(
                session,
                WORKSPACE,
                action,
                subject=("connection", acme.id),
                actor="U01ANA",
                at=NOW if action.endswith(".connected") else NOW.replace(hour=11),
                client_id=acme.client_id,
                after={"status": Status.CONNECTED},
            )

    async with database.read() as session:
        events = await audit.of_subject(session, WORKSPACE, acme.id)
        same = await audit.of_client(session, WORKSPACE, acme.client_id)

    assert [event.action for event in events] == [
        "connection.disconnected",
        "connection.connected",
    ]
    assert [event.id for event in same] == [event.id for event in events]
    assert events[0].after == {"status": "connected"}
