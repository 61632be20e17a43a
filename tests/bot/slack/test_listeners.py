"""What Slack tells us acts once and is answered in time, over both transports."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.sandbox.seed import SIGNING_SECRET
from bot.slack.installs import web_client
from bot.slack.payloads import Payloads
from bot.slack.voice import Asked, Voice
from storage.models import Client, Person, Role
from tests.bot.slack.conftest import ACME, ANA, TEAM, Practice, said


async def clients_named(practice: Practice, name: str) -> int:
    await practice.settled()
    async with practice.application.tools.database.read() as session:
        count = select(func.count()).select_from(Client).where(Client.name == name)
        return await session.scalar(count) or 0


async def test_a_command_is_answered_in_its_acknowledgement(either: Practice) -> None:
    await either.driver.type("ana", "acme", "/dext help")

    answer = await either.driver.read("ana", "acme", "What would you like to do")
    (delivery,) = await either.deliveries("slash_commands")
    assert answer.is_private
    assert delivery["answer"]["response_type"] == "ephemeral"
    assert delivery["transport"] == (await either.driver.get("state"))["transport"]


async def test_words_nobody_understands_get_the_nearest_command(either: Practice) -> None:
    await either.driver.type("ana", "acme", "/dext conect")

    answer = await either.driver.read("ana", "acme", "conect")
    assert "Connect client" in answer.buttons


async def test_a_form_opens_as_a_modal_and_its_submission_leads_on(either: Practice) -> None:
    await either.driver.type("ana", "acme", "/dext clients add")
    modal = await either.driver.await_modal("ana", "Add")
    assert modal["submit"]

    name = modal["fields"][0]["label"]
    await either.driver.post("submit", user="ana", values={name: "Willow Farm"})

    assert await clients_named(either, "Willow Farm") == 1


@pytest.mark.parametrize("fault", ["duplicate", "lost"])
async def test_a_delivery_acts_at_most_once(either: Practice, fault: str) -> None:
    await either.driver.post("fault", target="bot", fault=fault, times=1)
    await either.driver.post(
        "command", user="ana", channel="#acme", text='/dext clients add "Willow Farm"'
    )

    assert await clients_named(either, "Willow Farm") == (0 if fault == "lost" else 1)


async def test_words_delivered_under_another_event_id_act_once(either: Practice) -> None:
    await either.driver.post("fault", target="bot", fault="duplicate_new_id", times=1)
    await either.driver.post("say", user="ana", channel="@ana", text='clients add "Willow Farm"')
    await either.driver.await_message(
        "ana", "@ana", lambda seen: "Willow Farm" in seen.plain and bool(seen.buttons), "an answer"
    )

    assert await clients_named(either, "Willow Farm") == 1


async def test_words_to_us_are_commands(either: Practice) -> None:
    await either.driver.post("say", user="ana", channel="@ana", text="help")
    await either.driver.post("say", user="ben", channel="#acme", text="@Dext help")

    await either.driver.read("ana", "@ana", "What would you like to do")
    mentioned = await either.driver.read("ben", "acme", "What would you like to do")
    assert mentioned.is_private


async def test_files_dropped_together_to_us_are_asked_about_once(either: Practice) -> None:
    receipts = [
        {"filename": f"{n}.pdf", "content_base64": base64.b64encode(bytes([n])).decode()}
        for n in range(3)
    ]
    await either.driver.post("upload", user="ana", channel="@ana", files=receipts)
    asked = await either.driver.read("ana", "@ana", "Whose are these?")
    await either.driver.post("say", user="ana", channel="@ana", text="help")
    await either.driver.read("ana", "@ana", "What would you like to do")
    every = [seen.plain for seen in await either.driver.messages("ana", "@ana")]

    assert "Choose the client they are for" in asked.plain
    assert sum("Whose" in plain for plain in every) == 1


async def test_home_shows_itself_when_it_is_opened(either: Practice) -> None:
    await either.driver.post("open_home", user="ana")

    async with asyncio.timeout(10):
        while not (home := await either.driver.get("home", user="ana")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert home["blocks"]


async def test_a_button_in_home_opens_a_modal_and_home_shows_what_has_changed(
    practice: Practice,
) -> None:
    await practice.driver.post("open_home", user="ana")
    async with asyncio.timeout(10):
        while not await practice.driver.get("home", user="ana"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await practice.driver.click("ana", "People", surface="home")

    modal = await practice.driver.await_modal("ana", "Who may do what")
    assert modal["close"] == "Close"
    async with asyncio.timeout(10):
        while len(await practice.calls("views.publish")) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_menu_can_be_used_again_after_a_form_was_put_away(either: Practice) -> None:
    seen = await either.driver.ask("ana", "acme", "/dext clients acme", "Acme Ltd")

    async def menu() -> dict[str, Any]:
        """The first row with a menu, as it stands there now."""
        found = await either.driver.get("messages", channel="acme", user="ana")
        (message,) = [m for m in found["messages"] if m["ts"] == seen.ts]
        blocks: list[dict[str, Any]] = message["blocks"]
        return next(block for block in blocks if "accessory" in block)

    before = await menu()
    await either.driver.choose("ana", seen, "Rename")
    await either.driver.await_modal("ana", "Rename a client")
    await either.driver.close("ana")
    async with asyncio.timeout(10):
        while (await menu())["block_id"] == before["block_id"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    after = await menu()
    assert after | {"block_id": None} == before | {"block_id": None}


async def test_the_shortcut_begins_to_connect_a_client(either: Practice) -> None:
    await either.driver.post("shortcut", user="ana", callback_id="connect_client")

    modal = await either.driver.await_modal("ana", "Connect")
    assert modal["fields"]


async def test_clients_are_offered_while_somebody_types(either: Practice) -> None:
    await either.driver.type("ana", "acme", "/dext connect client")
    await either.driver.await_modal("ana", "Connect")
    found = await either.driver.post("options", user="ana", label="Client", query="bak")

    assert "Bright Bakery" in json.dumps(found)


async def test_guests_are_told_that_it_is_not_for_them(practice: Practice) -> None:
    await practice.driver.type("dora", "acme", "/dext help")
    told = await practice.driver.read("dora", "acme", "Guests cannot use Dext")

    assert told.is_private


async def test_a_role_that_was_withdrawn_is_gone_at_the_next_click(practice: Practice) -> None:
    await practice.driver.type("chloe", "acme", "/dext clients add")
    assert await practice.driver.await_modal("chloe", "Add")
    async with practice.application.tools.database.begin() as session:
        chloe = await session.get_one(Person, (TEAM, "U0CHLOE"))
        chloe.role = Role.STANDARD
    modal = await practice.driver.modal("chloe")
    assert modal is not None
    name = modal["fields"][0]["label"]
    await practice.driver.post("submit", user="chloe", values={name: "Willow Farm"})

    assert await clients_named(practice, "Willow Farm") == 0


async def test_an_acknowledgement_does_not_wait_for_a_slow_database(practice: Practice) -> None:
    database = practice.application.tools.database
    async with database.begin():  # until the command is acknowledged
        await practice.driver.type("ana", "acme", "/dext help")
    answer = await practice.driver.read("ana", "acme", "What would you like to do")

    (delivery,) = await practice.deliveries("slash_commands")
    assert not delivery["failure"]
    assert answer.is_private


async def test_a_slow_submission_shows_that_it_works_and_then_the_answer(
    practice: Practice,
) -> None:
    await practice.driver.type("ana", "acme", "/dext clients add")
    modal = await practice.driver.await_modal("ana", "Add")
    name = modal["fields"][0]["label"]
    async with practice.application.tools.database.begin():
        await practice.driver.post("submit", user="ana", values={name: "Willow Farm"})
        working = await practice.driver.modal("ana")
        assert working is not None
        assert "Working on it" in working["plain"]
    done = await practice.driver.await_modal("ana", "Willow Farm")

    assert "Working on it" not in done["plain"]


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_form_that_comes_too_late_can_be_opened_again(
    practice: Practice, error: str
) -> None:
    await practice.fault(f"error:{error}", method="views.open")
    await practice.driver.type("ana", "acme", "/dext connect client")
    late = await practice.driver.read("ana", "acme", "took too long to open")
    await practice.driver.click("ana", "Open again", channel="acme", ts=late.ts)

    assert await practice.driver.await_modal("ana", "Connect")


async def test_a_dead_response_address_does_not_silence_us(practice: Practice) -> None:
    application = practice.application
    async with aiohttp.ClientSession() as session:
        voice = Voice(
            installs=application.slack.installs,
            payloads=Payloads(is_strict=True),
            outbox=application.slack.outbox,
            database=application.tools.database,
            session=session,
            api_url=f"{practice.address}/api/",
        )
        gone = Asked(
            workspace_id=TEAM,
            user_id=ANA,
            channel_id=ACME,
            response_url=f"{practice.address}/hooks/gone",
        )
        await voice.whisper(gone, said("one"))
        elsewhere = Asked(
            workspace_id=TEAM, user_id=ANA, response_url="https://169.254.169.254/latest"
        )
        await voice.whisper(elsewhere, said("two"))

    assert (await practice.driver.read("ana", "acme", "one")).is_private
    assert await practice.driver.read("ana", "@ana", "two")


async def test_a_button_of_another_release_says_what_to_do(practice: Practice) -> None:
    client = web_client(
        "xoxb-sandbox",
        base_url=f"{practice.address}/api/",
        session=practice.application.slack._session,
    )
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Old"},
        "action_id": "from-1999",
        "value": "ledgers.forge?what=everything",
    }
    posted = await client.chat_postMessage(
        channel=ACME, text="old", blocks=[{"type": "actions", "elements": [button]}]
    )
    await practice.driver.click("ana", "Old", channel="acme", ts=str(posted["ts"]))

    answer = await practice.driver.await_message(
        "ana", "acme", lambda seen: seen.is_private, "an answer to the old button"
    )
    assert "Help" in answer.buttons


async def test_uninstalling_takes_the_token_and_nothing_else(practice: Practice) -> None:
    await practice.driver.post("uninstall")

    async with asyncio.timeout(10):
        while await practice.application.slack.installs.find(TEAM):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await clients_named(practice, "Acme Ltd") == 1


def signed(body: bytes, *, secret: str = SIGNING_SECRET, age_s: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age_s)
    text = b"v0:" + stamp.encode() + b":" + body
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(),
    }


def a_command(text: str, **over: Any) -> bytes:
    return urlencode(
        {
            "command": "/dext",
            "text": text,
            "team_id": TEAM,
            "user_id": ANA,
            "channel_id": ACME,
            "trigger_id": "1.2.3",
            "response_url": "http://127.0.0.1:9/hooks/none",
        }
        | over
    ).encode()


async def deliver(practice: Practice, body: bytes, headers: dict[str, str]) -> int:
    url = f"{practice.application.settings.public_url}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_a_replay_inside_the_window_has_one_effect(practice: Practice) -> None:
    body = a_command('clients add "Willow Farm"')
    headers = signed(body, age_s=200)

    statuses = [await deliver(practice, body, headers) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert await clients_named(practice, "Willow Farm") == 1


async def test_replays_at_the_same_moment_have_one_effect(practice: Practice) -> None:
    body = a_command('clients add "Willow Farm"')
    headers = signed(body)

    await asyncio.gather(*(deliver(practice, body, headers) for _ in range(20)))

    assert await clients_named(practice, "Willow Farm") == 1


@pytest.mark.parametrize(
    ("altered", "secret", "age_s"),
    [
        (b"", SIGNING_SECRET, 600),  # the clock goes on; test_signature knows the second
        (b"", SIGNING_SECRET, -600),
        (b"&text=help", SIGNING_SECRET, 0),
        (b"", "somebody else's secret", 0),
    ],
)
async def test_what_slack_did_not_sign_now_is_refused(
    practice: Practice, altered: bytes, secret: str, age_s: int
) -> None:
    body = a_command('clients add "Willow Farm"')
    status = await deliver(practice, body + altered, signed(body, secret=secret, age_s=age_s))

    assert status == 401
    assert await clients_named(practice, "Willow Farm") == 0
