"""Slack answers badly, and nothing is lost, doubled or out of order."""

import pytest

from bot.sandbox.browser import Browser
from tests.journeys.office import Office, channel_of, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("slack-faults"),
]

HEALTH = "Data Health"


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
