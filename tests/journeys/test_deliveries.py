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

pytestmark = pytest.mark.timeout(180)

CLIENT, CHANNEL = "Acorn Dental", "acorn-dental"


@pytest.mark.parametrize("fault", ["duplicate", "duplicate_new_id"])
async def test_a_delivery_that_comes_twice_acts_once(office: Office, fault: str) -> None:
    await office.fault("bot", fault)
    await office.driver.post(
        "command", user="ana", channel="practice", text="/dext clients add Fern"
    )
    await office.fault("bot", fault)
    await office.driver.post("say", user="ana", channel="@ana", text="clients add Moss")
    await office.driver.read("ana", "@ana", "Moss")
    ferns = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern")
    mosses = await office.driver.ask("ana", "practice", "/dext clients moss", "Moss")

    assert len(clients_in(ferns, "Fern")) == 1
    assert len(clients_in(mosses, "Moss")) == 1


async def test_a_delivery_replayed_after_a_restart_has_no_second_effect(office: Office) -> None:
    await office.driver.ask("ana", "practice", '/dext clients add "Fern"', "Fern")
    await office.kill()
    await office.start()
    await office.connected_to_slack()
    await office.replay()
    listed = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern")

    assert len(clients_in(listed, "Fern")) == 1


async def test_requests_that_slack_did_not_sign_are_refused(http_office: Office) -> None:
    body = urlencode(
        {
            "command": "/dext", "text": 'clients add "Fern"', "team_id": "T0FERNHILL",
            "user_id": "U0ANA", "channel_id": "C0PRACTICE", "trigger_id": "1.2.3",
            "response_url": f"{http_office.slack}/response/none", "team_domain": "fernhill",
            "api_app_id": "A0DEXT",
        }
    ).encode()  # fmt: skip
    now = int(time.time())
    other = body.replace(b"Fern", b"Moss")
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
                f"{http_office.bot_url}/slack/events",
                content=sent,
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Slack-Request-Timestamp": str(at),
                    "X-Slack-Signature": signature(secret, str(at), signed),
                },
            )
            statuses[name] = answer.status_code
    listed = await http_office.driver.ask("ana", "practice", "/dext clients fern", "Fern")
    none = await http_office.driver.ask("ana", "practice", "/dext clients moss", "moss")

    assert statuses == {
        "another secret": 401,
        "ten minutes old": 401,
        "ten minutes early": 401,
        "altered": 401,
        "as Slack signs": 200,
        "the same again": 200,
    }
    assert len(clients_in(listed, "Fern")) == 1
    assert "No client is called" in none.plain


async def test_a_recycled_socket_loses_nothing(socket_office: Office) -> None:
    names = [f"Client {number:02}" for number in range(9)]
    for number, name in enumerate(names):
        if number % 3 == 0:
            await socket_office.driver.post("recycle")
        await socket_office.driver.ask("ana", "practice", f'/dext clients add "{name}"', name)
    listed = await socket_office.driver.ask("ana", "practice", "/dext clients client", "Client 00")

    assert [name for name in names if not clients_in(listed, name)] == []


async def test_what_was_acknowledged_before_the_cut_is_done(office: Office) -> None:
    await office.driver.type("ana", "practice", '/dext clients add "Fern"')
    await office.kill()
    await office.start()
    await office.connected_to_slack()
    listed = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern")

    assert len(clients_in(listed, "Fern")) == 1


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
