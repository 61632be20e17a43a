"""The Settings page of a bookkeeping connection, from Manage to a rate found by typing."""

from typing import Any

import pytest

from bot.sandbox.driver import Seen
from tests.journeys.office import Office, channel_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("settings"),
]

CLIENT = "Acme Ltd"


async def change(office: Office, page: Seen, nth: int) -> dict[str, Any]:
    """The form behind the button of that number that says Change."""
    shown = await office.driver.get("messages", channel=page.channel, user="ana")
    message = next(each for each in shown["messages"] if each["ts"] == page.ts)
    buttons = [each for each in message["buttons"] if each["label"] == "Change"]
    action_id = buttons[nth]["action_id"]
    await office.driver.click("ana", action_id, channel=page.channel, ts=page.ts)
    return await office.driver.await_modal("ana", f"For items of {CLIENT}")


async def test_settings_open_from_manage_and_offer_what_the_ledger_has(shared: Office) -> None:
    await shared.connected(CLIENT, "Xero", "Acme Limited")
    await shared.manage(CLIENT, "Settings")
    page = await shared.driver.read("ana", channel_of(CLIENT), f"How items of {CLIENT}")
    asked = await change(shared, page, 2)
    await shared.driver.submit("ana", Tax_on_costs="20% (VAT on Expenses)")
    changed = await shared.driver.reread("ana", page, "On costs 20% (VAT on Expenses)")

    assert "Costs go to Purchases, draft" in page.plain
    assert "never overwrite a rule" in asked["plain"]
    assert "Noted" in changed.plain
    assert await shared.driver.modal("ana") is None


async def test_a_rule_is_added_with_what_is_found_by_typing(shared: Office) -> None:
    client = "Acorn Dental"
    await shared.connected(client, "Xero", client)
    page = await shared.driver.ask("ana", channel_of(client), "/dext rules", f"Rules of {client}")
    await shared.driver.press("ana", page, "Add a rule")
    await shared.driver.await_modal("ana", "What is left empty is not said")
    await shared.driver.submit("ana", Supplier="Paper & Pens", Category="461 Printing")
    rule = await shared.driver.reread("ana", page, "for the supplier Paper & Pens")

    assert "category 461 Printing" in rule.plain
