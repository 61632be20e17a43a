"""What became of the record in Xero is looked at before it is made again (product §11.12)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from commands.replies import call
from storage.models import Item
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.provoking import OAKWOOD, ONLY_SQLITE, a_bank, presses
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, card_of, connected, published
from tests.conftest import Clock


@dataclass(frozen=True, kw_only=True)
class Since:
    """What has happened to the record in Xero, what the `button` says, and what is `left`."""

    happened: Mapping[str, str] = field(default_factory=dict)
    publish_as: str = "awaiting payment"
    button: str
    left: Mapping[str, int]


SINCE = {
    "still a draft": Since(publish_as="draft", button="Update the draft", left={"DRAFT": 1}),
    "XERO_NOT_MODIFIABLE": Since(
        button="Void it and make it anew", left={"VOIDED": 1, "AUTHORISED": 1}
    ),
    "XERO_VOIDED": Since(
        happened={"Status": "VOIDED"},
        button="Make it anew",
        left={"VOIDED": 1, "AUTHORISED": 1},
    ),
    "XERO_ID_MISSING": Since(
        happened={"Status": "DELETED"},
        publish_as="draft",
        button="Make it anew",
        left={"DELETED": 1, "DRAFT": 1},
    ),
    "XERO_NOT_DRAFT": Since(
        happened={"Status": "AUTHORISED"},
        publish_as="draft",
        button="Void it and make it anew",
        left={"VOIDED": 1, "DRAFT": 1},
    ),
}


class TestRecordsThatChanged:
    """What became of the record in Xero is looked at before it is made again."""

    @ONLY_SQLITE
    @pytest.mark.parametrize("since", SINCE.values(), ids=SINCE)
    async def test_an_item_that_came_back_is_held_until_it_is_republished_safely(
        self, world: World, clock: Clock, since: Since
    ) -> None:
        desk, item = await self._published(world, clock, publish_as=since.publish_as)
        (row,) = desk.documents("FIRST-1")
        if since.happened:
            desk.books.change("Invoices", row.id, since.happened, at=clock.at)
        back = await self._brought_back(desk, item)
        await desk.publish(item)
        await desk.work()
        asked = await presses(desk, await card_of(desk, item), "Republish safely")
        untouched = len(desk.documents("FIRST-1"))
        await world.press(ANA, asked, since.button)
        await desk.work()

        assert [each["code"] for each in back.problems] == ["PRE_ALREADY_PUBLISHED"]
        assert untouched == 1
        assert Counter(row.fields["Status"] for row in desk.documents("FIRST-1")) == since.left

    @ONLY_SQLITE
    async def test_what_is_paid_is_left_alone_until_the_payment_is_taken_off(
        self, world: World, clock: Clock
    ) -> None:
        desk = await connected(world, clock, *OAKWOOD)
        bank = await a_bank(desk)
        item = await an_item(desk, number="FIRST-1", publish_as="paid", paid="yes", **bank)
        await published(desk, item)
        await self._brought_back(desk, item)
        asked = await presses(desk, await card_of(desk, item), "Republish safely")

        assert not {"Void it and make it anew", "Make it anew"} & set(buttons(asked))
        assert "payment" in said(asked).casefold() or "paid" in said(asked).casefold()
        assert len(desk.documents("FIRST-1")) == 1

    @ONLY_SQLITE
    async def test_clearing_makes_a_second_generation_and_no_third(
        self, world: World, clock: Clock
    ) -> None:
        desk, item = await self._published(world, clock)
        (row,) = desk.documents("FIRST-1")
        desk.books.change("Invoices", row.id, {"Status": "VOIDED"}, at=clock.at)
        await self._brought_back(desk, item, clear="yes")
        for _ in range(3):
            await desk.publish(item)
            await desk.work()

        assert Counter(row.fields["Status"] for row in desk.documents("FIRST-1")) == {
            "VOIDED": 1, "AUTHORISED": 1,
        }  # fmt: skip

    async def _published(self, world: World, clock: Clock, **told: str) -> tuple[Desk, Item]:
        desk = await connected(world, clock, *OAKWOOD)
        item = await an_item(desk, number="FIRST-1", **told)
        await published(desk, item)
        return desk, item

    async def _brought_back(self, desk: Desk, item: Item, *, clear: str = "no") -> Item:
        version = (await desk.item(item)).version
        does = call("items.unarchive", item=item.id, version=version, clear=clear)
        await desk.world.practice.press(ANA, does)
        return await desk.item(item)
