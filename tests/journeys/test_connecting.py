"""A client is connected from Slack, over HTTP and over Socket Mode."""

import pytest

from bot.sandbox.browser import Browser, Page
from tests.journeys.office import COUNTED, Office, sign_in

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("connecting")]


def buttons(page: Page) -> set[str]:
    return {label for form in page.forms for label in form.buttons}


async def test_a_quickbooks_company_is_connected_and_its_lists_are_read(shared: Office) -> None:
    done = await shared.connect("ana", "Bright Bakery", "QuickBooks Online", "Bright Bakery")
    card = await shared.counted("Bright Bakery")
    letter = await shared.driver.read("ana", "@ana", "Connected Bright Bakery to")

    assert "Bright Bakery is connected to Bright Bakery" in done.text
    assert "in QuickBooks Online (bookkeeping), by Ana Patel" in card.plain
    assert "Sign in to QuickBooks Online" not in letter.buttons


async def test_the_page_of_connections_says_what_was_connected(shared: Office) -> None:
    await shared.connected("Larkspur Flowers", "Xero", "Larkspur Flowers")

    page = await shared.connections("Larkspur Flowers")
    lists = await shared.driver.ask(
        "ana", "larkspur-flowers", "/dext lists larkspur contacts", "Larkspur Flowers in Xero"
    )

    assert "Bookkeeping ● Connected · Larkspur Flowers · Xero" in page.plain
    assert "lists just now" in page.plain
    assert "Data Health ○ Not connected" in page.plain
    assert "of 88" in lists.plain


async def test_another_name_is_flagged_until_somebody_calls_it_fine(shared: Office) -> None:
    card = await shared.connected("Oak & Sons", "Xero", "Oakwood Joinery Holdings")
    await shared.driver.press("ana", card, "Names are fine")

    fine = await shared.driver.await_message(
        "ben",
        "oak-and-sons",
        lambda seen: seen.ts == card.ts and "Names are fine" not in seen.buttons,
        "the card without its doubt",
    )

    assert "The organisation is called “Oakwood Joinery Holdings”" in card.plain
    assert "is called" not in fine.plain
    assert fine.says(COUNTED)


async def test_a_link_works_once_and_only_in_the_browser_that_opened_it(shared: Office) -> None:
    link = await shared.ask_to_connect("ana", "Elm Street Books", "Xero")
    async with Browser() as hers, Browser() as another:
        start = await hers.open(link)
        consent = await hers.press(start, "Continue to Xero")
        stolen = await another.open(link)
        done = await hers.press(consent, "Allow access", choose=("Elm Street Books",))
        again = await hers.open(link)

    assert "Continue to Xero" not in buttons(stolen)
    assert "Elm Street Books is connected to Elm Street Books" in done.text
    assert "Continue to Xero" not in buttons(again)


async def test_cancelling_at_the_vendor_is_told_and_changes_nothing(shared: Office) -> None:
    link = await shared.ask_to_connect("ana", "Harbour Café", "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        consent = await browser.press(start, "Continue to Xero")
        page = await browser.press(consent, "Cancel")
    letter = await shared.driver.read("ana", "@ana", "You did not agree at Xero", "Harbour Café")
    shown = await shared.connections("Harbour Café")

    assert "nothing was changed" in page.text
    assert "New link" in letter.buttons
    assert "Bookkeeping ○ Not connected" in shown.plain
    assert await shared.said("harbour-cafe", "is connected") == []


async def test_one_organisation_backs_one_client(shared: Office) -> None:
    await shared.connected("Juniper Films", "Xero", "Juniper Films")
    link = await shared.ask_to_connect("chloe", "Ivy Property Lettings", "Xero")
    async with Browser() as browser:
        page = await sign_in(browser, link, "Xero", "Juniper Films")

    assert "already used by Juniper Films" in page.text
    assert await shared.said("ivy-lettings", "is connected") == []


async def test_a_guest_is_told_that_this_is_not_for_guests(shared: Office) -> None:
    refusal = await shared.driver.ask(
        "dora", "acme", '/dext connections "Acme Ltd"', "Guests cannot use Dext"
    )

    assert "Connected" not in refusal.plain
    assert refusal.is_private


async def test_what_was_said_while_slack_was_down_arrives_once(shared: Office) -> None:
    for fault in ("server_error", "rate_limited"):
        await shared.fault("slack", fault, times=2, method="chat.postMessage")
    link = await shared.ask_to_connect("ana", "Acorn Dental", "Xero")
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", "Acorn Dental")
    await shared.counted("Acorn Dental")

    assert len(await shared.said("acorn-dental", "is connected to Acorn Dental")) == 1
