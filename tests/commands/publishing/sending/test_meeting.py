"""A contact that came with a document is known from then on."""

import pytest

from storage.models import ListEntry
from tests.commands.connecting import World, said
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import card_of, refresh, rejudged
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")
NAME = "Quill & Quire Stationers"


async def contacts(desk: Desk, name: str = NAME) -> list[ListEntry]:
    every = await desk.all(ListEntry)
    return [each for each in every if each.kind == "contacts" and each.name == name]


@pytest.mark.parametrize("client", CLIENTS)
async def test_who_was_made_with_one_document_is_the_contact_of_the_next(
    world: World, clock: Clock, client: str
) -> None:
    desk = await at(world, clock, client)
    first = await desk.has_item(supplier=NAME, number="Q-1")
    before = said(await card_of(desk, first))
    await desk.publish(first)
    await desk.work()
    second = await rejudged(desk, await desk.has_item(supplier=NAME, number="Q-2"))
    after = said(await card_of(desk, second))
    [contact] = await contacts(desk)
    await desk.publish(second)
    await desk.work()

    assert "will be made there" in before
    assert "will be made there" not in after
    assert contact.details["is_supplier"]
    assert (await desk.publication(second)).draft["contact"] == contact.remote_id


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_next_reading_of_the_lists_meets_the_same_contact(
    world: World, clock: Clock, client: str
) -> None:
    desk = await at(world, clock, client)
    item = await desk.has_item(supplier=NAME)
    await desk.publish(item)
    await desk.work()
    [met] = await contacts(desk)
    await refresh(desk)
    [read] = await contacts(desk)

    assert read.remote_id == met.remote_id
    assert read.removed_at is None
    assert read.run_id != met.run_id


async def test_a_contact_that_is_in_the_lists_stays_as_they_have_it(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    known = await desk.some("contacts", is_supplier=True, is_customer=False)
    item = await desk.has_item(supplier=known.name)
    await desk.publish(item)
    await desk.work()
    [after] = await contacts(desk, known.name)

    assert after.digest == known.digest
