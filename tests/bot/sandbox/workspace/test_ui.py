"""The page sees what its person may see, at once."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import connect

Json = dict[str, Any]


def page_of(place: Any, user: str) -> Any:
    return connect(f"{place.base_url.replace('http', 'ws')}/ui/ws?user={user}", proxy=None)


async def told(page: Any) -> Json:
    async with asyncio.timeout(5):
        return dict(json.loads(await page.recv()))


def a_row(label: str) -> list[Json]:
    text = {"type": "plain_text", "text": label}
    button = {"type": "button", "text": text, "action_id": "go"}
    return [{"type": "actions", "block_id": "row", "elements": [button]}]


async def test_state_shows_the_channels_a_person_may_read(place: Any) -> None:
    ana = await place.get("/ui/state", user="U0ANA")
    dora = await place.get("/ui/state", user="U0DORA")

    assert ana["me"]["role"] == "practice_admin"
    assert ana["dms"][0]["user"] == "U0DEXT"
    assert {"partners", "random", "acme"} <= {channel["name"] for channel in ana["channels"]}
    assert [channel["name"] for channel in dora["channels"]] == ["acme"]


async def test_a_message_is_pushed_to_those_who_may_read_it(place: Any) -> None:
    async with page_of(place, "U0ANA") as ana, page_of(place, "U0DORA") as dora:
        await place.slack.chat_postMessage(channel="C0CEDAR", text="For staff")
        await place.slack.chat_postMessage(channel="C0ACME", text="For all")

        assert (await told(ana))["message"]["text"] == "For staff"
        assert (await told(dora))["message"]["text"] == "For all"


async def test_a_private_message_is_pushed_to_its_reader_only(place: Any) -> None:
    async with page_of(place, "U0ANA") as ana, page_of(place, "U0BEN") as ben:
        await place.slack.chat_postEphemeral(channel="C0ACME", user="U0BEN", text="Psst")
        posted = await place.slack.chat_postMessage(channel="C0ACME", text="Loud")
        await place.slack.chat_update(channel="C0ACME", ts=posted["ts"], text="Louder")
        await place.slack.chat_delete(channel="C0ACME", ts=posted["ts"])

        kinds = [(await told(ana))["type"] for _ in range(3)]
        assert kinds == ["message", "message_changed", "message_deleted"]
        assert (await told(ben))["type"] == "ephemeral"


async def test_a_reply_counts_at_its_parent(place: Any) -> None:
    parent = await place.slack.chat_postMessage(channel="C0ACME", text="Card")
    await place.slack.chat_postMessage(channel="C0ACME", text="Detail", thread_ts=parent["ts"])
    timeline = await place.get("/ui/messages", user="U0ANA", channel="C0ACME")
    thread = await place.get("/ui/messages", user="U0ANA", channel="C0ACME", thread_ts=parent["ts"])

    assert [(m["text"], m["reply_count"]) for m in timeline["messages"]] == [("Card", 1)]
    assert [m["text"] for m in thread["messages"]] == ["Card", "Detail"]


async def test_reading_a_channel_clears_its_count(place: Any) -> None:
    await place.slack.chat_postMessage(channel="C0ACME", text="News")

    async def unread() -> int:
        state = await place.get("/ui/state", user="U0ANA")
        return next(int(c["unread"]) for c in state["channels"] if c["id"] == "C0ACME")

    before = await unread()
    await place.post("/ui/read", user="U0ANA", channel="C0ACME")

    assert (before, await unread()) == (1, 0)


async def test_an_action_of_the_page_reaches_the_bot(bot: Any) -> None:
    heard: list[Json] = []

    @bot.bolt.action("go")
    async def went(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    posted = await bot.slack.chat_postMessage(channel="C0ACME", text="x", blocks=a_row("Go"))
    container = {"type": "message", "channel": "C0ACME", "ts": posted["ts"]}
    answer = await bot.post(
        "/ui/action",
        user="U0ANA",
        container=container,
        action={"type": "button", "block_id": "row", "action_id": "go"},
    )

    assert answer == {"ok": True}
    assert heard[0]["message"]["text"] == "x"
    assert heard[0]["container"]["is_ephemeral"] is False


async def test_a_modal_is_pushed_submitted_and_closed(bot: Any) -> None:
    @bot.bolt.view("form")
    async def save(ack: Any, view: Json) -> None:
        name = view["state"]["values"]["name"]["v"]["value"]
        await ack(response_action="errors", errors={"name": f"{name} is taken"})

    text = {"type": "plain_text", "text": "Name"}
    element = {"type": "plain_text_input", "action_id": "v"}
    view = {
        "type": "modal",
        "callback_id": "form",
        "title": text,
        "submit": text,
        "blocks": [{"type": "input", "block_id": "name", "label": text, "element": element}],
    }
    async with page_of(bot, "U0ANA") as ana:
        await bot.slack.views_open(trigger_id=bot.workspace.trigger("U0ANA"), view=view)
        opened = await told(ana)
        view_id = opened["view"]["id"]
        values = {"name": {"v": {"type": "plain_text_input", "value": "Acme"}}}
        answer = await bot.post(
            "/ui/submit", user="U0ANA", view_id=view_id, state={"values": values}
        )
        pending, refused = await told(ana), await told(ana)
        await bot.post("/ui/close", user="U0ANA", view_id=view_id, all=False)
        closed = await told(ana)

    assert answer == {"errors": {"name": "Acme is taken"}}
    assert (pending["pending"], refused["errors"]) == (True, {"name": "Acme is taken"})
    assert closed["view"] is None


async def test_a_view_that_is_not_on_top_cannot_be_submitted(place: Any) -> None:
    answer = await place.http.post("/ui/submit", json={"user": "U0ANA", "view_id": "V1"})

    assert answer.status_code == 409


async def test_a_reset_is_told_to_every_page(place: Any) -> None:
    async with page_of(place, "U0ANA") as ana:
        await place.post("/control/reset")

        assert await told(ana) == {"type": "reset"}


async def test_a_file_put_into_a_form_is_in_no_conversation(place: Any) -> None:
    body = {"user": "U0ANA", "channel": None, "filename": "bill.txt", "content_base64": "SGk="}
    answer = await place.post("/ui/upload", **body)
    stored = await place.http.get(f"/ui/file/{answer['file']['id']}")

    assert {"name": "bill.txt", "size": 2, "channels": []}.items() <= answer["file"].items()
    assert stored.content == b"Hi"


async def test_a_parent_knows_who_replied_and_when(place: Any) -> None:
    parent = (await place.slack.chat_postMessage(channel="C0ACME", text="Card"))["ts"]
    for user in ("ana", "ben", "ana"):
        said = await place.post(
            "/control/say", user=user, channel="acme", text="Hello", thread_ts=parent
        )
    await place.slack.chat_postEphemeral(
        channel="C0ACME", user="U0ANA", text="Psst", thread_ts=parent
    )
    [seen] = (await place.get("/ui/messages", user="U0ANA", channel="C0ACME"))["messages"]

    assert (seen["reply_count"], seen["reply_users"]) == (3, ["U0ANA", "U0BEN"])
    assert seen["latest_reply"] == said["ts"]
