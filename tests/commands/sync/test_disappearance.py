"""What is gone at the vendor is marked; so much at once that it may be a mistake is asked about."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from commands.replies import Buttons
from commands.sync.sync import bring
from storage.models import Connection, Status, Sync, ledger
from tests.commands.connecting import World
from tests.commands.practice import ANA
from tests.commands.sync.test_copies import edited, names, sync
from tests.conftest import Clock

VENDORS = {
    "xero": ("Acme Ltd", "Acme Limited", "Accounts", "remove", timedelta(days=1)),
    # what was deleted so long ago, QuickBooks does not tell any more
    "quickbooks": ("Bright Bakery", "Bright Bakery", "Estimate", "delete", timedelta(days=31)),
}


async def held(world: World, connection: Connection, kind: str) -> int:
    """Records of this kind that are not marked as gone."""
    found = 0
    async with world.database.read() as session:
        for table in ledger.RECORDS:
            rows = select(func.count()).where(
                table.c.organisation_id == connection.organisation_id,
                table.c.source == kind,
                table.c.gone_at.is_(None),
            )
            found += await session.scalar(rows) or 0
    return found


async def state(world: World) -> Sync:
    [found] = await world.all(Sync)
    return found


def accepting(world: World) -> Any:
    """What the button of the newest message does."""
    parts = [part for sent in world.practice.post.sent for part in sent.reply.parts]
    rows = [item for part in parts if isinstance(part, Buttons) for item in part.items]
    return [item.does for item in rows if item.label == "They are gone"][-1]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("share", [0, 30])
async def test_one_record_is_marked_and_a_third_waits_for_a_person(
    world: World, clock: Clock, vendor: str, share: int
) -> None:
    client, organisation, kind, deed, away = VENDORS[vendor]
    await world.practice.has(client)
    connection = await world.connect(client, organisation, purpose="data_health", software=vendor)
    await sync(world, clock, connection)
    there = names(world, organisation, kind)
    count = max(len(there) * share // 100, 1)
    for name in there[:count]:
        edit = {"action": deed, "kind": kind, "name": name}
        assert await edited(world, vendor, organisation, edit)
    clock.advance(away)
    await bring(world.tools, connection.organisation_id)
    after, marked = await state(world), len(there) - await held(world, connection, kind)
    [seen] = await world.all(Connection)
    if share:
        await world.practice.press(ANA, accepting(world))
        await bring(world.tools, connection.organisation_id)

    assert (after.error, marked) == (("vanished", 0) if share else (None, 1))
    assert seen.status is (Status.ATTENTION if share else Status.CONNECTED)
    assert await held(world, connection, kind) == len(there) - count
    assert (await state(world)).error is None
