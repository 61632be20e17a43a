"""A client is connected from Slack, over HTTP and over Socket Mode."""

import asyncio
import sys
from pathlib import Path

from bot.sandbox.browser import Browser
from bot.sandbox.tour import play
from tests.journeys.conftest import Office, sign_in


async def test_the_tour_happens_against_the_served_bot(office: Office) -> None:
    told: list[str] = []

    happened = await play(office.slack, told.append)

    assert happened, "\n".join(told)


async def test_a_quickbooks_company_is_connected_and_its_lists_are_read(office: Office) -> None:
    done = await office.connect("ana", "Bright Bakery", "QuickBooks Online", "Bright Bakery")

    assert "Bright Bakery is connected" in done.text
    card = await office.told("bright-bakery", "is connected to", "accounts", "tax rates")
    assert "QuickBooks" in card.plain


async def test_a_link_works_once_and_only_in_the_browser_that_opened_it(office: Office) -> None:
    link = await office.ask_to_connect("ana", "Acme Ltd", "Xero")
    async with Browser() as hers, Browser() as another:
        start = await hers.open(link)
        consent = await hers.press(start, "Continue to Xero")
        stolen = await another.open(link)
        done = await hers.press(consent, "Allow access", choose=("Acme Limited",))
        again = await hers.open(link)

    assert "Continue to Xero" not in {label for form in stolen.forms for label in form.buttons}
    assert "Acme Ltd is connected to Acme Limited" in done.text
    assert "Continue to Xero" not in {label for form in again.forms for label in form.buttons}


async def test_cancelling_at_the_vendor_is_told_and_changes_nothing(office: Office) -> None:
    link = await office.ask_to_connect("ana", "Acme Ltd", "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        consent = await browser.press(start, "Continue to Xero")
        page = await browser.press(consent, "Cancel")

    assert "nothing" in page.text.lower()
    await office.driver.type("ana", "acme", "/dext connections acme")
    shown = await office.driver.read("ana", "acme", "Bookkeeping")
    assert "Not connected" in shown.plain


async def test_a_standard_user_is_told_who_can(office: Office) -> None:
    await office.driver.type("ben", "acme", '/dext connect "Acme Ltd"')

    refusal = await office.driver.read("ben", "acme", "needs an administrator")
    assert "@ana or @chloe" in refusal.plain
    assert refusal.is_private


async def test_a_guest_is_told_that_this_is_not_for_guests(office: Office) -> None:
    await office.driver.type("dora", "acme", '/dext connections "Acme Ltd"')

    refusal = await office.driver.read("dora", "acme", "Guests cannot use Dext")
    assert "Connected" not in refusal.plain


async def test_ben_asks_ana_approves_and_everybody_reads_it(office: Office) -> None:
    await office.driver.type("ben", "acme", '/dext connect "Acme Ltd"')
    refusal = await office.driver.read("ben", "acme", "administrator")
    await office.driver.click("ben", "Ask them", channel="acme", ts=refusal.ts)
    asked = await office.driver.read("ana", "@ana", "asks to connect", "Acme Ltd")
    await office.driver.click("ana", "Approve", channel="@ana", ts=asked.ts)

    await office.driver.read("ben", "@ben", "Ana")
    await office.driver.read("chloe", "@chloe", "Ana")


async def test_a_command_delivered_twice_acts_once(office: Office) -> None:
    await office.driver.post("fault", target="bot", fault="duplicate", times=1)
    await office.driver.type("ana", "practice", '/dext clients add "Willow Farm"')
    await office.driver.read("ana", "practice", "Willow Farm")
    await office.driver.type("ana", "practice", "/dext clients willow")

    listed = await office.driver.read("ana", "practice", "Willow Farm")
    assert listed.plain.count("Willow Farm") == 1


async def test_what_was_said_while_slack_was_down_arrives_once(office: Office) -> None:
    link = await office.ask_to_connect("ana", "Acme Ltd", "Xero")
    for fault in ("server_error", "rate_limited"):
        await office.driver.post(
            "fault", target="slack", fault=fault, times=2, method="chat.postMessage"
        )
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", "Acme Limited")

    await office.told("acme", "is connected to Acme Limited", "accounts")
    cards = [
        seen
        for seen in await office.driver.messages("ben", "acme")
        if "is connected to Acme Limited" in seen.plain
    ]
    assert len(cards) == 1


async def test_the_command_line_tells_the_story_and_ends_with_0(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--tour", "--port", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 90)

    told = output.decode()
    assert process.returncode == 0, told
    assert "steps happened" in told
