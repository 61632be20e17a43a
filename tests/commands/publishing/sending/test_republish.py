"""Publishing again looks at what is there first, and never leaves two."""

import pytest

from bot.sandbox.ledgers.quickbooks.office import hand
from commands.errors import Conflict, Refused, answer
from commands.replies import call
from storage.models import Item, PublicationState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")


async def published(desk: Desk, **facts: str) -> Item:
    item = await desk.has_item(**facts)
    await desk.publish(item)
    await desk.work()
    return await desk.item(item)


async def ask(desk: Desk, item: Item, how: str = "ask") -> str:
    does = call("publishing.republish", item=item.id, how=how)
    return said(await desk.world.practice.press(ANA, does))


async def change(desk: Desk, item: Item, **facts: str) -> None:
    """As the edit form does, for an item that is in the archive."""
    told = {name: {"value": value, "by": ANA, "at": ""} for name, value in facts.items()}
    async with desk.world.database.begin() as session:
        own = await session.merge(item)
        own.manual = {**own.manual, **told}


async def standing(desk: Desk, item: Item) -> list[str]:
    """The states of what the ledger has of an item, without what is void or deleted."""
    rows = desk.documents(f"{item.id}-")
    told = [str(row.fields.get("Status", "AUTHORISED")) for row in rows]
    return [state for state in told if state not in {"VOIDED", "DELETED"}]


async def test_a_draft_is_updated_and_stays_one(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk, publish_as="draft")
    await change(desk, item, total="240.00", tax="40.00")
    asked = await ask(desk, item)
    answer = await ask(desk, item, "update")
    (row,) = desk.documents((await desk.publication(item)).reference)

    assert "still a draft" in asked
    assert "updated in Xero" in answer
    assert "240" in str(row.fields)


async def test_what_is_approved_is_voided_and_made_anew(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk)
    asked = await ask(desk, item)
    await ask(desk, item, "replace")
    await desk.work()

    assert "voided and made anew" in asked
    assert (await desk.item(item)).generation == 2
    assert await standing(desk, item) == ["AUTHORISED"]


@pytest.mark.parametrize("name", CLIENTS)
async def test_what_is_paid_is_left_alone(world: World, clock: Clock, name: str) -> None:
    desk = await at(world, clock, name)
    bank = (await desk.some("banks")).remote_id
    item = await published(
        desk, publish_as="paid", paid="yes", bank_account=bank, publish_to="purchases"
    )
    asked = await ask(desk, item)
    again = await ask(desk, item, "replace")

    assert "left alone" in asked
    assert "left alone" in again
    assert (await desk.item(item)).generation == 1


async def test_what_somebody_saves_meanwhile_is_read_again_once(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Bright Bakery")
    item = await published(desk)
    _strike(desk, "saved_meanwhile", None)
    with pytest.raises(Refused) as refused:
        await ask(desk, item, "replace")
    left = [row.id for row in desk.documents(f"{item.id}-")]
    _strike(desk, "none", None)
    _strike(desk, "saved_meanwhile", 1)
    await ask(desk, item, "replace")
    await desk.work()

    assert "Somebody changed the record in QuickBooks meanwhile" in said(answer(refused.value))
    assert len(left) == 1
    assert (await desk.item(item)).generation == 2
    assert len(desk.documents(f"{item.id}-")) == 1


async def test_what_is_paid_in_part_meanwhile_is_not_paid_again(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Bright Bakery")
    bank = await desk.entry("banks", "Cash at bank")
    paid = {"publish_as": "paid", "paid": "yes", "bank_account": bank, "publish_to": "purchases"}
    _strike(desk, "refused", None, resource="BillPayment", text="Not today", code="6000")
    item = await published(desk, **paid)
    _strike(desk, "none", None)
    there = (await desk.publication(item)).result
    edit = {"organisation": desk.organisation, "action": "pay_bill", "amount": "20.00"}
    directory = desk.world.ledgers.quickbooks.directory
    hand.apply(directory, edit | {"name": there["remote_id"]}, at=clock.at)
    outcome = desk.world.card("publishing:")
    await desk.world.press(ANA, outcome, "Try the rest again")
    await desk.work()
    after = await desk.publication(item)

    assert after.notice["payment"]["code"] == "QBO_HAS_PAYMENT"
    assert "A payment or credit is on the document in QuickBooks" in said(
        desk.world.card("publishing:")
    )


def _strike(
    desk: Desk, fault: str, times: int | None, *, resource: str = "", **options: str
) -> None:
    target = f"{desk.vendor}:{desk.organisation}" + (f"/{resource}" if resource else "")
    desk.world.ledgers.set_fault(target, fault, times=times, **options)


async def test_what_is_gone_is_made_anew_once(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk)
    first = await desk.publication(item)
    desk.books.change("Invoices", first.result["remote_id"], {"Status": "DELETED"}, at=clock.at)
    asked = await ask(desk, item)
    await ask(desk, item, "anew")
    with pytest.raises(Conflict):
        await ask(desk, item, "anew")
    await desk.work()
    states = {each.state for each in await desk.all(type(first))}

    assert "made anew" in asked
    assert states == {PublicationState.CLEARED, PublicationState.PUBLISHED}
    assert await standing(desk, item) == ["AUTHORISED"]
