"""Who may not publish for a client is told who may, and nothing is sent (product §12.4)."""

import pytest

from commands.errors import NotAllowed
from commands.publishing.catalogue import told
from commands.replies import Invocation, call
from storage.models import AccessRequest, Batch, Client, Item, PublicationState, Role
from storage.queries import people
from tests.builders import a_person, save
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, DORA, WORKSPACE, buttons
from tests.commands.publishing.provoking import ONLY_SQLITE, refused
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import an_item, row_of
from tests.conftest import Clock

EVE = "U01EVE"
WAYS = ("publish", "retry", "retry_steps", "republish")


async def asks(desk: Desk, way: str, item: Item) -> Invocation:
    (batch,) = await desk.all(Batch)
    named = {"publish": {"client": desk.client.id}, "republish": {"item": item.id}}
    return call(f"publishing.{way}", **named.get(way, {"batch": batch.id}))


async def refused_once(desk: Desk) -> Item:
    """Ben has published it, and Xero did not take it."""
    await desk.world.practice.assign(BEN, desk.client)
    item = await an_item(desk)
    await desk.publish(item, person_id=BEN)
    refused("Invoices", "The account is full")(desk)
    await desk.work()
    desk.world.ledgers.set_fault(f"{desk.vendor}:{desk.organisation}", "none")
    return item


async def works_no_more(desk: Desk, person_id: str, client: Client) -> None:
    async with desk.world.database.begin() as session:
        await people.withdraw(session, WORKSPACE, person_id, [client.id])


@ONLY_SQLITE
@pytest.mark.parametrize("way", WAYS)
async def test_who_does_not_work_for_the_client_is_told_who_may_publish(
    world: World, clock: Clock, way: str
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await refused_once(desk)
    before = len(await desk.all(Batch))
    await works_no_more(desk, BEN, desk.client)
    await save(world.database, a_person(id=EVE, name="Eve", role=Role.STANDARD))
    await world.practice.assign(EVE, desk.client)
    with pytest.raises(NotAllowed) as raised:
        await world.practice.press(BEN, await asks(desk, way, item))
    facts = {"client": "Acme Ltd", "names": "Ana, Chloe and Eve"}
    words, shown = told("PRE_PERMISSION", facts), said(raised.value)

    assert "You may not publish for Acme Ltd: Ana, Chloe and Eve may." in shown
    assert f"{words.cause} {words.remedy}" in shown
    assert f"<@{ANA}> or <@{CHLOE}> can assign you" in shown
    does = buttons(raised.value)[words.button.label]
    assert does is not None
    assert does.command == words.button.command
    assert len(await desk.all(Batch)) == before
    assert (await desk.publication(item)).state == PublicationState.REFUSED


@ONLY_SQLITE
async def test_who_types_it_for_a_client_of_others_is_told_the_same(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await an_item(desk)
    with pytest.raises(NotAllowed) as raised:
        await world.practice.say(BEN, "publish Acme Ltd")

    assert "You may not publish for Acme Ltd: Ana and Chloe may." in said(raised.value)
    assert await desk.all(Batch) == []


@ONLY_SQLITE
async def test_those_who_see_all_clients_are_named_among_those_who_may(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await save(world.database, a_person(id=EVE, name="Eve", role=Role.STANDARD, all_clients=True))
    with pytest.raises(NotAllowed) as raised:
        await world.practice.press(BEN, call("publishing.publish", client=desk.client.id))

    assert "Ana, Chloe and Eve may." in said(raised.value)


@ONLY_SQLITE
async def test_who_has_no_role_learns_who_gives_one_and_nothing_of_the_client(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    with pytest.raises(NotAllowed) as raised:
        await world.practice.press(DORA, call("publishing.publish", client=desk.client.id))

    assert "Publishing needs a role in the practice." in said(raised.value)
    assert f"<@{ANA}> or <@{CHLOE}> can give you one" in said(raised.value)
    assert "Acme" not in said(raised.value)


@ONLY_SQLITE
async def test_who_is_let_in_publishes_what_was_refused(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await refused_once(desk)
    await works_no_more(desk, BEN, desk.client)
    with pytest.raises(NotAllowed) as raised:
        await world.practice.press(BEN, await asks(desk, "retry", item))
    await world.press(BEN, raised.value, "Ask them")
    (asked,) = await desk.all(AccessRequest)
    await world.practice.press(ANA, call("people.approve", request=asked.id))
    let_in = next(sent for sent in world.practice.post.to(BEN) if "Go on" in buttons(sent.reply))
    does = buttons(let_in.reply)["Go on"]
    assert does is not None
    await world.practice.press(BEN, does)
    await desk.work()

    await row_of(desk, item)


@ONLY_SQLITE
async def test_what_somebody_asked_for_while_they_might_is_sent_though_they_left_since(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await world.practice.assign(BEN, desk.client)
    item = await an_item(desk)
    await desk.publish(item, person_id=BEN)
    await works_no_more(desk, BEN, desk.client)
    await desk.work()

    await row_of(desk, item)
