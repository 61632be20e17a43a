"""Deliveries are signed, timed, retried and replayed; a person sees when one is missed."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.driver import awaited
from bot.sandbox.workspace.deliver import signature
from bot.sandbox.workspace.registration import Registration

Json = dict[str, Any]


def button(label: str, action_id: str) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id}


async def with_a_button(place: Any) -> None:
    row = {"type": "actions", "elements": [button("Go", "go")]}
    await place.slack.chat_postMessage(channel="C0ACME", text="Choose", blocks=[row])


async def deliveries(place: Any) -> list[Json]:
    found = await place.get("/control/log", kind="delivery")
    return list(found["entries"])


def test_the_signature_is_that_of_slacks_own_example() -> None:
    """Values from Slack's page "Verifying requests from Slack"."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


async def test_a_command_nobody_takes_fails_in_slacks_words(place: Any) -> None:
    answer = await place.post("/control/command", user="ana", channel="acme", text="/dext help")

    assert answer == {"ok": False, "error": "dispatch_failed"}
    assert await place.read("ana", "acme") == ['/dext failed with the error "dispatch_failed"']
    assert await place.read("ben", "acme") == []


async def test_a_command_acknowledged_too_late_has_timed_out(bot: Any) -> None:
    @bot.bolt.command("/dext")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(3.2)
        await ack("Too late")

    answer = await bot.post("/control/command", user="ana", channel="acme", text="/dext")

    assert answer["error"] in ("operation_timeout", "dispatch_failed")
    assert await bot.read("ana", "acme") == [f'/dext failed with the error "{answer["error"]}"']


async def test_a_button_that_fails_shows_a_warning(visit: Any) -> None:
    async with visit() as place:
        await with_a_button(place)
        with place.workspace.live.listening("U0ANA") as page:
            answer = await place.post("/control/click", user="ana", channel="acme", label="Go")
            event = page.get_nowait()

    assert answer == {"ok": False, "error": "dispatch_failed"}
    assert (event["type"], event["action_id"]) == ("action_failed", "go")


@pytest.mark.parametrize("fault", ["bad_signature", "old_timestamp"])
async def test_bolt_refuses_a_forged_or_old_delivery(visit: Any, fault: str) -> None:
    async with visit(transport="http") as place:
        heard: list[str] = []

        @place.bolt.command("/dext")
        async def dext(ack: Any) -> None:
            heard.append("command")
            await ack()

        await place.post("/control/fault", target="bot", fault=fault, times=1)
        forged = await place.post("/control/command", user="ana", channel="acme", text="/dext")
        honest = await place.post("/control/command", user="ana", channel="acme", text="/dext")

    assert forged["error"] == "dispatch_failed"
    assert honest == {"ok": True}
    assert heard == ["command"]


async def test_a_duplicate_arrives_twice_with_one_id(bot: Any) -> None:
    events: list[str] = []

    @bot.bolt.event("message")
    async def said(body: Json) -> None:
        events.append(body["event_id"])

    await bot.post("/control/fault", target="bot", fault="duplicate", times=1)
    await bot.post("/control/say", user="ana", channel="@ana", text="once")
    await bot.post("/control/fault", target="bot", fault="duplicate_new_id", times=1)
    await bot.post("/control/say", user="ana", channel="@ana", text="again")
    first, same, third, other = await told(events, 4)

    assert first == same
    assert third != other


async def told(heard: list[Any], times: int) -> list[Any]:
    """What the bot has heard, once it is so much: Bolt acts on events after it took them."""

    async def look() -> list[Any] | None:
        return heard if len(heard) >= times else None

    return await awaited(look, lambda: f"the bot has heard {heard} only")


async def test_a_lost_event_is_retried_at_once_and_then_later(bot: Any) -> None:
    heard: list[Json] = []

    @bot.bolt.event("message")
    async def said(event: Json, request: Any = None) -> None:
        heard.append(event)

    await bot.post("/control/fault", target="bot", fault="lost", times=2)
    await bot.post("/control/say", user="ana", channel="@ana", text="hello")

    async def retried() -> bool | None:
        return len(await deliveries(bot)) == 2 or None

    await awaited(retried, lambda: "it was not retried at once")
    early = len(heard)
    await bot.post("/control/clock", advance_s=61)
    await told(heard, 1)

    assert early == 0
    assert [event["text"] for event in heard] == ["hello"]
    assert [entry["retry_num"] for entry in await deliveries(bot)] == [0, 1, 2]


async def test_the_last_delivery_can_be_replayed(bot: Any) -> None:
    heard: list[str] = []

    @bot.bolt.command("/dext")
    async def dext(ack: Any, command: Json) -> None:
        heard.append(command["trigger_id"])
        await ack()

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    await bot.post("/control/replay")

    assert len(heard) == 2
    assert heard[0] == heard[1]


async def test_a_recycled_socket_loses_nothing(visit: Any) -> None:
    async with visit(transport="socket") as place:
        heard: list[str] = []

        @place.bolt.command("/dext")
        async def dext(ack: Any, command: Json) -> None:
            heard.append(command["text"])
            await ack()

        for number in range(5):
            recycled = await place.post("/control/recycle")
            answer = await place.post(
                "/control/command", user="ana", channel="acme", text=f"/dext {number}"
            )

            assert answer == {"ok": True}
        state = await place.get("/control/state")

    assert recycled["connections"] >= 1
    assert heard == ["0", "1", "2", "3", "4"]
    assert state["transport"] == "socket"


async def test_a_socket_ticket_is_used_once(place: Any) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus

    opened = await place.http.post(
        "/api/apps.connections.open", headers={"Authorization": "Bearer xapp-sandbox"}
    )
    url = opened.json()["url"]
    async with connect(url, proxy=None) as socket:
        hello = await socket.recv()

    assert '"type":"hello"' in str(hello)
    with pytest.raises(InvalidStatus):
        await connect(url, proxy=None)


async def test_an_app_that_is_removed_hears_of_it(visit: Any) -> None:
    events = Registration(events=frozenset({"tokens_revoked", "app_uninstalled"}))
    heard: list[str] = []
    async with visit(transport="http", registration=events) as place:

        @place.bolt.event("tokens_revoked")
        async def revoked(event: Json) -> None:
            heard.append(event["type"])

        @place.bolt.event("app_uninstalled")
        async def uninstalled(event: Json) -> None:
            heard.append(event["type"])

        await place.post("/control/say", user="ana", channel="@ana", text="not subscribed")
        await place.post("/control/uninstall")
        with pytest.raises(SlackApiError, match="token_revoked"):
            await place.slack.auth_test()
        await told(heard, 2)

    assert heard == ["tokens_revoked", "app_uninstalled"]


async def test_events_the_app_did_not_ask_for_are_not_sent(place: Any) -> None:
    await place.post("/control/say", user="ana", channel="acme", text="just talking")

    assert await deliveries(place) == []


async def test_a_response_url_lives_five_uses(bot: Any) -> None:
    urls: list[str] = []

    @bot.bolt.command("/dext")
    async def dext(ack: Any, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    answers = [await bot.http.post(urls[0], json={"text": "Again"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].text == "used_url"
    assert await bot.read("ana", "acme") == ["Again"] * 5


async def test_a_response_url_lives_thirty_minutes(place: Any) -> None:
    await place.post("/control/command", user="ana", channel="acme", text="/dext")
    [sent] = await deliveries(place)
    await place.post("/control/clock", advance_s=1801)
    late = await place.http.post(sent["payload"]["response_url"], json={"text": "Late"})

    assert (late.status_code, late.text) == (404, "expired_url")


async def test_the_log_holds_no_secret(bot: Any) -> None:
    @bot.bolt.command("/dext")
    async def dext(ack: Any, client: Any) -> None:
        await ack()
        await client.auth_test()

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    log = (await bot.http.get("/control/log")).text

    assert "xoxb-sandbox" not in log
    assert "sandbox-signing-secret" not in log
    assert "sandbox-verification-token" not in log
