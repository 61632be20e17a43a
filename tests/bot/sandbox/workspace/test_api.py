"""The Web API refuses what Slack refuses, in Slack's words."""

import json
from typing import Any

import httpx2
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace.registration import Registration

Json = dict[str, Any]
BOT = {"Authorization": f"Bearer {BOT_TOKEN}"}
APP = {"Authorization": f"Bearer {APP_TOKEN}"}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def modal(**more: Any) -> Json:
    title = {"type": "plain_text", "text": "Connect"}
    return {"type": "modal", "title": title, "blocks": [section("Hello")], **more}


def home(text: str) -> Json:
    return {"type": "home", "blocks": [section(text)]}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


@pytest.mark.parametrize(
    ("headers", "method", "error"),
    [
        ({}, "auth.test", "not_authed"),
        ({"Authorization": "Bearer xoxb-other"}, "auth.test", "invalid_auth"),
        (APP, "auth.test", "not_allowed_token_type"),
        (BOT, "apps.connections.open", "not_allowed_token_type"),
        (BOT, "chat.shout", "unknown_method"),
    ],
)
async def test_a_token_must_fit_the_method(
    place: Any, headers: dict[str, str], method: str, error: str
) -> None:
    answer = await place.http.post(f"/api/{method}", headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (200, error)


async def test_every_wire_format_is_read(place: Any) -> None:
    blocks = json.dumps([section("Hello")])
    query = {"channel": "C0ACME", "text": "query", "blocks": blocks}
    answers = [
        await place.http.post("/api/chat.postMessage", headers=BOT, params=query),
        await place.http.post("/api/chat.postMessage", headers=BOT, data=query | {"text": "form"}),
        await place.http.post(
            "/api/chat.postMessage", headers=BOT, json={"channel": "C0ACME", "text": "json"}
        ),
        await place.http.get("/api/conversations.info", headers=BOT, params={"channel": "C0ACME"}),
        await place.http.post("/api/auth.test", data={"token": BOT_TOKEN}),
    ]

    assert [answer.json()["ok"] for answer in answers] == [True] * 5
    assert [m.text for m in place.workspace.directory.conversations["C0ACME"].messages] == [
        "query",
        "form",
        "json",
    ]


async def test_a_call_without_its_scope_names_the_scope(visit: Any) -> None:
    async with visit(registration=Registration(scopes=("commands",))) as place:
        answer = await place.http.post(
            "/api/chat.postMessage", headers=BOT, json={"channel": "C0ACME", "text": "Hello"}
        )

    assert answer.json() == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "commands",
    }
    assert answer.headers["x-oauth-scopes"] == "commands"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0RANDOM", "not_in_channel"),
        ("C0PARTNERS", "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
        ("", "channel_not_found"),
    ],
)
async def test_the_bot_posts_only_where_it_is(place: Any, channel: str, error: str) -> None:
    assert await error_of(place.slack.chat_postMessage(channel=channel, text="Hello")) == error


async def test_an_archived_channel_takes_no_messages(place: Any) -> None:
    await place.post("/control/archive", channel="acme")

    assert await error_of(place.slack.chat_postMessage(channel="C0ACME", text="x")) == "is_archived"


async def test_an_empty_message_has_no_text(place: Any) -> None:
    answer = await place.http.post("/api/chat.postMessage", headers=BOT, json={"channel": "C0ACME"})

    assert answer.json()["error"] == "no_text"


async def test_blocks_beyond_the_limits_are_pointed_at(place: Any) -> None:
    answer = await place.http.post(
        "/api/chat.postMessage",
        headers=BOT,
        json={"channel": "C0ACME", "text": "x", "blocks": [section("x" * 3001)]},
    )

    problem = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer.json() == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [problem],
        "response_metadata": {"messages": [f"[ERROR] {problem}"]},
    }


async def test_an_ephemeral_message_needs_its_reader_in_the_channel(place: Any) -> None:
    refused = place.slack.chat_postEphemeral(channel="C0CEDAR", user="U0DORA", text="Psst")
    await place.slack.chat_postEphemeral(channel="C0ACME", user="U0DORA", text="Psst")

    assert await error_of(refused) == "user_not_in_channel"
    assert await place.read("dora", "acme") == ["Psst"]
    assert await place.read("ana", "acme") == []


async def test_only_its_own_messages_can_be_changed(place: Any) -> None:
    said = await place.post("/control/say", user="ana", channel="acme", text="Mine")
    own = await place.slack.chat_postMessage(channel="C0ACME", text="First")
    await place.slack.chat_update(channel="C0ACME", ts=own["ts"], text="Second")
    foreign = place.slack.chat_update(channel="C0ACME", ts=said["ts"], text="Not mine")
    missing = place.slack.chat_update(channel="C0ACME", ts="1.000001", text="Nothing")

    assert await place.read("ana", "acme") == ["Mine", "Second"]
    assert await error_of(foreign) == "cant_update_message"
    assert await error_of(missing) == "message_not_found"


async def test_a_deleted_message_is_gone(place: Any) -> None:
    own = await place.slack.chat_postMessage(channel="C0ACME", text="First")
    await place.slack.chat_delete(channel="C0ACME", ts=own["ts"])

    assert await place.read("ana", "acme") == []


async def test_a_direct_message_is_opened_for_a_person(place: Any) -> None:
    opened = await place.slack.conversations_open(users=["U0ANA"])
    await place.slack.chat_postMessage(channel=opened["channel"]["id"], text="Your link")

    assert opened["channel"]["id"] == "D0ANA"
    assert await place.read("ana", "@ana") == ["Your link"]
    assert (
        await place.http.get("/control/messages", params={"user": "ben", "channel": "@ana"})
    ).status_code == 403


async def test_conversations_are_listed_in_pages(place: Any) -> None:
    first = await place.slack.conversations_list(limit=10)
    cursor = first["response_metadata"]["next_cursor"]
    second = await place.slack.conversations_list(limit=10, cursor=cursor)
    names = {channel["name"] for channel in first["channels"] + second["channels"]}

    assert {"acme", "bright-bakery", "cedar", "oak-and-sons", "practice", "random"} <= names
    assert "partners" not in names
    assert second["response_metadata"]["next_cursor"] == ""


async def test_people_say_who_and_where_they_are(place: Any) -> None:
    ana = (await place.slack.users_info(user="U0ANA"))["user"]
    dora = (await place.slack.users_info(user="U0DORA"))["user"]

    assert (ana["is_owner"], ana["is_admin"], ana["tz"]) == (True, True, "Europe/London")
    assert (dora["is_owner"], dora["is_restricted"]) == (False, True)
    assert dora["tz"] == "Australia/Sydney"


async def test_a_trigger_opens_one_view_within_three_seconds(place: Any) -> None:
    trigger, late = place.workspace.trigger("U0ANA"), place.workspace.trigger("U0ANA")
    await place.slack.views_open(trigger_id=trigger, view=modal())
    again = place.slack.views_open(trigger_id=trigger, view=modal())
    unknown = place.slack.views_open(trigger_id="1.2.3", view=modal())

    assert await error_of(again) == "exchanged_trigger_id"
    assert await error_of(unknown) == "invalid_trigger_id"
    await place.post("/control/clock", advance_s=4)
    expired = place.slack.views_open(trigger_id=late, view=modal())
    assert await error_of(expired) == "expired_trigger_id"


async def test_a_stale_hash_conflicts(place: Any) -> None:
    first = await place.slack.views_publish(user_id="U0ANA", view=home("One"))
    stale = first["view"]["hash"]
    await place.slack.views_publish(user_id="U0ANA", view=home("Two"), hash=stale)
    late = place.slack.views_publish(user_id="U0ANA", view=home("Three"), hash=stale)

    assert await error_of(late) == "hash_conflict"
    assert (await place.get("/control/home", user="ana"))["plain"] == "Two"


async def test_a_fourth_view_does_not_fit(place: Any) -> None:
    def trigger() -> str:
        return str(place.workspace.trigger("U0ANA"))

    await place.slack.views_open(trigger_id=trigger(), view=modal())
    await place.slack.views_push(trigger_id=trigger(), view=modal())
    third = await place.slack.views_push(trigger_id=trigger(), view=modal())
    fourth = place.slack.views_push(trigger_id=trigger(), view=modal())

    assert await error_of(fourth) == "push_limit_reached"
    assert third["view"]["root_view_id"] != third["view"]["previous_view_id"]


async def test_a_closed_view_is_not_found(place: Any) -> None:
    opened = await place.slack.views_open(trigger_id=place.workspace.trigger("U0ANA"), view=modal())
    await place.post("/control/close", user="ana")
    late = place.slack.views_update(view_id=opened["view"]["id"], view=modal())

    assert await error_of(late) == "not_found"


async def test_an_external_id_is_taken_once(place: Any) -> None:
    view = modal(external_id="connect-7")
    await place.slack.views_open(trigger_id=place.workspace.trigger("U0ANA"), view=view)
    again = place.slack.views_open(trigger_id=place.workspace.trigger("U0BEN"), view=view)

    assert await error_of(again) == "duplicate_external_id"


async def test_a_view_beyond_the_limits_is_pointed_at(place: Any) -> None:
    view = modal(title={"type": "plain_text", "text": "x" * 25})
    answer = await place.http.post(
        "/api/views.open",
        headers=BOT,
        json={"trigger_id": place.workspace.trigger("U0ANA"), "view": view},
    )

    assert answer.json()["error"] == "invalid_arguments"
    assert answer.json()["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_a_burst_is_tolerated_and_then_limited(place: Any) -> None:
    body = {"channel": "C0ACME", "text": "Hello"}
    burst = [
        await place.http.post("/api/chat.postMessage", headers=BOT, json=body) for _ in range(8)
    ]
    limited = [answer for answer in burst if answer.status_code == 429]
    await place.post("/control/clock", advance_s=1)
    after = await place.http.post("/api/chat.postMessage", headers=BOT, json=body)

    assert burst[0].status_code == 200
    assert limited
    assert limited[0].headers["retry-after"] == "1"
    assert limited[0].json() == {"ok": False, "error": "ratelimited"}
    assert after.json()["ok"]


async def test_rate_limits_can_be_switched_off(visit: Any) -> None:
    async with visit(strict_rate_limits=False) as place:
        for _ in range(20):
            await place.slack.chat_postMessage(channel="C0ACME", text="Hello")

        assert len(await place.read("ana", "acme")) == 20


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("rate_limited", 429, "ratelimited"),
        ("error:fatal_error", 200, "fatal_error"),
    ],
)
async def test_a_fault_strikes_as_often_as_asked(
    place: Any, fault: str, status: int, error: str
) -> None:
    await place.post("/control/fault", target="slack", fault=fault, times=1, method="auth.test")
    first = await place.http.post("/api/auth.test", headers=BOT)
    second = await place.http.post("/api/auth.test", headers=BOT)

    assert (first.status_code, first.json()["error"]) == (status, error)
    assert second.json()["ok"]


async def test_a_server_error_is_not_json(place: Any) -> None:
    await place.post("/control/fault", target="slack", fault="server_error", times=1)
    answer = await place.http.post("/api/auth.test", headers=BOT)

    assert (answer.status_code, answer.headers["content-type"]) == (
        503,
        "text/plain; charset=utf-8",
    )


@pytest.mark.parametrize(("fault", "posted"), [("drop_before", []), ("drop_after", ["Hello"])])
async def test_a_dropped_answer_leaves_the_bot_in_doubt(
    place: Any, fault: str, posted: list[str]
) -> None:
    await place.post("/control/fault", target="slack", fault=fault, times=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        await place.http.post(
            "/api/chat.postMessage", headers=BOT, json={"channel": "C0ACME", "text": "Hello"}
        )

    assert await place.read("ana", "acme") == posted


async def test_a_timeout_holds_the_answer_back(place: Any) -> None:
    await place.post("/control/fault", target="slack", fault="timeout", times=1, seconds=5)
    with pytest.raises(httpx2.ReadTimeout):
        await place.http.post("/api/auth.test", headers=BOT, timeout=0.1)


async def test_an_unknown_fault_names_those_there_are(place: Any) -> None:
    answer = await place.post("/control/fault", target="slack", fault="earthquake", times=1)

    assert "rate_limited" in answer["error"]


async def test_an_uploaded_picture_can_be_shown_once_it_is_processed(place: Any) -> None:
    ticket = await place.slack.files_getUploadURLExternal(filename="chart.png", length=4)
    await place.http.post(ticket["upload_url"], content=b"\x89PNG")
    await place.slack.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])
    picture = {"type": "image", "slack_file": {"id": ticket["file_id"]}, "alt_text": "Health"}
    early = place.slack.chat_postMessage(channel="C0ACME", text="Chart", blocks=[picture])

    assert await error_of(early) == "invalid_blocks"
    await place.post("/control/clock", advance_s=1)
    await place.slack.chat_postMessage(channel="C0ACME", text="Chart", blocks=[picture])
    shown = await place.http.get(f"/ui/file/{ticket['file_id']}")
    assert await place.read("ana", "acme") == ["Health"]
    assert shown.content == b"\x89PNG"


async def test_an_upload_must_be_as_long_as_announced(place: Any) -> None:
    ticket = await place.slack.files_getUploadURLExternal(filename="chart.png", length=9)
    await place.http.post(ticket["upload_url"], content=b"\x89PNG")
    short = place.slack.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])

    assert await error_of(short) == "invalid_arguments"


@pytest.mark.parametrize("length", [0, 1_000_000_001])
async def test_an_upload_has_a_length_that_slack_takes(place: Any, length: int) -> None:
    asked = place.slack.files_getUploadURLExternal(filename="chart.png", length=length)

    assert await error_of(asked) == "invalid_arguments"


async def test_only_a_picture_can_stand_in_a_view_or_a_message(place: Any) -> None:
    ids = {}
    for name in ("chart.png", "lists.csv"):
        ticket = await place.slack.files_getUploadURLExternal(filename=name, length=4)
        await place.http.post(ticket["upload_url"], content=b"abcd")
        await place.slack.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])
        ids[name] = ticket["file_id"]
    await place.post("/control/clock", advance_s=1)

    def home(name: str) -> dict[str, Any]:
        picture = {"type": "image", "slack_file": {"id": ids[name]}, "alt_text": "Health"}
        return {"type": "home", "blocks": [picture]}

    refused = place.slack.views_publish(user_id="U0ANA", view=home("lists.csv"))

    assert await error_of(refused) == "invalid_arguments"
    assert await place.slack.views_publish(user_id="U0ANA", view=home("chart.png"))


async def test_the_sdk_uploads_into_a_channel(place: Any) -> None:
    await place.slack.files_upload_v2(
        channel="C0ACME", filename="lists.csv", content="code,name", initial_comment="The lists"
    )

    assert await place.read("ana", "acme") == ["The lists\nlists.csv"]


async def test_a_scheduled_message_comes_when_it_is_time(place: Any) -> None:
    at = int(place.workspace.now()) + 600
    await place.slack.chat_scheduleMessage(channel="C0ACME", post_at=at, text="Later")
    waiting = await place.slack.chat_scheduledMessages_list()
    before = await place.read("ana", "acme")
    await place.post("/control/clock", advance_s=601)

    assert len(waiting["scheduled_messages"]) == 1
    assert before == []
    assert await place.read("ana", "acme") == ["Later"]


async def test_a_reaction_is_added_once(place: Any) -> None:
    own = await place.slack.chat_postMessage(channel="C0ACME", text="Bill")
    await place.slack.reactions_add(channel="C0ACME", timestamp=own["ts"], name="hourglass")
    again = place.slack.reactions_add(channel="C0ACME", timestamp=own["ts"], name="hourglass")

    assert await error_of(again) == "already_reacted"


async def test_a_revoked_token_is_refused(place: Any) -> None:
    await place.slack.auth_revoke()

    assert await error_of(place.slack.auth_test()) == "token_revoked"
