"""Vendors and Slack fail in the middle of things, and nothing is lost or said twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from bot.sandbox.browser import Browser
from storage.models import Connection, Status
from tests.journeys.office import Office, counts, sign_in

pytestmark = pytest.mark.timeout(180)

CLIENT = "Acorn Dental"
CHANNEL = "acorn-dental"
TOKEN = "/connect/token"
SLOW_MS = 5_000  # of one call, in which something happens
RETRY_AFTER_S = 3
EVERYTHING = (
    "43 accounts, 9 tax rates, 240 contacts, 12 products, 1 tracking category, 1 bank account"
)


async def lists_are_due(office: Office) -> None:
    """As if the time had come at which an import is tried again."""
    async with office.writing() as session:
        await session.execute(
            update(Connection)
            .where(Connection.lists_due_at.is_not(None))
            .values(lists_due_at=datetime.now(UTC) - timedelta(seconds=1))
        )


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
    assert counts(card) == EVERYTHING


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


async def test_a_spent_minute_is_waited_out_and_the_import_completes(http_office: Office) -> None:
    target = f"xero:{CLIENT}/Contacts"
    await http_office.fault(target, "rate_minute", times=2, retry_after=RETRY_AFTER_S)
    await http_office.connect("ana", CLIENT, "Xero", CLIENT)
    card = await http_office.counted(CLIENT)
    contacts = [call.at for call in http_office.calls("/Contacts")]
    pauses = [(b - a).total_seconds() for a, b in pairwise(contacts)]

    assert len(http_office.calls("/Contacts", status=429)) == 2
    assert min(pauses[:2]) >= RETRY_AFTER_S
    assert counts(card) == EVERYTHING


@pytest.mark.parametrize(
    ("fault", "resource"),
    [
        ("server_error", "Accounts"),
        ("unavailable_html", "Contacts"),
        ("malformed_body", "Contacts"),
        ("slow", "TaxRates"),
        ("unknown_enum", "Accounts"),
        ("unauthorized", "Items"),
    ],
)
async def test_one_bad_answer_of_xero_changes_nothing_in_what_is_read(
    http_office: Office, fault: str, resource: str
) -> None:
    await http_office.fault(f"xero:{CLIENT}/{resource}", fault)
    await http_office.connect("ana", CLIENT, "Xero", CLIENT)
    card = await http_office.counted(CLIENT)

    assert counts(card) == EVERYTHING
    assert (await http_office.connection(CLIENT)).status is Status.CONNECTED


async def test_a_silent_vendor_is_said_on_the_card_and_tried_again(http_office: Office) -> None:
    await http_office.fault(f"xero:{CLIENT}/Contacts", "unavailable_html", times=None)
    await http_office.connect("ana", CLIENT, "Xero", CLIENT)
    waits = await http_office.driver.read(
        "ben", CHANNEL, "is connected to", "Xero does not answer", patience_s=40
    )
    await http_office.fault(f"xero:{CLIENT}/Contacts", "none")
    await lists_are_due(http_office)
    card = await http_office.counted(CLIENT)

    assert "It is tried again at" in waits.plain
    assert card.ts == waits.ts
    assert "does not answer" not in card.plain


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


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("rate_limited", {"seconds": 2}),
        ("server_error", {}),
        ("timeout", {"seconds": 2}),
        ("drop_before", {}),
        ("drop_after", {}),
        ("error:internal_error", {}),
    ],
)
async def test_a_card_is_posted_once_and_in_order(
    http_office: Office, fault: str, options: dict[str, int]
) -> None:
    link = await http_office.ask_to_connect("ana", CLIENT, "Xero")
    await http_office.fault("slack", fault, times=2, method="chat.postMessage", **options)
    await http_office.fault("slack", fault, times=1, method="chat.update", **options)
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", CLIENT)
    await http_office.counted(CLIENT)
    await http_office.manage(CLIENT, "Disconnect")
    await http_office.driver.await_modal("ana", "Disconnect")
    await http_office.driver.submit("ana")
    await http_office.driver.read("ben", CHANNEL, "was disconnected")

    said = [seen.plain.splitlines()[0] for seen in await http_office.said(CHANNEL, CLIENT)]
    assert len(said) == 2
    assert "is connected to" in said[0]
    assert "was disconnected" in said[1]


async def test_a_channel_without_the_bot_waits_for_an_invitation(http_office: Office) -> None:
    await http_office.driver.post("kick", channel=CHANNEL, user="Dext")
    await http_office.connect("ana", CLIENT, "Xero", CLIENT)
    asked = await http_office.driver.read("ana", "@ana", "I am not in it")
    await http_office.driver.post("invite", channel=CHANNEL, user="Dext")
    card = await http_office.counted(CLIENT)

    assert f"#{CHANNEL}" in asked.plain
    assert counts(card) == EVERYTHING
