"""The list of what waits for whose approval."""

from commands.replies import call
from storage.models import ItemState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, buttons
from tests.commands.publishing.agreeing import ask, stage, waiting
from tests.commands.publishing.provoking import ONLY_SQLITE
from tests.conftest import Clock

pytestmark = ONLY_SQLITE


async def test_everybody_sees_what_waits_for_them(world: World, clock: Clock) -> None:
    desk, item = await waiting(world, clock, stage(CHLOE))
    await ask(desk, item)
    hers = await world.practice.say(CHLOE, "approvals")
    anas = await world.practice.say(ANA, "approvals")
    every = await world.practice.press(ANA, call("publishing.waiting", whose="all"))
    bens = await world.practice.press(BEN, call("publishing.waiting", whose="all"))
    await world.practice.press(CHLOE, call("publishing.approve", item=item.id))

    assert "1 item waits for you" in said(hers)
    assert {"Approve", "Decline", "Open"} <= buttons(hers).keys()
    assert "nothing waits for you" in said(anas)
    assert f"<@{ANA}> asked" in said(every)
    assert f"waits for <@{CHLOE}>" in said(every)
    assert "Approve" not in buttons(every), "it is her own question"
    assert "nothing waits for anybody" in said(bens), "of clients that Ben does not see"
    assert (await desk.item(item)).state == ItemState.APPROVED
