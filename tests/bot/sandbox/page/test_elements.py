"""Elements on the page: what the bot is told, and what a person sees meanwhile."""

import asyncio

import pytest
from playwright.async_api import expect

from bot.sandbox.driver import awaited

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]


def plain(text):
    return {"type": "plain_text", "text": text}


def option(text):
    return {"text": plain(text), "value": text.lower()}


def actions(*elements):
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def button(label, **more):
    return {"type": "button", "text": plain(label), "action_id": "press", "value": "7"} | more


async def heard(sandbox, action_id, times=1):
    """What the bot was told last, once it was told so many times."""

    async def look():
        found = sandbox.bot.actions(action_id)
        return found[-1] if len(found) >= times else None

    return await awaited(look, lambda: f"the bot was not told of {action_id}")


async def test_a_pressed_button_is_busy_until_something_changes(sandbox):
    ts = await sandbox.post(actions(button("Names are fine")))
    go_on = asyncio.Event()

    async def answer(_, client):
        await go_on.wait()
        await client.chat_update(channel="C0ACME", ts=ts, text="Names are fine, says Ana")

    sandbox.bot.answers["press"] = answer
    page = await sandbox.open()
    pressed = page.get_by_role("button", name="Names are fine")
    await pressed.click()

    await expect(pressed).to_have_attribute("aria-busy", "true")
    assert (await heard(sandbox, "press"))["value"] == "7"

    go_on.set()

    await expect(page.get_by_test_id("message")).to_contain_text("says Ana")


async def test_a_bot_that_fails_leaves_a_warning_beside_the_element(sandbox):
    async def answer(*_):
        raise RuntimeError("the bot is ill")

    sandbox.bot.answers["press"] = answer
    await sandbox.post(actions(button("Sync")))
    page = await sandbox.open()
    await page.get_by_role("button", name="Sync").click()

    await expect(page.get_by_test_id("action-failed")).to_contain_text("Dext did not answer")


async def test_a_confirm_dialog_is_asked_before_the_bot_hears(sandbox):
    confirm = {
        "title": plain("Disconnect Acme Ltd?"),
        "text": plain("Syncing stops."),
        "confirm": plain("Disconnect"),
        "deny": plain("Keep"),
        "style": "danger",
    }
    await sandbox.post(actions(button("Disconnect", confirm=confirm)))
    page = await sandbox.open()
    disconnect = page.get_by_test_id("message").get_by_role("button", name="Disconnect")
    dialog = page.get_by_role("alertdialog", name="Disconnect Acme Ltd?")
    for refuse in ("Keep", "Escape"):
        await disconnect.click()
        await expect(dialog).to_contain_text("Syncing stops.")
        if refuse == "Escape":
            await page.keyboard.press("Escape")
        else:
            await dialog.get_by_role("button", name=refuse).click()
        await expect(dialog).to_have_count(0)
        await expect(disconnect).to_be_focused()

    assert sandbox.bot.actions("press") == []

    await disconnect.click()
    await dialog.get_by_role("button", name="Disconnect").click()

    await heard(sandbox, "press")


async def test_a_link_button_opens_its_page_and_tells_the_bot(sandbox):
    await sandbox.post(actions(button("Sign in to Xero", url=f"{sandbox.url}/static/mark.svg")))
    page = await sandbox.open()
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Sign in to Xero").click()

    assert (await opened.value).url == f"{sandbox.url}/static/mark.svg"
    await heard(sandbox, "press")


CHOOSERS = [
    ("static_select", {"options": [option("Xero"), option("QuickBooks")]}),
    ("radio_buttons", {"options": [option("Xero"), option("QuickBooks")]}),
    ("overflow", {"options": [option("Xero"), option("QuickBooks")]}),
]


@pytest.mark.parametrize(("kind", "more"), CHOOSERS, ids=[kind for kind, _ in CHOOSERS])
async def test_a_choice_is_told_as_the_option_itself(sandbox, kind, more):
    await sandbox.post(actions({"type": kind, "action_id": "choose"} | more))
    page = await sandbox.open()
    if kind == "static_select":
        await page.get_by_role("combobox").click()
        await page.get_by_role("option", name="QuickBooks").click()
    elif kind == "overflow":
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="QuickBooks").click()
    else:
        await page.get_by_label("QuickBooks").check()
    told = await heard(sandbox, "choose")

    assert told["type"] == kind
    assert told["selected_option"] == option("QuickBooks")


async def test_checkboxes_tell_all_that_are_ticked(sandbox):
    boxes = {"options": [option("Bookkeeping"), option("Data Health")]}
    await sandbox.post(actions({"type": "checkboxes", "action_id": "tick"} | boxes))
    page = await sandbox.open()
    await page.get_by_label("Bookkeeping").check()
    await page.get_by_label("Data Health").check()

    assert (await heard(sandbox, "tick", 2))["selected_options"] == boxes["options"]


async def test_an_external_select_asks_the_bot_as_one_types(sandbox):
    search = {"type": "external_select", "action_id": "client", "min_query_length": 2}
    await sandbox.post(actions(search | {"placeholder": plain("Client")}))
    page = await sandbox.open()
    box = page.get_by_role("combobox", name="Client")
    await box.click()

    await expect(page.get_by_role("listbox")).to_contain_text("Type 2 characters")

    await box.press_sequentially("ac")
    await expect(page.get_by_role("option")).to_have_text(["Acme Ltd", "Acorn Dental"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    assert (await heard(sandbox, "client"))["selected_option"]["value"] == "Acorn Dental"
    await expect(box).to_have_value("Acorn Dental")


async def test_several_people_are_chosen_and_taken_back(sandbox):
    who = {"type": "multi_users_select", "action_id": "who", "placeholder": plain("Who")}
    await sandbox.post({"type": "section", "text": plain("Assign"), "accessory": who})
    page = await sandbox.open()
    box = page.get_by_role("combobox", name="Who")
    await box.click()
    await page.get_by_role("option", name="Ben Osei").click()
    await page.get_by_role("option", name="Chloe Martin").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Remove Ben Osei").click()
    await heard(sandbox, "who", 3)

    assert [told["selected_users"] for told in sandbox.bot.actions("who")] == [
        ["U0BEN"],
        ["U0BEN", "U0CHLOE"],
        ["U0CHLOE"],
    ]


async def test_dates_and_times_are_told_as_slack_writes_them(sandbox):
    await sandbox.post(
        actions(
            {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")},
            {"type": "timepicker", "action_id": "time", "placeholder": plain("Time")},
            {"type": "datetimepicker", "action_id": "moment"},
        )
    )
    page = await sandbox.open("user=dora&channel=acme")
    await page.get_by_label("Day").fill("2026-11-30")
    await page.get_by_label("Time", exact=True).fill("09:30")
    await page.get_by_label("datetimepicker").fill("2026-06-03T19:36")

    assert (await heard(sandbox, "day"))["selected_date"] == "2026-11-30"
    assert (await heard(sandbox, "time"))["selected_time"] == "09:30"
    assert (await heard(sandbox, "moment"))["selected_date_time"] == 1780479360
