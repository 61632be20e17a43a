"""Whatever a vendor answers on the way, the copy is that of a calm day, for few calls more."""

from datetime import timedelta
from typing import Any

import pytest

from commands.sync.sync import bring
from storage.models import Connection, Sync
from storage.queries import ledger as copies
from storage.queries import syncs
from tests.commands.connecting import World
from tests.commands.sync.test_copies import copied, sync
from tests.conftest import Clock

WHERE = {"xero": ("Acme Ltd", "Acme Limited"), "quickbooks": ("Bright Bakery", "Bright Bakery")}
STAY_AWAY_S = 45
PASSING: dict[str, dict[str, Any]] = {
    "rate_minute": {"retry_after": STAY_AWAY_S},
    "server_error": {"times": 3},
    "unavailable_html": {"times": 3},
    "malformed_body": {"times": 3},
    "slow": {"times": 3, "ms": 20},
    "timeout": {"times": 2, "seconds": 0.01},
}


@pytest.fixture(params=WHERE)
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def connected(world: World, vendor: str) -> Connection:
    client, organisation = WHERE[vendor]
    await world.practice.has(client)
    return await world.connect(client, organisation, purpose="data_health", software=vendor)


def asked(world: World, vendor: str) -> list[Any]:
    """What was asked of the books."""
    return [call for call in world.calls(vendor) if call.organisation]


async def forget(world: World, clock: Clock, connection: Connection) -> None:
    whose = (connection.workspace_id, connection.organisation_id)
    async with world.database.begin() as session:
        await copies.erase(session, *whose)
        await syncs.erase(session, *whose)
        await syncs.schedule(session, *whose, now=clock())


@pytest.mark.parametrize("fault", PASSING)
async def test_what_passes_costs_a_few_calls_and_nothing_else(
    world: World, clock: Clock, vendor: str, fault: str
) -> None:
    connection = await connected(world, vendor)
    before = len(asked(world, vendor))
    await sync(world, clock, connection)
    calm, calls = await copied(world, connection), len(asked(world, vendor)) - before
    await forget(world, clock, connection)
    options = dict(PASSING[fault])
    times = options.pop("times", 1)
    world.ledgers.set_fault(f"{vendor}:{WHERE[vendor][1]}", fault, times, **options)
    before = len(asked(world, vendor))
    await sync(world, clock, connection)
    rough = asked(world, vendor)[before:]
    refused = [call.at for call in rough if call.status == 429]

    assert await copied(world, connection) == calm
    assert len(rough) <= 1.2 * calls + times
    for at in refused:
        until = at + timedelta(seconds=STAY_AWAY_S)
        assert not [call for call in rough if at < call.at < until]


async def test_a_spent_day_is_waited_out_and_the_sync_goes_on(world: World, clock: Clock) -> None:
    vendor = "xero"  # the other counts no days
    connection = await connected(world, vendor)
    await sync(world, clock, connection)
    calm = await copied(world, connection)
    await forget(world, clock, connection)
    world.ledgers.set_fault(f"xero:{WHERE[vendor][1]}", "rate_day", retry_after=30_000)
    await bring(world.tools, connection.organisation_id)
    [stopped] = await world.all(Sync)
    before = len(asked(world, vendor))
    await bring(world.tools, connection.organisation_id)
    early = len(asked(world, vendor)) - before
    clock.at = stopped.due_at
    await bring(world.tools, connection.organisation_id)
    [state] = await world.all(Sync)

    assert stopped.error == "day_spent"
    assert early == 0
    assert state.error is None
    assert await copied(world, connection) == calm
