"""What Slack delivers is acted on once, and only where Slack signed it."""

import asyncio
import time
from urllib.parse import urlencode

import httpx2
import pytest

from bot.sandbox.browser import Browser
from bot.sandbox.seed import SIGNING_SECRET
from bot.sandbox.workspace.deliver import signature
from tests.journeys.office import Office, clients_in, counts, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("deliveries"),
]
over_http, over_a_socket = (
    pytest.mark.parametrize("office_of_the_file", [transport], indirect=True)
    for transport in ("http", "socket")
)

CLIENT, CHANNEL = "Acorn Dental", "acorn-dental"


@pytest.mark.parametrize(
    ("fault", "one", "other"),
    [("duplicate", "Fern", "Moss"), ("duplicate_new_id", "Reed", "Sedge")],
)
async def test_a_delivery_that_comes_twice_acts_once(
    shared: Office, fault: str, one: str, other: str
) -> None:
    await shared.fault("bot", fault)
    typed = f"/dext clients add {one}"
    await shared.driver.post("command", user="ana", channel="practice", text=typed)
    await shared.fault("bot", fault)
    await shared.driver.post("say", user="ana", channel="@ana", text=f"clients add {other}")
    await shared.driver.read("ana", "@ana", other)

    for name in (one, other):
        listed = await shared.driver.ask("ana", "practice", f"/dext clients {name}", name)
        assert len(clients_in(listed, name)) == 1


async def test_a_delivery_replayed_after_a_restart_has_no_second_effect(shared: Office) -> None:
    await shared.driver.ask("ana", "practice", '/dext clients add "Bracken"', "Bracken")
    await shared.power_cut()
    await shared.start()
    await shared.connected_to_slack()
    await shared.replay()
    listed = await shared.driver.ask("ana", "practice", "/dext clients bracken", "Bracken")

    assert len(clients_in(listed, "Bracken")) == 1


@over_http
async def test_requests_that_slack_did_not_sign_are_refused(shared: Office) -> None:
    body = urlencode(
        {
            "command": "/dext", "text": 'clients add "Heather"', "team_id": "T0FERNHILL",
            "user_id": "U0ANA", "channel_id": "C0PRACTICE", "trigger_id": "1.2.3",
            "response_url": f"{shared.slack}/response/none", "team_domain": "heatherhill",
            "api_app_id": "A0DEXT",
        }
    ).encode()  # fmt: skip
    now = int(time.time())
    other = body.replace(b"Heather", b"Thistle")
    tries = {
        "another secret": (now, "another secret", body, body),
        "ten minutes old": (now - 600, SIGNING_SECRET, body, body),
        "ten minutes early": (now + 600, SIGNING_SECRET, body, body),
        "altered": (now, SIGNING_SECRET, body, other),
        "as Slack signs": (now, SIGNING_SECRET, body, body),
        "the same again": (now, SIGNING_SECRET, body, body),
    }
    statuses = {}
    async with httpx2.AsyncClient() as http:
        for name, (at, secret, signed, sent) in tries.items():
            answer = await http.post(
                f"{shared.bot_url}/slack/events",
                content=sent,
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Slack-Request-Timestamp": str(at),
                    "X-Slack-Signature": signature(secret, str(at), signed),
                },
            )
            statuses[name] = answer.status_code
    listed = await shared.driver.ask("ana", "practice", "/dext clients heather", "Heather")
    none = await shared.driver.ask("ana", "practice", "/dext clients thistle", "thistle")

    assert statuses == {
        "another secret": 401,
        "ten minutes old": 401,
        "ten minutes early": 401,
        "altered": 401,
        "as Slack signs": 200,
        "the same again": 200,
    }
    assert len(clients_in(listed, "Heather")) == 1
    assert "No client is called" in none.plain


@over_a_socket
async def test_a_recycled_socket_loses_nothing(shared: Office) -> None:
    names = [f"Client {number:02}" for number in range(9)]
    for number, name in enumerate(names):
        if number % 3 == 0:
            await shared.driver.post("recycle")
        await shared.driver.ask("ana", "practice", f'/dext clients add "{name}"', name)
    listed = await shared.driver.ask("ana", "practice", "/dext clients client", "Client 00")

    assert [name for name in names if not clients_in(listed, name)] == []


async def test_what_was_acknowledged_before_the_cut_is_done(shared: Office) -> None:
    await shared.driver.type("ana", "practice", '/dext clients add "Clover"')
    await shared.power_cut()
    await shared.start()
    await shared.connected_to_slack()
    listed = await shared.driver.ask("ana", "practice", "/dext clients clover", "Clover")

    assert len(clients_in(listed, "Clover")) == 1


async def test_everything_at_once_still_ends_well(shared: Office) -> None:
    """Slow Slack, a spent minute, duplicates and a power cut in one connecting."""
    await shared.fault("slack", "server_error", times=2, method="chat.postMessage")
    await shared.fault("bot", "duplicate", times=3)
    link = await shared.ask_to_connect("ana", CLIENT, "Xero")
    await shared.fault(f"xero:{CLIENT}/Contacts", "rate_minute", retry_after=3)
    async with Browser() as browser:
        await sign_in(browser, link, "Xero", CLIENT)
    await shared.reading(CLIENT, "accounts")
    await shared.power_cut()
    await asyncio.gather(shared.start(), shared.fault("slack", "rate_limited", times=2))
    card = await shared.counted(CLIENT)

    assert "240 contacts" in counts(card)
    assert len(await shared.said(CHANNEL, "is connected to")) == 1
