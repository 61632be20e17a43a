"""Books that move or are disconnected while items wait: nothing goes into books it is not for."""

import pytest

from commands.errors import Refused
from commands.replies import call
from storage.models import Batch, Connection, ItemState, PublicationState, Status
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.provoking import ONLY_SQLITE, struck
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import an_item, published
from tests.conftest import Clock

pytestmark = ONLY_SQLITE


async def moves(desk: Desk, **connection: object) -> None:
    """Somebody disconnects the client, or connects it to other books, meanwhile."""
    async with desk.world.database.begin() as session:
        (own,) = await desk.all(Connection)
        kept = await session.merge(own)
        for name, value in connection.items():
            setattr(kept, name, value)


async def elsewhere(desk: Desk) -> str:
    """The id of other books that are known."""
    await desk.world.practice.has("Oakwood")
    found = await desk.world.connect("Oakwood", "Oakwood Joinery Holdings", software="xero")
    return found.organisation_id


async def test_what_waits_does_not_go_into_other_books(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await an_item(desk)
    await desk.publish(item)
    other = await elsewhere(desk)
    async with world.database.begin() as session:
        (own,) = [c for c in await desk.all(Connection) if c.client_id == desk.client.id]
        (await session.merge(own)).organisation_id = other
    before = len(world.calls())
    await desk.work()
    outcome = said(world.card("publishing:"))

    assert len(world.calls()) == before
    assert "1 not published: The books have moved" in outcome
    assert (await desk.item(item)).state == ItemState.READY
    assert (await desk.publication(item)).state == PublicationState.REFUSED


@pytest.mark.parametrize(
    ("fault", "words"),
    [("none", "is not connected"), ("timeout_after", "may be in books that are not connected")],
)
async def test_what_waits_is_given_back_when_its_books_are_disconnected(
    world: World, clock: Clock, fault: str, words: str
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await an_item(desk)
    await desk.publish(item)
    if fault != "none":
        target = f"xero:{desk.organisation}/Invoices"
        world.ledgers.set_fault(target, fault, seconds=0.01)
        await desk.work(rounds=1)
    await moves(desk, status=Status.DISCONNECTED, grant_id=None)
    await desk.work()
    (batch,) = await desk.all(Batch)

    assert batch.due_at is None
    assert words in said(world.card("publishing:"))
    assert (await desk.item(item)).state in {ItemState.READY, ItemState.TO_REVIEW}


async def test_an_expired_connection_keeps_its_items_waiting(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await an_item(desk)
    await desk.publish(item)
    struck("none")(desk)
    await moves(desk, status=Status.EXPIRED)
    await desk.work(rounds=2)

    assert (await desk.item(item)).state == ItemState.PUBLISHING
    assert (await desk.publication(item)).state == PublicationState.SENDING


async def test_a_document_in_earlier_books_is_not_looked_for_in_these(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await an_item(desk)
    await published(desk, item)
    other = await elsewhere(desk)
    async with world.database.begin() as session:
        (own,) = [c for c in await desk.all(Connection) if c.client_id == desk.client.id]
        (await session.merge(own)).organisation_id = other

    with pytest.raises(Refused, match="publishing/moved"):
        await world.practice.press(ANA, call("publishing.republish", item=item.id))
