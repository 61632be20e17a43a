"""Everything that happened to an item, in words."""

from datetime import timedelta

import pytest

from commands.publishing import catalogue
from commands.publishing.history import note_change
from commands.replies import call
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import ANA, BEN
from tests.conftest import Clock


async def _history(desk: Desk, item_id: str) -> list[str]:
    return said(await desk.does(BEN, call("items.history", item=item_id))).splitlines()


async def test_nothing_has_happened_yet(desk: Desk) -> None:
    item = await desk.item()

    assert "Nothing has been changed since it was handed in." in await _history(desk, item.id)


async def test_changes_are_told_in_words_the_latest_first(desk: Desk, clock: Clock) -> None:
    item = await desk.item()
    form = await desk.does(BEN, call("items.edit", item=item.id))
    await desk.fill(BEN, form, account="printing", tax="10")
    clock.advance(timedelta(hours=1))
    card = await desk.open(ANA, item)
    await desk.press(ANA, card, "Move to expense claims")

    told = [line for line in await _history(desk, item.id) if line]

    assert set(told[1:3]) == {  # of one moment
        "3 Jun 2026, 11:00 UTC · Ana moved it to expense claims",
        "3 Jun 2026, 11:00 UTC · it was put on the expense claim: June 2026",
    }
    assert told[3] == (
        "3 Jun 2026, 10:00 UTC · Ben edited it: "
        "Category – → 461 Printing &amp; Stationery, Tax amount £20.00 → £10.00"
    )


@pytest.mark.parametrize(("is_automatic", "how"), [(False, "by hand"), (True, "automatically")])
async def test_it_says_whether_a_person_or_a_rule_published_it(
    desk: Desk, *, is_automatic: bool, how: str
) -> None:
    item = await desk.item()
    at = desk.practice.tools.now()
    async with desk.database.begin() as session:
        facts = {"batch": "b", "automatic": is_automatic}
        await note_change(session, item, "sent", by=BEN, at=at, facts=facts)
        await note_change(
            session, item, "published", by="system", at=at + timedelta(seconds=5),
            facts={"number": "INV-77"},
        )  # fmt: skip

    told = "\n".join(await _history(desk, item.id))

    assert f"published {how} to Xero as INV-77" in told


async def test_it_says_why_a_rule_did_not_publish_it(desk: Desk) -> None:
    item = await desk.item()
    reasons = [{"code": "PRE_DUPLICATE", "field": None, "line": None, "facts": {}}]
    async with desk.database.begin() as session:
        await note_change(
            session, item, "not automatic", by="system", at=item.submitted_at,
            facts={"reasons": reasons},
        )  # fmt: skip

    told = "\n".join(await _history(desk, item.id))

    assert f"not published automatically: {catalogue.ENTRIES['PRE_DUPLICATE'].title}" in told
