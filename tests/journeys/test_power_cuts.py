"""The bot is killed in the middle of things and started again."""

import pytest

from bot.sandbox.browser import Browser
from bot.sandbox.driver import NeverHappened
from tests.journeys.office import Office, channel_of, counts, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("power cuts"),
]

SLOW_MS = 30_000  # at most, of the call during which the bot is killed


@pytest.mark.parametrize(
    ("client", "resource"),
    [
        ("Acorn Dental", "Accounts"),
        ("Harbour Café", "Items"),
        ("Ivy Property Lettings", "Contacts"),
    ],
)
async def test_an_import_cut_short_completes_once(
    shared: Office, client: str, resource: str
) -> None:
    there = shared.ledgers.organisation(client).rows("Contacts")
    contacts = sum(row.fields["ContactStatus"] == "ACTIVE" for row in there)
    await shared.fault(f"xero:{client}/{resource}", "slow", ms=SLOW_MS)
    link = await shared.ask_to_connect("ana", client, "Xero")
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", client)
    await shared.driver.read("ben", channel_of(client), "is connected to", "Reading lists")
    if resource != "Accounts":
        await shared.reading(client, "accounts")
    await shared.power_cut()
    unfinished = await shared.connection(client)
    await shared.fault("xero", "none")  # the call may not have been made yet
    await shared.start()
    card = await shared.counted(client)
    again = await shared.read_again(client)

    assert unfinished.lists_read_at is None, "the import was over before the cut"
    assert f"{contacts:,} contacts" in counts(card)
    assert len(await shared.said(channel_of(client), "is connected to")) == 1
    assert "Nothing has changed since the last time" in again.plain


async def test_a_link_that_was_promised_before_the_cut_arrives_once(shared: Office) -> None:
    client = "Juniper Films"
    await shared.driver.type("ana", channel_of(client), f'/dext connect "{client}"')
    await shared.driver.await_modal("ana", "1 of 3")
    await shared.driver.submit("ana")
    await shared.driver.await_modal("ana", "2 of 3")
    await shared.driver.submit("ana", Software="Xero")
    await shared.driver.await_modal("ana", "3 of 3")
    known = await shared.letters("ana")
    await shared.fault("slack", "timeout", method="chat.postMessage", seconds=20)
    await shared.driver.submit("ana")
    await shared.power_cut()
    await shared.fault("slack", "none")  # the message may not have been sent yet
    await shared.start()
    link = await shared.link("ana", "Sign in to Xero", besides=known)
    async with Browser() as browser:
        done = await sign_in(browser, link, "Xero", client)
    letters = [seen for seen in await shared.driver.messages("ana", "@ana") if seen.says(client)]

    assert "is connected to" in done.text
    assert len(letters) == 1


async def test_a_sign_in_survives_a_restart_in_the_middle(shared: Office) -> None:
    client = "Larkspur Flowers"
    link = await shared.ask_to_connect("ana", client, "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        consent = await browser.press(start, "Continue to Xero")
        await shared.power_cut()
        await shared.start()
        done = await browser.press(consent, "Allow access", choose=(client,))

    assert f"{client} is connected to {client}" in done.text
    assert await shared.counted(client)


async def test_what_happens_while_the_bot_is_down_is_said_by_slack(shared: Office) -> None:
    client = "Acorn Dental"
    await shared.power_cut()
    with pytest.raises(NeverHappened, match="dispatch_failed"):
        await shared.driver.type("ana", channel_of(client), "/dext help")
    await shared.start()

    await shared.driver.ask("ana", channel_of(client), "/dext help", "What would you like to do")


async def test_a_bot_that_is_told_to_stop_while_it_speaks_stops(shared: Office) -> None:
    client = "Elm Street Books"
    for number in range(2):
        await shared.driver.type("ana", "practice", f'/dext clients add "Fern {number}"')
        await shared.connect("ana", client, "Xero", client)
        await shared.stop()
        await shared.start()
        await shared.manage(client, "Disconnect")
        await shared.driver.await_modal("ana", "Disconnect")
        await shared.driver.submit("ana")
        await shared.driver.close("ana")
        await shared.connections(client, "Disconnected")

    log = shared.log.read_text("utf-8")
    assert log.count('"event":"application.stopping"') == 2
