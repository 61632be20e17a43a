"""Messages on the page: who sees what, where, and how soon."""

import pytest
from playwright.async_api import expect

from bot.sandbox.server import running
from tests.ports import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]

EPOCH = 1780479360  # 3 June 2026, 09:36 UTC


def words(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_the_address_bar_opens_a_person_a_channel_and_a_thread(sandbox):
    ts = await sandbox.post(text="Lists are in")
    page = await sandbox.open(f"user=ben&channel=acme&thread={ts}")

    await expect(page.get_by_test_id("act-as")).to_contain_text("Ben Osei")
    await expect(page.get_by_role("heading", name="acme", exact=True)).to_be_visible()
    await expect(page.get_by_test_id("thread").get_by_test_id("message")).to_contain_text("Lists")


async def test_a_message_reaches_other_people_without_reloading(sandbox):
    ana, ben = await sandbox.open(), await sandbox.open("user=ben&channel=acme")
    await ana.get_by_test_id("composer").fill("Statements are in *the folder*")
    await ana.keyboard.press("Enter")

    message = ben.get_by_test_id("message")
    await expect(message).to_contain_text("Ana Patel")
    await expect(message.locator("strong")).to_have_text("the folder")


async def test_an_ephemeral_message_is_seen_by_its_addressee_only(sandbox):
    ana, ben = await sandbox.open(), await sandbox.open("user=ben&channel=acme")
    await sandbox.bot.client.chat_postEphemeral(channel="C0ACME", user="U0ANA", text="Just for Ana")
    await sandbox.post(text="For everybody")

    await expect(ana.get_by_text("Only visible to you")).to_be_visible()
    await expect(ben.get_by_test_id("message")).to_have_count(1)
    await expect(ben.get_by_text("Just for Ana")).to_have_count(0)


async def test_an_edit_and_a_deletion_show_at_once(sandbox):
    page = await sandbox.open()
    ts = await sandbox.post(words("Reading lists"))
    message = page.locator(f"[data-testid=message][data-ts='{ts}']")
    await expect(message).to_contain_text("Reading lists")
    client = sandbox.bot.client
    await client.chat_update(channel="C0ACME", ts=ts, text="In", blocks=[words("94 accounts")])

    await expect(message).to_contain_text("94 accounts")
    await expect(message).to_contain_text("(edited)")

    await client.chat_delete(channel="C0ACME", ts=ts)

    await expect(message).to_have_count(0)


async def test_replies_are_counted_on_the_message_they_answer(sandbox):
    page = await sandbox.open()
    await sandbox.post(text="Not synced")
    message = page.get_by_test_id("message")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await page.get_by_test_id("thread-composer").fill("Why?")
    await page.get_by_test_id("thread-send").click()

    await expect(message.first.get_by_role("button", name="1 reply")).to_be_visible()
    await expect(page.get_by_test_id("thread").get_by_test_id("message")).to_have_count(2)


async def test_a_command_in_a_thread_is_refused_with_the_reason(sandbox):
    ts = await sandbox.post(text="Not synced")
    page = await sandbox.open(f"user=ana&channel=acme&thread={ts}")
    await page.get_by_test_id("thread-composer").fill("/dext help")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("cannot be used in a thread")
    assert sandbox.bot.heard == []


async def test_the_slash_menu_lists_the_manifest_and_obeys_the_keyboard(sandbox):
    page = await sandbox.open()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/d")
    menu = page.get_by_test_id("slash-menu")

    await expect(menu.get_by_role("option")).to_have_count(2)
    await expect(menu).to_contain_text("connect | help")

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(composer).to_have_value("/demo ")
    await expect(menu).to_be_hidden()


async def test_an_unknown_command_never_leaves_the_composer(sandbox):
    page = await sandbox.open()
    await page.get_by_test_id("composer").fill("/nothing here")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("/nothing is not a command")
    await expect(page.get_by_test_id("composer")).to_have_value("/nothing here")


async def test_unread_channels_are_marked_until_they_are_opened(sandbox):
    page = await sandbox.open("user=ana&channel=practice")
    await sandbox.post(text="Connected")
    unread = page.get_by_role("link", name="acme, 1 unread")
    await expect(unread).to_be_visible()
    await unread.click()

    await expect(page.get_by_test_id("place-acme")).to_have_attribute("aria-label", "acme")
    await expect(page.get_by_test_id("place-acme")).to_have_attribute("aria-current", "page")


async def test_a_date_is_read_in_the_acting_person_s_time_zone(sandbox):
    await sandbox.post(words(f"until <!date^{EPOCH}^{{date_num}} {{time}}|then>"))
    page = await sandbox.open("user=ana&channel=acme")
    date = page.get_by_test_id("message").locator("time.date")
    await expect(date).to_have_text("2026-06-03 10:36")

    await page.get_by_test_id("act-as").click()
    await page.get_by_role("menuitemradio", name="Dora Lindqvist").click()

    await expect(date).to_have_text("2026-06-03 7:36 PM")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>"),
        ("<javascript:alert(1)|press>", "press"),
        ("`<b>` &amp;amp;", "<b> &amp;"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
    ],
)
async def test_nothing_a_message_says_becomes_markup(sandbox, text, shown):
    await sandbox.post(text=text)
    page = await sandbox.open()
    body = page.locator(".message-body")

    await expect(body).to_have_text(shown)
    assert await body.locator("img, b, em, strong, a[href^='javascript']").count() == 0


async def test_a_channel_one_has_not_joined_can_be_read_but_not_written_to(sandbox):
    random = sandbox.app.state.workspace.directory.conversation("random")
    random.members.remove("U0ANA")
    page = await sandbox.open("user=ana&channel=random")

    await expect(page.get_by_text("Only its members write here")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_count(0)


async def test_a_shared_file_appears_with_its_name_and_opens(sandbox):
    page = await sandbox.open()
    bill = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 bill"}
    await page.get_by_test_id("attach").set_input_files(bill)
    link = page.get_by_test_id("message").get_by_role("link", name="bill.pdf")
    await expect(link).to_be_visible()
    answer = await page.request.get(f"{sandbox.url}{await link.get_attribute('href')}")

    assert await answer.body() == bill["buffer"]


async def test_the_page_catches_up_after_the_workspace_was_away(sandbox):
    again, port = sandbox.app, free_port()  # any other could be taken meanwhile
    async with running(again, port=port) as url:
        sandbox.url = url
        page = await sandbox.open("user=ana&channel=random")
    await expect(page.get_by_text("cannot be reached")).to_be_visible()

    async with running(again, port=port):
        await expect(page.get_by_text("cannot be reached")).to_be_hidden()
        await page.get_by_test_id("composer").fill("Back again")
        await page.keyboard.press("Enter")

        await expect(page.get_by_test_id("message")).to_contain_text("Back again")


async def test_a_new_message_leaves_the_focus_where_it_is(sandbox):
    button = {"type": "button", "text": {"type": "plain_text", "text": "Sync"}, "action_id": "sync"}
    await sandbox.post({"type": "actions", "elements": [button]})
    page = await sandbox.open()
    sync = page.get_by_role("button", name="Sync")
    await sync.focus()
    await sandbox.post(text="Something else")
    await expect(page.get_by_test_id("message")).to_have_count(2)

    await expect(sync).to_be_focused()
