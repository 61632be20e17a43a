"""Elements of the same words are told apart by ids, value or option."""

from typing import Any

import pytest

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def menu(block_id: str, *texts: str) -> Json:
    options = [{"text": plain(text), "value": f"{block_id}:{text.lower()}"} for text in texts]
    accessory = {
        "type": "static_select",
        "action_id": "manage",
        "placeholder": plain("Manage"),
        "options": options,
    }
    return {
        "type": "section",
        "block_id": block_id,
        "text": plain(block_id),
        "accessory": accessory,
    }


def row(value: str) -> Json:
    button = {"type": "button", "action_id": "open", "text": plain("Open"), "value": value}
    return {
        "type": "section",
        "block_id": f"row-{value}",
        "text": plain(value),
        "accessory": button,
    }


BLOCKS = (
    menu("books", "Reconnect", "Disconnect"),
    menu("health", "Reconnect", "Disconnect", "Disconnect and delete client data"),
    row("first"),
    row("second"),
)


async def pressed(bot: Any, **click: str) -> tuple[Json, list[str]]:
    """What a click answers, and the values that reached the bot."""
    heard: list[str] = []

    @bot.bolt.action("manage")
    async def managed(ack: Any, action: Json) -> None:
        heard.append(action["selected_option"]["value"])
        await ack()

    @bot.bolt.action("open")
    async def opened(ack: Any, action: Json) -> None:
        heard.append(action["value"])
        await ack()

    await bot.slack.chat_postMessage(channel="C0ACME", text="x", blocks=list(BLOCKS))
    return await bot.post("/control/click", user="ana", channel="acme", **click), heard


@pytest.mark.parametrize(
    ("click", "value"),
    [
        ({"label": "Open"}, "first"),
        ({"label": "Open", "value": "second"}, "second"),
        ({"label": "Open", "block_id": "row-second"}, "second"),
        ({"action_id": "open", "value": "second"}, "second"),
        ({"value": "second"}, "second"),
        ({"label": "Manage", "option": "Disconnect"}, "books:disconnect"),
        (
            {"label": "Manage", "option": "Disconnect and delete client data"},
            "health:disconnect and delete client data",
        ),
        ({"label": "Manage", "option": "Disconnect", "block_id": "health"}, "health:disconnect"),
        ({"label": "Manage", "value": "health:reconnect"}, "health:reconnect"),
        ({"label": "Disconnect"}, "books:disconnect"),
        ({"label": "Disconnect", "block_id": "health"}, "health:disconnect"),
        ({"option": "Disconnect", "action_id": "manage"}, "books:disconnect"),
    ],
)
async def test_the_one_that_is_meant_is_used(bot: Any, click: dict[str, str], value: str) -> None:
    answer, heard = await pressed(bot, **click)

    assert (answer, heard) == ({"ok": True}, [value])


@pytest.mark.parametrize(
    ("click", "words"),
    [
        (
            {"label": "Manage", "option": "Explode"},
            "there is no 'Explode' in 'Manage'; there are 'Reconnect', 'Disconnect', "
            "'Disconnect and delete client data'",
        ),
        (
            {"label": "Manage", "option": "Explode", "block_id": "books"},
            "there is no 'Explode' in 'Manage'; there are 'Reconnect', 'Disconnect'",
        ),
        ({"label": "Open", "value": "third"}, "there is no 'Open', 'third' here"),
        ({"action_id": "close"}, "there is no 'close' here"),
        ({}, "'label' is missing"),
        ({"label": "Open", "surface": "screen"}, "there are 'message', 'modal', 'home'"),
    ],
)
async def test_what_is_not_there_is_explained(
    place: Any, click: dict[str, str], words: str
) -> None:
    await place.slack.chat_postMessage(channel="C0ACME", text="x", blocks=list(BLOCKS))
    body = {"user": "ana", "channel": "acme"} | click
    answer = await place.http.post("/control/click", json=body)

    assert answer.status_code == 400
    assert words in answer.json()["error"]


async def test_menus_are_listed_with_their_options(place: Any) -> None:
    await place.slack.chat_postMessage(channel="C0ACME", text="x", blocks=list(BLOCKS))
    [message] = (await place.get("/control/messages", channel="acme"))["messages"]

    assert message["menus"][0] == {
        "label": "Manage",
        "type": "static_select",
        "action_id": "manage",
        "block_id": "books",
        "options": [
            {"label": "Reconnect", "value": "books:reconnect"},
            {"label": "Disconnect", "value": "books:disconnect"},
        ],
    }
    assert [button["value"] for button in message["buttons"]] == ["first", "second"]
