"""Whose turn it is, longest due first; one run at a time, and none writes after its lease."""

from datetime import datetime, timedelta

import pytest

from storage.database import Database
from storage.models import Purpose, Status, Sync, SyncNudge
from storage.queries import syncs
from tests.builders import (
    NOW,
    WORKSPACE,
    a_client,
    a_connection,
    a_grant,
    a_workspace,
    an_organisation,
    save,
)

LEASE = timedelta(seconds=45)


async def copies(database: Database, *due: datetime) -> list[str]:
    """A copy for each of these moments at which it is due; their ids."""
    grant, ids = a_grant(), []
    await save(database, a_workspace(), grant)
    for at in due:
        client, organisation = a_client(name=f"Client {len(ids)}"), an_organisation()
        health = {"purpose": Purpose.DATA_HEALTH, "status": Status.CONNECTED}
        await save(
            database, client, organisation, a_connection(client, organisation, grant, **health)
        )
        async with database.begin() as session:
            await syncs.schedule(session, WORKSPACE, organisation.id, now=at)
        ids.append(organisation.id)
    return ids


async def state(database: Database, own: str) -> Sync:
    async with database.read() as session:
        return await session.get_one(Sync, own)


async def test_after_a_downtime_the_longest_due_come_first_a_few_at_a_time(
    database: Database,
) -> None:
    hours = (3, 30, -1, 7)
    ids = await copies(database, *(NOW - timedelta(hours=each) for each in hours))
    async with database.read() as session:
        every = await syncs.due(session, NOW)
        few = await syncs.due(session, NOW, limit=2)

    assert list(every) == [ids[1], ids[3], ids[0]]
    assert list(few) == [ids[1], ids[3]]


async def test_one_run_at_a_time_and_the_next_when_its_lease_is_over(database: Database) -> None:
    [own] = await copies(database, NOW)

    async def claim(run_id: str, at: datetime) -> bool:
        async with database.begin() as session:
            found = await syncs.claim(session, own, run_id=run_id, now=at, until=at + LEASE)
            return found is not None

    first, second = await claim("one", NOW), await claim("two", NOW + LEASE / 2)
    async with database.read() as session:
        meanwhile = await syncs.due(session, NOW + LEASE / 2)
    third = await claim("three", NOW + LEASE + timedelta(seconds=1))
    async with database.begin() as session:
        late = [
            await syncs.hold(session, own, "one", until=NOW + 3 * LEASE),
            await syncs.extend(session, own, "one", until=NOW + 3 * LEASE),
            await syncs.fail(session, own, "one", error="busy", next_at=NOW),
        ]

    assert (first, second, third) == (True, False, True)
    assert list(meanwhile) == []
    assert late == [False, False, False]
    assert (await state(database, own)).run_id == "three"


async def test_all_who_ask_wait_for_the_same_run(database: Database) -> None:
    [own] = await copies(database, NOW)
    async with database.begin() as session:
        await syncs.ask(session, WORKSPACE, own, by="U1", now=NOW)
        for by in ("U11", "U1", "U2", "U11"):
            await syncs.join(session, WORKSPACE, own, by=by)

    assert (await state(database, own)).askers == ["U1", "U11", "U2"]


@pytest.mark.parametrize(("told_after_s", "is_soon"), [(-1, False), (1, True)])
async def test_what_its_vendor_says_during_a_run_is_read_after_it(
    database: Database, *, told_after_s: int, is_soon: bool
) -> None:
    [own] = await copies(database, NOW)
    tomorrow, soon = NOW + timedelta(days=1), NOW + timedelta(minutes=1)
    async with database.begin() as session:
        await syncs.claim(session, own, run_id="one", now=NOW, until=NOW + LEASE)
        at = NOW + timedelta(seconds=told_after_s)
        session.add(SyncNudge(organisation_id=own, stream="Invoices", at=at))
        await session.flush()
        await syncs.finish(
            session,
            own,
            "one",
            began_at=NOW,
            next_at=tomorrow,
            nudged_at=soon,
            outcome={},
        )
        left = await syncs.nudged(session, own)

    assert (await state(database, own)).due_at == (soon if is_soon else tomorrow)
    assert left == ({"Invoices"} if is_soon else set())
