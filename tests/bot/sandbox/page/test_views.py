"""Modals and the Home tab on the page."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.sandbox.driver import awaited

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]


def plain(text):
    return {"type": "plain_text", "text": text}


def text_input(block_id, label, **more):
    element = {"type": "plain_text_input", "action_id": "text"} | more.pop("element", {})
    block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    return block | more


def modal(callback_id, title, *blocks):
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Next"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": list(blocks),
    }


CLIENT = text_input("client", "Client", hint=plain("As it is called in Xero"))
NOTE = text_input("note", "Note", optional=True, element={"multiline": True})
MAIL = text_input(
    "mail", "E-mail", element={"type": "email_text_input", "initial_value": "ana@fernhill.example"}
)
FIRST = modal("first", "Connect a client", CLIENT, NOTE, MAIL)
SECOND = modal("second", "Choose the software", text_input("software", "Software"))


@pytest_asyncio.fixture(loop_scope="session")
async def opened(sandbox):
    """Ana's page with the first modal open, and the modal."""

    async def answer(body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=FIRST)

    sandbox.bot.answers["connect"] = answer
    page = await sandbox.open()
    await page.get_by_test_id("composer").fill("/dext connect")
    await page.keyboard.press("Enter")
    view = page.get_by_test_id("modal")
    await expect(view.get_by_role("heading", name="Connect a client")).to_be_visible()
    return page, view


async def told(sandbox, kind):
    async def look():
        found = [body for body in sandbox.bot.heard if body.get("type") == kind]
        return found[-1] if found else None

    return await awaited(look, lambda: f"the bot was never told of {kind}")


async def test_a_modal_shows_hints_optional_fields_and_initial_values(opened):
    _, view = opened

    await expect(view.get_by_label("Client", exact=True)).to_be_focused()
    await expect(view).to_contain_text("As it is called in Xero")
    await expect(view.get_by_test_id("field").nth(1)).to_contain_text("optional")
    await expect(view.get_by_label("E-mail")).to_have_value("ana@fernhill.example")


async def test_enter_submits_every_value_and_closes(sandbox, opened):
    page, view = opened
    await view.get_by_label("Client", exact=True).fill("Acme Ltd")
    await page.keyboard.press("Enter")

    await expect(view).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_be_focused()
    assert sandbox.bot.submissions() == [
        {
            "client": {"text": {"type": "plain_text_input", "value": "Acme Ltd"}},
            "note": {"text": {"type": "plain_text_input", "value": None}},
            "mail": {"text": {"type": "email_text_input", "value": "ana@fernhill.example"}},
        }
    ]


async def test_a_field_error_stands_under_its_field_and_keeps_what_was_entered(sandbox, opened):
    async def answer(_):
        return {"response_action": "errors", "errors": {"client": "No client has this name."}}

    sandbox.bot.answers["first"] = answer
    _, view = opened
    await view.get_by_label("Client", exact=True).fill("Acne")
    await view.get_by_label("Note").fill("Ring first")
    await view.get_by_role("button", name="Next").click()
    field = view.get_by_test_id("field").first

    await expect(field.get_by_test_id("field-error")).to_have_text("No client has this name.")
    await expect(view.get_by_label("Client", exact=True)).to_be_focused()
    await expect(view.get_by_label("Client", exact=True)).to_have_value("Acne")
    await expect(view.get_by_label("Note")).to_have_value("Ring first")


async def test_an_empty_required_field_never_reaches_the_bot(sandbox, opened):
    _, view = opened
    await view.get_by_role("button", name="Next").click()

    await expect(view.get_by_test_id("field-error")).to_have_count(1)
    assert sandbox.bot.submissions() == []


async def test_a_pushed_view_leads_back_to_what_was_entered(sandbox, opened):
    async def answer(_):
        return {"response_action": "push", "view": SECOND}

    sandbox.bot.answers["first"] = answer
    page, view = opened
    await view.get_by_label("Client", exact=True).fill("Acme Ltd")
    await view.get_by_role("button", name="Next").click()
    await expect(view.get_by_role("heading", name="Choose the software")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(view.get_by_role("heading", name="Connect a client")).to_be_visible()
    await expect(view.get_by_label("Client", exact=True)).to_have_value("Acme Ltd")
    assert (await told(sandbox, "view_closed"))["view"]["callback_id"] == "second"


async def test_an_updated_view_keeps_the_values_of_fields_that_stay(sandbox, opened):
    _, view = opened
    await view.get_by_label("Client", exact=True).fill("Acme Ltd")
    top = sandbox.app.state.workspace.views.top("U0ANA")
    longer = FIRST | {"blocks": [*FIRST["blocks"], text_input("code", "Code")]}
    await sandbox.bot.client.views_update(view_id=top.id, view=longer)

    await expect(view.get_by_label("Code")).to_be_visible()
    await expect(view.get_by_label("Client", exact=True)).to_have_value("Acme Ltd")
    await expect(view.get_by_label("Client", exact=True)).to_be_focused()


async def test_a_bot_that_does_not_answer_is_said_in_a_banner(sandbox, opened):
    async def answer(_):
        raise RuntimeError("the bot is ill")

    sandbox.bot.answers["first"] = answer
    _, view = opened
    await view.get_by_label("Client", exact=True).fill("Acme Ltd")
    await view.get_by_role("button", name="Next").click()

    await expect(view.get_by_test_id("modal-banner")).to_contain_text("trouble connecting")
    await expect(view.get_by_label("Client", exact=True)).to_have_value("Acme Ltd")


async def test_the_close_mark_closes_the_whole_stack(sandbox, opened):
    async def answer(_):
        return {"response_action": "push", "view": SECOND}

    sandbox.bot.answers["first"] = answer
    _, view = opened
    await view.get_by_label("Client", exact=True).fill("Acme Ltd")
    await view.get_by_role("button", name="Next").click()
    await expect(view.get_by_role("button", name="Back")).to_be_visible()
    await view.get_by_test_id("modal-close").click()

    await expect(view).to_have_count(0)


async def test_the_focus_stays_inside_a_modal(opened):
    page, _ = opened
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = await page.evaluate(
            "document.activeElement === document.body"
            " || Boolean(document.activeElement.closest('dialog'))"
        )
        assert inside


async def test_a_modal_belongs_to_the_person_it_was_opened_for(sandbox, opened):
    page, view = opened
    await page.goto(f"{sandbox.url}/#user=ben&channel=acme")
    await expect(page.get_by_test_id("act-as")).to_contain_text("Ben Osei")

    await expect(view).to_have_count(0)

    await page.goto(f"{sandbox.url}/#user=ana&channel=acme")

    await expect(view.get_by_role("heading", name="Connect a client")).to_be_visible()


async def test_the_home_tab_follows_what_the_bot_publishes(sandbox, kitchen_sink):
    page = await sandbox.open("user=ana&channel=dext&tab=home")
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("has not filled this page yet")
    await sandbox.bot.client.views_publish(user_id="U0ANA", view=kitchen_sink["home"])
    await expect(home.get_by_role("heading", name="Good morning, Ana")).to_be_visible()
    await home.get_by_role("button", name="Connect a client").click()
    body = await told(sandbox, "block_actions")

    assert body["view"]["type"] == "home"
    assert body["user"]["id"] == "U0ANA"

    await page.get_by_role("tab", name="Messages").click()

    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_shortcuts_are_offered_where_they_apply(sandbox):
    ts = await sandbox.post(text="Two bills")
    page = await sandbox.open()
    await page.get_by_test_id("shortcuts").click()
    await page.get_by_role("menuitem", name="Connect a client").click()

    assert (await told(sandbox, "shortcut"))["callback_id"] == "connect"

    await page.get_by_test_id("message").hover()
    await page.get_by_role("button", name="Message shortcuts").click()
    await page.get_by_role("menuitem", name="Send files to Dext").click()

    assert (await told(sandbox, "message_action"))["message"]["ts"] == ts
