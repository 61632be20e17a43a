"""From a first sync to a healthier score: seen, dealt with, undone, and looked at while frozen."""

import re
from io import BytesIO

import httpx2
import pytest
from openpyxl import load_workbook

from bot.sandbox.driver import Seen, awaited
from bot.sandbox.seed import BOT_TOKEN
from tests.journeys.office import PATIENCE_S, Office

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("health"),
]

CLIENT, ORGANISATION, CHANNEL = "Acme Ltd", "Acme Limited", "acme"
HEALTH = "Data Health"
SCORED = re.compile(r"Health (\d+) \(")
MOVED = re.compile(r"Health (\d+) → (\d+)\.")
COUNTED = re.compile(r" \([\d,]+\)$")


async def connected(office: Office) -> None:
    """And synced, whichever test comes first."""
    if not await office.said(CHANNEL, "is connected to"):
        await office.connect("ana", CLIENT, "Xero", ORGANISATION, purpose=HEALTH)
        await office.synced(CLIENT)


async def card_of(office: Office, user: str = "ana") -> Seen:
    """The health card, once the first look is over."""
    asked: list[Seen] = []

    async def look() -> Seen | None:
        asked[:] = [await office.driver.ask(user, CHANNEL, "/dext health acme", CLIENT)]
        return asked[0] if SCORED.search(asked[0].plain) else None

    return await awaited(look, lambda: f"no score: {asked[0].plain}", PATIENCE_S)


def score_of(card: Seen) -> int:
    found = SCORED.search(card.plain)
    assert found is not None, card.plain
    return int(found[1])


async def moved_by(office: Office, card: Seen) -> Seen:
    """Open the findings of one check after the other and dismiss a page, until the score moves."""
    picker = next(menu for menu in card.menus if menu["label"] == "Findings")
    counted = [each["label"] for each in picker["options"] if COUNTED.search(each["label"])]
    for option in counted:
        fresh = await card_of(office)
        row = [menu["label"] for menu in fresh.menus].index("Findings")
        await office.driver.choose("ana", fresh, option, row=row)
        page = await office.driver.reread("ana", fresh, "open · synced")
        label = next((each for each in page.buttons if each.startswith("Dismiss")), "")
        several = next((each for each in page.buttons if each.startswith("Dismiss these")), label)
        await office.driver.press("ana", page, several)
        done = await office.driver.reread("ana", page, "Dismissed ")
        if MOVED.search(done.plain):
            return done
    pytest.fail(f"dismissing moved nothing: {card.plain}")


async def taken_away(office: Office) -> list[str]:
    """Ask for everything as a workbook; the sheets of the file that comes directly."""
    asked = await office.driver.ask("ana", CHANNEL, "/dext health export acme", "export everything")
    await office.driver.press("ana", asked, "Excel")
    await office.driver.reread("ana", asked, "is in your direct messages")
    state = await office.driver.get("messages", user="ana", channel="@ana")
    [file] = [file for message in state["messages"] for file in message["files"]]
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as http:
        content = (await http.get(file["url_private"])).content
    return load_workbook(BytesIO(content), read_only=True).sheetnames


async def test_findings_are_dealt_with_and_the_score_follows(shared: Office) -> None:
    office = shared
    await connected(office)
    card = await card_of(office)
    done = await moved_by(office, card)
    found = MOVED.search(done.plain)
    assert found is not None
    low, high = int(found[1]), int(found[2])
    better = await card_of(office, "ben")
    await office.driver.press("ana", done, "Undo")
    undone = await office.driver.reread("ana", done, "Brought back")
    again = await card_of(office, "ben")
    sheets = await taken_away(office)

    assert high > low
    assert sheets[:3] == ["Checks", "Findings", "Scores"]
    assert score_of(better) == high
    assert f"Health {high} → {low}." in undone.plain
    assert score_of(again) == low


async def test_a_frozen_copy_can_be_looked_at_but_not_synced(shared: Office) -> None:
    office = shared
    await connected(office)
    before = await card_of(office)
    await office.manage(CLIENT, "Disconnect", purpose=HEALTH)
    await office.driver.await_modal("ana", f"Disconnect {CLIENT} from")
    await office.driver.submit("ana")
    await office.driver.close("ana")
    await office.driver.read("ben", CHANNEL, f"{CLIENT} was disconnected", patience_s=PATIENCE_S)
    frozen = await card_of(office)
    await office.driver.press("ana", frozen, "Recalculate")
    looked = await office.driver.reread("ana", frozen, "Looked at again")
    refused = await office.driver.ask("ana", CHANNEL, "/dext sync acme", "cannot be synced")

    assert "Sync now" in before.buttons
    assert "Sync now" not in frozen.buttons
    assert score_of(looked) == score_of(before)
    assert refused.is_private
