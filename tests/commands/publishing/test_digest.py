"""The digest of the morning says which items wait, and for whom."""

from datetime import timedelta

from commands.replies import call
from storage.models import ItemState, Workspace
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE, WORKSPACE
from tests.commands.publishing.agreeing import a_workflow, stage
from tests.commands.publishing.provoking import ONLY_SQLITE, refused
from tests.commands.publishing.publishing import at
from tests.commands.publishing.varied import an_item
from tests.conftest import Clock

pytestmark = ONLY_SQLITE
PRACTICE = "C0PRACTICE"


async def test_it_says_how_many_wait_and_who_is_asked(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    async with world.database.begin() as session:
        (await session.get_one(Workspace, WORKSPACE)).practice_channel_id = PRACTICE
        session.add(a_workflow(desk.client, stage(CHLOE, least="1000.00")))
    await an_item(desk, account="")
    await an_item(desk)
    declined, dear = await an_item(desk), await an_item(desk, total="1200.00", tax="200.00")
    await desk.publish(declined)
    refused("Invoices", "No")(desk)
    await desk.work()
    await world.practice.press(ANA, call("publishing.ask_approval", item=dear.id))
    await world.work("sync.digest")  # this morning is over
    clock.advance(timedelta(days=1))
    await world.work("sync.digest")
    digest = said(world.card("digest:", PRACTICE))

    assert (await desk.item(dear)).state == ItemState.PENDING
    assert "3 items wait, 1 of which the ledger did not take" in digest
    assert "(1 in words that we do not explain yet): Acme Ltd (1 to review" in digest
    assert "1 with errors, 1 ready)" in digest
    assert f"Approval is awaited: <@{ANA}> waits for <@{CHLOE}> (1 item)" in digest
