"""Many clicks at one moment, of two people, in two processes: one document, one message (F14)."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.models import Batch, Outgoing, Publication, PublicationState
from tests.commands.connecting import World
from tests.commands.practice import ANA, BEN
from tests.commands.publishing.processes import Nursery, gated, nursery
from tests.commands.publishing.publishing import at
from tests.conftest import Clock

CLICKS = 5  # of each person
SOON_S = 0.5  # until both processes are up


@pytest.fixture(scope="module")
def children() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@pytest.mark.parametrize("name", ["Acme Ltd", "Bright Bakery"])
async def test_two_people_who_click_five_times_in_two_processes_publish_each_item_once(
    world: World, clock: Clock, database_url: str, children: Nursery, name: str
) -> None:
    desk = await at(world, clock, name)
    await world.practice.assign(BEN, desk.client)
    items = [await desk.has_item() for _ in range(3)]
    clock.advance(timedelta(minutes=2))  # the ledgers count calls by the minute
    names = {"client": desk.client.id, "items": ",".join(item.id for item in items)}
    async with gated(world.ledgers) as (gate, ledgers):
        press = {
            "command": "publishing.publish", "arguments": names, "times": CLICKS,
            "moment": time.time() + SOON_S,
        }  # fmt: skip
        order = {"database": database_url, "ledgers": ledgers, "now": clock().isoformat()}
        await children.begin(*({**order, "press": {**press, "person": who}} for who in (ANA, BEN)))
        ended = await children.ended()
    await desk.work()
    publications = await desk.all(Publication)
    batches = {each.id for each in await desk.all(Batch)}
    async with world.database.read() as session:
        cards = set(await session.scalars(select(Outgoing.card)))

    assert ended == [0, 0]
    assert {each.state for each in publications} == {PublicationState.PUBLISHED}
    assert [len(desk.documents(each.reference)) for each in publications] == [1, 1, 1]
    assert cards == {f"publishing:{batch}" for batch in batches}
    assert len(batches) == 1
    assert gate.calls, "the processes published nothing themselves"
