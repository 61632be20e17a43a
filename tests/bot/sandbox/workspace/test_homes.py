"""The Home tab is opened by looking at it."""

from typing import Any

import pytest

Json = dict[str, Any]


def publishes(place: Any) -> list[str]:
    """The bot fills a Home when it is opened; who opened one, and pressed what."""
    heard: list[str] = []

    @place.bolt.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        heard.append(event["user"])
        text = {"type": "plain_text", "text": "Connect"}
        row = {"type": "actions", "elements": [{"type": "button", "text": text, "action_id": "c"}]}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [row]})

    @place.bolt.action("c")
    async def pressed(ack: Any, body: Json) -> None:
        await ack()
        heard.append(f"{body['user']['id']} pressed")

    return heard


async def test_reading_the_home_opens_it_once(bot: Any) -> None:
    heard = publishes(bot)
    home = await bot.get("/control/home", user="ana")
    await bot.get("/control/home", user="ana")

    assert [button["label"] for button in home["buttons"]] == ["Connect"]
    assert heard == ["U0ANA"]


async def test_clicking_in_the_home_opens_it(bot: Any) -> None:
    heard = publishes(bot)
    answer = await bot.post("/control/click", user="ben", surface="home", label="Connect")

    assert answer == {"ok": True}
    assert heard == ["U0BEN", "U0BEN pressed"]


@pytest.mark.parametrize("verb", ["home", "click"])
async def test_a_home_nobody_fills_is_empty(place: Any, verb: str) -> None:
    if verb == "home":
        assert await place.get("/control/home", user="ana") is None
    else:
        answer = await place.post("/control/click", user="ana", surface="home", label="Go")
        assert answer["error"] == "the Home tab is empty"
