"""What a vendor permits ends: an access token, a refresh token, an organisation."""

import pytest

from bot.sandbox.browser import Browser
from storage.models import Status
from tests.journeys.office import Office, counts, sign_in

pytestmark = pytest.mark.timeout(180)

CLIENT = "Acorn Dental"
CHANNEL = "acorn-dental"
TOKEN = "/connect/token"
SLOW_MS = 6_000  # of the call during which the access token expires


async def test_an_access_token_that_expires_during_an_import_is_renewed_once(
    http_office: Office,
) -> None:
    await http_office.fault(f"xero:{CLIENT}/Items", "slow", ms=SLOW_MS)
    await http_office.connect("ana", CLIENT, "Xero", CLIENT)
    await http_office.reading(CLIENT, "banks")
    before = len(http_office.calls(TOKEN))
    await http_office.fault("xero", "expire_access")
    card = await http_office.counted(CLIENT)

    assert len(http_office.calls(TOKEN)) == before + 1
    assert "240 contacts" in counts(card)


async def test_a_revoked_permission_is_told_once_and_reconnecting_brings_it_back(
    http_office: Office,
) -> None:
    await http_office.connected(CLIENT, "Xero", CLIENT)
    await http_office.fault("xero", "revoke_refresh")
    await http_office.fault("xero", "expire_access")
    before = len(http_office.calls(TOKEN))
    await http_office.driver.type("ana", CHANNEL, "/dext refresh acorn")
    told = await http_office.driver.read("ben", CHANNEL, "is no longer connected")
    letter = await http_office.driver.read("ana", "@ana", "is no longer connected")
    expired = await http_office.connections(CLIENT, "Bookkeeping ■ Expired")
    refusals = len(http_office.calls(TOKEN)) - before
    await http_office.driver.press("ana", told, "Reconnect")
    link = await http_office.link("ana", "Sign in to Xero")
    async with Browser() as browser:
        done = await sign_in(browser, link, "Xero", CLIENT)
    back = await http_office.driver.reread("ben", told, "again. Back since")
    hers = await http_office.driver.reread("ana", letter, "again. Back since")
    page = await http_office.connections(CLIENT, "Bookkeeping ● Connected")

    assert refusals == 1
    assert "Xero no longer accepts our permission" in expired.plain
    assert f"{CLIENT} is connected to {CLIENT}" in done.text
    assert not {"Reconnect"} & {*back.buttons, *hers.buttons}
    assert len(await http_office.said(CHANNEL, "no longer connected")) == 0
    assert len(await http_office.said(CHANNEL, "again. Back since")) == 1
    assert "lists just now" in page.plain


async def test_reconnecting_to_another_organisation_is_stopped(http_office: Office) -> None:
    await http_office.connected(CLIENT, "Xero", CLIENT)
    await http_office.manage(CLIENT, "Reconnect")
    link = await http_office.link("ana", "Sign in to Xero")
    async with Browser() as browser:
        page = await sign_in(browser, link, "Xero", "Elm Street Books")

    assert "Acorn Dental is connected to Acorn Dental" in page.text
    assert "You signed in to Elm Street Books" in page.text
    assert (await http_office.connection(CLIENT)).status is Status.CONNECTED


async def test_an_organisation_that_was_disconnected_at_xero_is_told(http_office: Office) -> None:
    await http_office.connected(CLIENT, "Xero", CLIENT)
    http_office.disconnect_at_xero()
    await http_office.driver.type("ana", CHANNEL, "/dext refresh acorn")
    told = await http_office.driver.read("ben", CHANNEL, "is no longer connected")
    page = await http_office.connections(CLIENT, "Bookkeeping ■ Expired")

    assert "Somebody removed this app from the organisation" in told.plain
    assert "Reconnect" in told.buttons
    assert "The organisation was disconnected at Xero" in page.plain
    assert len(await http_office.said(CHANNEL, "is no longer connected")) == 1


async def test_a_vendor_that_never_says_what_was_agreed_connects_nothing(
    http_office: Office,
) -> None:
    await http_office.fault("xero/token", "server_error", times=None)
    link = await http_office.ask_to_connect("ana", CLIENT, "Xero")
    async with Browser() as browser:
        page = await sign_in(browser, link, "Xero", CLIENT)
    letter = await http_office.driver.read("ana", "@ana", "did not answer after you signed in")

    assert "Nothing was connected" in page.text
    assert "New link" in letter.buttons
    assert await http_office.said(CHANNEL, "is connected") == []
