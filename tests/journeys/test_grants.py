"""What a vendor permits ends, or its answers fail, while people connect and lists are read."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.sandbox.browser import Browser
from storage.models import Connection, Status
from tests.journeys import books
from tests.journeys.office import Office, channel_of, counts, organisation_of, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("grants"),
]

TOKEN = "/connect/token"
SLOW_MS = 30_000  # at most, of the call during which the access token expires


async def test_an_access_token_that_expires_during_an_import_is_renewed_once(
    shared: Office,
) -> None:
    client = "Acorn Dental"
    await shared.fault(f"xero:{client}/Items", "slow", ms=SLOW_MS)
    await shared.connect("ana", client, "Xero", client)
    await shared.reading(client, "banks")
    before = len(shared.calls(TOKEN))
    await shared.fault("xero", "expire_access")
    await shared.fault(f"xero:{client}/Items", "none")
    card = await shared.counted(client)

    assert len(shared.calls(TOKEN)) == before + 1
    assert "240 contacts" in counts(card)


async def test_a_revoked_permission_is_told_once_and_reconnecting_brings_it_back(
    shared: Office,
) -> None:
    client = "Harbour Café"
    await shared.connected(client, "Xero", client)
    await shared.fault(f"xero:{client}", "revoke_refresh")
    await shared.fault(f"xero:{client}", "expire_access")
    before = len(shared.calls(TOKEN))
    await shared.driver.type("ana", channel_of(client), "/dext refresh harbour")
    told = await shared.driver.read("ben", channel_of(client), "is no longer connected")
    letter = await shared.driver.read("ana", "@ana", client, "is no longer connected")
    expired = await shared.connections(client, "Bookkeeping ■ Expired")
    refusals = len(shared.calls(TOKEN)) - before
    known = await shared.letters("ana")
    await shared.driver.press("ana", told, "Reconnect")
    link = await shared.link("ana", "Sign in to Xero", besides=known)
    async with Browser() as browser:
        done = await sign_in(browser, link, "Xero", client)
    back = await shared.driver.reread("ben", told, "again. Back since")
    hers = await shared.driver.reread("ana", letter, "again. Back since")
    page = await shared.connections(client, "Bookkeeping ● Connected")

    assert refusals == 1
    assert "Xero no longer accepts our permission" in expired.plain
    assert f"{client} is connected to {client}" in done.text
    assert not {"Reconnect"} & {*back.buttons, *hers.buttons}
    assert len(await shared.said(channel_of(client), "no longer connected")) == 0
    assert len(await shared.said(channel_of(client), "again. Back since")) == 1
    assert "lists just now" in page.plain


async def test_reconnecting_to_another_organisation_is_stopped(shared: Office) -> None:
    client = "Ivy Property Lettings"
    await shared.connected(client, "Xero", client)
    known = await shared.letters("ana")
    await shared.manage(client, "Reconnect")
    link = await shared.link("ana", "Sign in to Xero", besides=known)
    async with Browser() as browser:
        page = await sign_in(browser, link, "Xero", "Elm Street Books")

    assert f"{client} is connected to {client}" in page.text
    assert "You signed in to Elm Street Books" in page.text
    assert (await shared.connection(client)).status is Status.CONNECTED


async def test_an_organisation_that_was_disconnected_at_xero_is_told(shared: Office) -> None:
    client = "Juniper Films"
    await shared.connected(client, "Xero", client)
    shared.disconnect_at_xero()
    await shared.driver.type("ana", channel_of(client), "/dext refresh juniper")
    told = await shared.driver.read("ben", channel_of(client), "is no longer connected")
    page = await shared.connections(client, "Bookkeeping ■ Expired")

    assert "Somebody removed this app from the organisation" in told.plain
    assert "Reconnect" in told.buttons
    assert "The organisation was disconnected at Xero" in page.plain
    assert len(await shared.said(channel_of(client), "is no longer connected")) == 1


async def test_a_vendor_that_never_says_what_was_agreed_connects_nothing(
    shared: Office,
) -> None:
    client = "Larkspur Flowers"
    await shared.fault("xero/token", "server_error", times=None)
    link = await shared.ask_to_connect("ana", client, "Xero")
    async with Browser() as browser:
        page = await sign_in(browser, link, "Xero", client)
    letter = await shared.driver.read("ana", "@ana", client, "did not answer after you signed in")

    assert "Nothing was connected" in page.text
    assert "New link" in letter.buttons
    assert await shared.said(channel_of(client), "is connected") == []


async def test_a_sign_in_that_the_vendor_breaks_off_connects_nothing_and_is_repeated(
    shared: Office,
) -> None:
    client = organisation = "Elm Street Books"
    await shared.fault("xero", "consent_error")
    link = await shared.ask_to_connect("ana", client, "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        refused = await browser.press(start, "Continue to Xero")
    await shared.connected(client, "Xero", organisation)

    assert "Nothing was connected" in refused.text


@pytest.mark.parametrize(
    ("client", "software", "resource"),
    [
        ("Acme Ltd", "Xero", "Contacts"),
        ("Dunmore Joinery", "QuickBooks Online", "Customer"),
    ],
)
async def test_one_bad_answer_changes_nothing_in_the_lists(
    shared: Office, client: str, software: str, resource: str
) -> None:
    vendor = "xero" if software == "Xero" else "quickbooks"
    organisation = organisation_of(client)
    await shared.fault(f"{vendor}:{organisation}/{resource}", "malformed_body")
    await shared.connected(client, software, organisation)
    again = await shared.read_again(client)

    assert "Nothing has changed since the last time" in again.plain
    assert (await shared.connection(client)).status is Status.CONNECTED


async def test_a_silent_vendor_is_said_on_the_card_and_tried_again(shared: Office) -> None:
    client, organisation = "Oak & Sons", organisation_of("Oak & Sons")
    await shared.fault(f"xero:{organisation}/Contacts", "unavailable_html", times=None)
    await shared.connect("ana", client, "Xero", organisation)
    waits = await books.told(shared, client, "(bookkeeping)", "Xero does not answer")
    await shared.fault("xero", "none")
    await lists_are_due(shared, client)
    card = await shared.counted(client)

    assert "It is tried again" in waits.plain
    assert card.ts == waits.ts
    assert "does not answer" not in card.plain


async def lists_are_due(office: Office, client: str) -> None:
    """As if the time had come at which an import is tried again."""
    connection = await office.connection(client)
    async with office.writing() as session:
        await session.execute(
            update(Connection)
            .where(Connection.id == connection.id)
            .values(lists_due_at=datetime.now(UTC) - timedelta(seconds=1))
        )
