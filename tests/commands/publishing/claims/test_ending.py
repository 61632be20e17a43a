"""When a period is over, its claim goes by itself if it was told to; else people are told."""

from datetime import timedelta

from commands.publishing.claims.ending import end_period
from storage.models import Batch, ClaimState
from storage.queries import claims, publishing
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, WORKSPACE, buttons
from tests.commands.publishing.claims.claiming import (
    claim_of,
    document_of,
    edit,
    has_expense,
)
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

CARD = "claim:"
LONGER_THAN_A_MONTH = timedelta(days=40)


async def publishes_by_itself(desk: Desk) -> None:
    async with desk.world.database.begin() as session:
        row = await publishing.hold_choices(session, WORKSPACE, desk.client.id)
        row.choices = {"auto_publish": True}
        row.auto_since = {"auto_publish": desk.clock().isoformat()}


async def has_contact(desk: Desk) -> str:
    """Of the ledger: a new one would hold it back."""
    return (await desk.some("contacts", is_supplier=True)).remote_id


async def end(desk: Desk, *, after: timedelta = LONGER_THAN_A_MONTH) -> None:
    desk.clock.advance(after)
    async with desk.world.database.read() as session:
        due = await claims.due(session, desk.clock())
    for key in due:
        await end_period(desk.world.tools, key)
    await desk.work()


async def test_a_claim_that_is_complete_is_told_in_the_channel_with_its_button(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    await end(desk)
    card = world.card(CARD)
    told = [each for each in world.practice.post.sent if (each.card or "").startswith(CARD)]
    await end(desk, after=timedelta(days=1))
    await world.practice.press(ANA, buttons(card.reply)["Publish claim"])
    await desk.work()

    assert "the expense claim of Ben, June 2026, is complete: 1 item, £120.00" in said(card)
    assert "Not published by itself" not in said(card)
    assert len(told) == 1
    assert (await claim_of(desk, item)).state is ClaimState.PUBLISHED


async def test_what_was_told_to_publish_by_itself_goes_when_its_period_is_over(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await publishes_by_itself(desk)
    item = await has_expense(desk, contact=await has_contact(desk))
    before = await desk.all(Batch)
    await end(desk)
    claim = await claim_of(desk, item)
    await document_of(desk, claim)

    assert before == []
    assert claim.state is ClaimState.PUBLISHED
    assert "automatically" in said(world.card("publishing:"))


async def test_what_holds_an_item_back_holds_its_claim_back_and_is_told(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await publishes_by_itself(desk)
    await has_expense(desk)  # Ben is nobody whom the ledger knows
    await end(desk)

    assert "Not published by itself" in said(world.card(CARD))
    assert await desk.all(Batch) == []


async def test_a_changed_item_holds_its_claim_back_until_it_is_refreshed(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await publishes_by_itself(desk)
    item = await has_expense(desk, contact=await has_contact(desk))
    await edit(desk, item, total="60.00", tax="10.00")
    await end(desk)

    assert "Changed since it was put on the claim" in said(world.card(CARD))
    assert await desk.all(Batch) == []
