"""The bot is killed in the middle of things and started again."""

import asyncio

import pytest

from bot.sandbox.browser import Browser
from bot.sandbox.driver import NeverHappened
from tests.journeys.office import Office, clients_in, counts, sign_in

pytestmark = pytest.mark.timeout(180)

CLIENT = "Acorn Dental"
CHANNEL = "acorn-dental"
SLOW_MS = 10_000  # of the call during which the bot is killed


@pytest.mark.parametrize("resource", ["Accounts", "Items", "Contacts"])
async def test_an_import_cut_short_completes_once(http_office: Office, resource: str) -> None:
    await http_office.fault(f"xero:{CLIENT}/{resource}", "slow", ms=SLOW_MS)
    link = await http_office.ask_to_connect("ana", CLIENT, "Xero")
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", CLIENT)
    await http_office.driver.read("ben", CHANNEL, "is connected to", "Reading lists")
    if resource != "Accounts":
        await http_office.reading(CLIENT, "accounts")
    await http_office.kill()
    unfinished = await http_office.connection(CLIENT)
    await http_office.leases_run_out()
    await http_office.start()
    card = await http_office.counted(CLIENT)
    again = await http_office.read_again(CLIENT)

    assert unfinished.lists_read_at is None, "the import was over before the cut"
    assert "240 contacts" in counts(card)
    assert len(await http_office.said(CHANNEL, "is connected to")) == 1
    assert "Nothing has changed since the last time" in again.plain


async def test_what_was_acknowledged_before_the_cut_is_done(office: Office) -> None:
    await office.driver.type("ana", "practice", '/dext clients add "Fern"')
    await office.kill()
    await office.start()
    await office.connected_to_slack()
    listed = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern")

    assert len(clients_in(listed, "Fern")) == 1


async def test_a_link_that_was_promised_before_the_cut_arrives_once(http_office: Office) -> None:
    await http_office.driver.type("ana", CHANNEL, f'/dext connect "{CLIENT}"')
    await http_office.driver.await_modal("ana", "1 of 3")
    await http_office.driver.submit("ana")
    await http_office.driver.await_modal("ana", "2 of 3")
    await http_office.driver.submit("ana", Software="Xero")
    await http_office.driver.await_modal("ana", "3 of 3")
    await http_office.fault("slack", "timeout", method="chat.postMessage", seconds=20)
    await http_office.driver.submit("ana")
    await http_office.kill()
    await http_office.leases_run_out()
    await http_office.start()
    link = await http_office.link("ana", "Sign in to Xero")
    async with Browser() as browser:
        done = await sign_in(browser, link, "Xero", CLIENT)
    letters = [
        seen
        for seen in await http_office.driver.messages("ana", "@ana")
        if seen.says("Acorn Dental")
    ]

    assert "is connected to" in done.text
    assert len(letters) == 1


async def test_a_sign_in_survives_a_restart_in_the_middle(http_office: Office) -> None:
    link = await http_office.ask_to_connect("ana", CLIENT, "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        consent = await browser.press(start, "Continue to Xero")
        await http_office.kill()
        await http_office.start()
        done = await browser.press(consent, "Allow access", choose=(CLIENT,))

    assert f"{CLIENT} is connected to {CLIENT}" in done.text
    assert await http_office.counted(CLIENT)


async def test_what_happens_while_the_bot_is_down_is_said_by_slack(http_office: Office) -> None:
    await http_office.kill()
    with pytest.raises(NeverHappened, match="dispatch_failed"):
        await http_office.driver.type("ana", CHANNEL, "/dext help")
    await http_office.start()

    await http_office.driver.ask("ana", CHANNEL, "/dext help", "What would you like to do")


async def test_a_bot_that_is_told_to_stop_while_it_speaks_stops(http_office: Office) -> None:
    for number in range(4):
        await http_office.driver.type("ana", "practice", f'/dext clients add "Fern {number}"')
        await http_office.connect("ana", CLIENT, "Xero", CLIENT)
        await http_office.stop()
        await http_office.start()
        await http_office.manage(CLIENT, "Disconnect")
        await http_office.driver.await_modal("ana", "Disconnect")
        await http_office.driver.submit("ana")
        await http_office.driver.close("ana")
        await http_office.connections(CLIENT, "Disconnected")

    log = http_office.log.read_text("utf-8")
    assert log.count('"event":"application.stopping"') == 4


async def test_everything_at_once_still_ends_well(office: Office) -> None:
    """Slow Slack, a spent minute, duplicates and a power cut in one connecting."""
    await office.fault("slack", "server_error", times=2, method="chat.postMessage")
    await office.fault("bot", "duplicate", times=3)
    link = await office.ask_to_connect("ana", CLIENT, "Xero")
    await office.fault(f"xero:{CLIENT}/Contacts", "rate_minute", retry_after=3)
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", CLIENT)
    await office.reading(CLIENT, "accounts")
    await office.kill()
    await office.leases_run_out()
    await asyncio.gather(office.start(), office.fault("slack", "rate_limited", times=2))
    card = await office.counted(CLIENT)

    assert "240 contacts" in counts(card)
    assert len(await office.said(CHANNEL, "is connected to")) == 1
