"""What people read of a batch: one message, edited, and what does not fit in it in its thread."""

import pytest

from commands.publishing.sending.outcome import LINKED, PAGE
from commands.replies import call
from storage.models import PublishingChoices
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, WORKSPACE, Sent, buttons
from tests.commands.publishing.provoking import refused
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import an_item, published
from tests.conftest import Clock

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def thread(desk: Desk, name: str) -> str:
    """What stands now in the thread of the newest batch."""
    card = desk.world.card("publishing:").card
    found = [s for s in _sent(desk) if s.card == f"{card}:{name}" and s.under == card]
    return said(found[-1]) if found else ""


def _sent(desk: Desk) -> list[Sent]:
    every = desk.world.practice.post.sent
    return [sent for sent in every if (sent.card or "").startswith("publishing:")]


def archived(desk: Desk, status: str) -> None:
    row = next(row for row in desk.books.rows("Accounts") if row.fields["Code"] == "461")
    desk.books.change("Accounts", row.id, {"Status": status}, at=desk.clock.at)


async def test_a_few_documents_are_linked_in_the_message_and_there_is_no_thread(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await published(desk, *[await an_item(desk, number=f"N-{n}") for n in range(LINKED)])
    outcome = said(world.card("publishing:"))

    assert "5 items to Xero by Ana, " in outcome
    assert all(f"Paper &amp; Pens N-{n}> £120.00" in outcome for n in range(LINKED))
    assert "thread" not in outcome
    assert {sent.under for sent in _sent(desk)} == {None}


@pytest.mark.parametrize("name", ["Acme Ltd", "Bright Bakery"])
async def test_the_message_says_what_came_of_it_and_what_was_made_with_it(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    known = await desk.has_item(files={"receipt.pdf": b"%PDF-1.4 a receipt"})
    await published(desk, known)
    before = said(world.card("publishing:"))
    await published(desk, await desk.has_item(supplier="Unheard-of Ltd", number="N-2"))
    after = said(world.card("publishing:"))

    assert "(bill, unpaid, with its file" in before
    assert "(bill, unpaid, new contact)" in after


async def test_of_many_every_link_stands_in_the_thread(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await published(desk, *[await an_item(desk, number=f"N-{n}") for n in range(PAGE + 2)])
    first, second = thread(desk, "documents:0"), thread(desk, "documents:1")
    outcome = said(world.card("publishing:"))

    assert f"{PAGE + 2} published" in outcome
    assert "Details in the thread." in outcome
    assert "N-1>" not in outcome
    assert (first.count("https://"), second.count("https://")) == (PAGE, 2)


async def test_amounts_stand_nowhere_where_the_channel_shows_none(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    async with world.database.begin() as session:
        hidden = {"amounts_in_channel": False}
        session.add(
            PublishingChoices(workspace_id=WORKSPACE, client_id=desk.client.id, choices=hidden)
        )
    await published(desk, *[await an_item(desk) for _ in range(LINKED + 1)])
    await desk.publish(await an_item(desk))
    refused("Invoices", "The payment of 120.00 exceeds what is due")(desk)
    await desk.work()

    assert "The payment of … exceeds what is due" in said(world.card("publishing:"))
    assert "120" not in "".join(said(sent) for sent in _sent(desk))


async def test_a_refusal_is_explained_in_the_thread_with_the_vendors_words(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    items = [await an_item(desk, number=f"N-{n}") for n in range(4)]
    await desk.publish(*items)
    archived(desk, "ARCHIVED")
    await desk.work()
    outcome, why = world.card("publishing:"), thread(desk, "refused")

    assert "4 not published: Category 461 is archived in Xero" in said(outcome)
    assert "Details in the thread." in said(outcome)
    assert all(f"N-{n}" in why for n in range(4))
    assert "Who can: anybody who works on this client." in why
    assert "Xero said: “Account code '461' has been archived" in why


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_wrong_opens_the_refused_item_or_all_of_several(
    world: World, clock: Clock, count: int
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    items = [await an_item(desk, number=f"N-{n}") for n in range(count)]
    await desk.publish(*items)
    archived(desk, "ARCHIVED")
    await desk.work()
    does = buttons(world.card("publishing:").reply)["What is wrong"]
    page = said(await world.practice.press(ANA, does))

    if count == 1:
        assert does == call("items.show", item=items[0].id)
    else:
        assert does == call("items.list", client=desk.client.id, shelf="with errors")
        assert all(f"N-{n}" in page for n in range(count))


async def test_the_thread_says_so_when_nothing_is_refused_any_more(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await desk.publish(await an_item(desk))
    archived(desk, "ARCHIVED")
    await desk.work()
    first = world.card("publishing:")
    archived(desk, "ACTIVE")
    await world.press(ANA, first, "Retry 1")
    await desk.work()
    stale = [sent for sent in _sent(desk) if sent.card == f"{first.card}:refused"][-1]
    over = [sent for sent in _sent(desk) if sent.card == first.card][-1]

    assert "Nothing of this is refused any more" in said(stale)
    assert "sent again" in said(over)
    assert "0 items" not in said(over)
