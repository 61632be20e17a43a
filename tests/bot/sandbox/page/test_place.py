"""The page keeps its place, and tells what the driver tells."""

import pytest
from playwright.async_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]

MARCH = 1772359260  # 1 March 2026, 10:01 UTC
TOKENS = (
    "date_num", "date", "date_pretty", "date_short", "date_short_pretty", "date_long",
    "date_long_pretty", "date_long_full", "date_slash", "time", "time_secs", "ago",
    "day_divider_pretty",
)  # fmt: skip


async def test_the_way_back_to_slack_keeps_who_is_acting(sandbox):
    page = await sandbox.open("user=ben&channel=practice")
    back = await page.context.new_page()
    await back.goto(f"{sandbox.url}/client/T0FERNHILL/C0ACME")

    await expect(back.get_by_test_id("act-as")).to_contain_text("Ben Osei")
    await expect(back.get_by_role("heading", name="acme", exact=True)).to_be_visible()


async def test_a_reset_empties_every_open_page(sandbox):
    await sandbox.post(text="Of the old day")
    page = await sandbox.open("user=ben&channel=acme")
    message = page.get_by_test_id("message")
    await expect(message).to_contain_text("Of the old day")
    await page.request.post(f"{sandbox.url}/control/reset")
    await expect(message).to_have_count(0)
    await page.locator("#workspace[aria-busy=false]").wait_for()
    await sandbox.post(text="Of the new day")

    await expect(message).to_contain_text("Of the new day")
    await expect(page.get_by_test_id("act-as")).to_contain_text("Ben Osei")


async def test_on_a_narrow_page_the_places_wait_behind_a_button(sandbox):
    page = await sandbox.open("user=ben&channel=acme", viewport={"width": 420, "height": 800})
    opener, practice = page.get_by_test_id("rail-opener"), page.get_by_test_id("place-practice")
    await expect(practice).to_be_hidden()
    await sandbox.post(channel="C0PRACTICE", text="Something new")
    await expect(opener).to_have_accessible_name("Channels and people, some unread")
    await opener.click()
    await page.keyboard.press("Escape")
    await expect(practice).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await practice.click()

    await expect(page.get_by_role("heading", name="practice", exact=True)).to_be_visible()
    await expect(practice).to_be_hidden()
    await expect(opener).to_have_accessible_name("Channels and people")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 420


async def test_the_page_keeps_its_own_policy(sandbox, kitchen_sink):
    page = await sandbox.open()
    refused = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    await page.reload()
    await page.locator("#workspace[aria-busy=false]").wait_for()
    shown = ("text", "data", "charts", "frames", "elements")
    for part in shown:
        await sandbox.post(*kitchen_sink[part])
    await expect(page.get_by_test_id("message")).to_have_count(len(shown))

    assert [text for text in refused if "Content Security Policy" in text] == []


@pytest.mark.parametrize("user", ["ana", "dora"])
async def test_page_and_driver_write_dates_alike(sandbox, user):
    now = sandbox.app.state.workspace.now()
    for at in (MARCH, int(now) - 86_400, int(now) - 200_000):
        lines = "\n".join(f"<!date^{at}^{{{token}}}|?>" for token in TOKENS)
        await sandbox.post({"type": "section", "text": {"type": "mrkdwn", "text": lines}})
    page = await sandbox.open(f"user={user}&channel=acme")
    dates = page.get_by_test_id("message").locator("time.date")
    await expect(dates).to_have_count(3 * len(TOKENS))
    shown = await dates.all_inner_texts()
    told = await page.request.get(
        f"{sandbox.url}/control/messages", params={"user": user, "channel": "acme"}
    )

    plain = [line for m in (await told.json())["messages"] for line in m["plain"].splitlines()]
    assert shown == plain
