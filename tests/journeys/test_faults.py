"""Vendors and Slack answer badly, and nothing is lost, doubled or out of order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from bot.sandbox.browser import Browser
from storage.models import Connection, Status
from tests.journeys.office import Office, channel_of, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("faults"),
]

RETRY_AFTER_S = 3
HEALTH = "Data Health"


async def lists_are_due(office: Office, client: str) -> None:
    """As if the time had come at which an import is tried again."""
    connection = await office.connection(client)
    async with office.writing() as session:
        await session.execute(
            update(Connection)
            .where(Connection.id == connection.id)
            .values(lists_due_at=datetime.now(UTC) - timedelta(seconds=1))
        )


@pytest.mark.parametrize(
    ("client", "software", "fault", "resource"),
    [
        ("Acorn Dental", "Xero", "server_error", "Accounts"),
        ("Elm Street Books", "Xero", "unavailable_html", "Contacts"),
        ("Harbour Café", "Xero", "malformed_body", "Contacts"),
        ("Ivy Property Lettings", "Xero", "slow", "TaxRates"),
        ("Juniper Films", "Xero", "unknown_enum", "Accounts"),
        ("Larkspur Flowers", "Xero", "unauthorized", "Items"),
        ("Bright Bakery", "QuickBooks Online", "unavailable_html", "Account"),
        ("Dunmore Joinery", "QuickBooks Online", "malformed_body", "Customer"),
    ],
)
async def test_one_bad_answer_changes_nothing_in_what_is_read(
    shared: Office, client: str, software: str, fault: str, resource: str
) -> None:
    vendor = "xero" if software == "Xero" else "quickbooks"
    await shared.fault(f"{vendor}:{client}/{resource}", fault)
    await shared.connected(client, software, client)
    again = await shared.read_again(client)

    assert "Nothing has changed since the last time" in again.plain
    assert (await shared.connection(client)).status is Status.CONNECTED
    assert len(await shared.said(channel_of(client), "is connected to")) == 1


async def test_a_spent_minute_is_waited_out_and_the_import_completes(shared: Office) -> None:
    client, organisation = "Oak & Sons", "Oakwood Joinery Holdings"
    target = f"xero:{organisation}/Contacts"
    await shared.fault(target, "rate_minute", times=2, retry_after=RETRY_AFTER_S)
    await shared.connected(client, "Xero", organisation)
    contacts = [c for c in shared.calls("/Contacts") if c.organisation == organisation]
    pauses = [(late.at - early.at).total_seconds() for early, late in pairwise(contacts)]
    again = await shared.read_again(client)

    assert [call.status for call in contacts] == [429, 429, 200]
    assert min(pauses) >= RETRY_AFTER_S
    assert "Nothing has changed since the last time" in again.plain


async def test_a_silent_vendor_is_said_on_the_card_and_tried_again(shared: Office) -> None:
    await shared.fault("xero:Acme Limited/Contacts", "unavailable_html", times=None)
    await shared.connect("ana", "Acme Ltd", "Xero", "Acme Limited")
    waits = await shared.driver.read(
        "ben", "acme", "is connected to", "Xero does not answer", patience_s=60
    )
    await shared.fault("xero:Acme Limited/Contacts", "none")
    await lists_are_due(shared, "Acme Ltd")
    card = await shared.counted("Acme Ltd")

    assert "It is tried again" in waits.plain
    assert card.ts == waits.ts
    assert "does not answer" not in card.plain
    assert "2,310 contacts" in card.plain


@pytest.mark.parametrize(
    ("client", "fault", "options"),
    [
        ("Acorn Dental", "rate_limited", {"seconds": 2}),
        ("Elm Street Books", "server_error", {}),
        ("Harbour Café", "timeout", {"seconds": 2}),
        ("Ivy Property Lettings", "drop_before", {}),
        ("Juniper Films", "drop_after", {}),
        ("Larkspur Flowers", "error:internal_error", {}),
    ],
)
async def test_what_is_said_arrives_once_and_in_order(
    shared: Office, client: str, fault: str, options: dict[str, int]
) -> None:
    link = await shared.ask_to_connect("ana", client, "Xero", HEALTH)
    await shared.fault("slack", fault, times=2, method="chat.postMessage", **options)
    await shared.fault("slack", fault, times=1, method="chat.update", **options)
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", client)
    await shared.counted(client, purpose=HEALTH)
    await shared.manage(client, "Disconnect", purpose=HEALTH)
    await shared.driver.await_modal("ana", f"Disconnect {client} from")
    await shared.driver.submit("ana")
    await shared.driver.read("ben", channel_of(client), "was disconnected")
    await shared.driver.read("ben", channel_of(client), "was connected to", f"({HEALTH})")

    said = await shared.said(channel_of(client), client, f"({HEALTH})")
    first, second = [seen.plain.splitlines()[0] for seen in said]
    assert "was connected to" in first
    assert "was disconnected" in second


async def test_a_channel_without_the_bot_waits_for_an_invitation(shared: Office) -> None:
    await shared.driver.post("kick", channel="oak-and-sons", user="Dext")
    await shared.connect("ana", "Oak & Sons", "Xero", "Oakwood Joinery Holdings", purpose=HEALTH)
    asked = await shared.driver.read("ana", "@ana", "I am not in that channel")
    await shared.driver.post("invite", channel="oak-and-sons", user="Dext")
    card = await shared.counted("Oak & Sons", purpose=HEALTH)

    assert "#oak-and-sons" in asked.plain
    assert "205 contacts" in card.plain
