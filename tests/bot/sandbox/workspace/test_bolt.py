"""A real Bolt application takes every payload unmodified, over HTTP and over Socket Mode."""

from typing import Any

from bot.sandbox.driver import awaited

Json = dict[str, Any]


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def option(text: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": value}


def field(label: str, element: Json, **more: Any) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": label.lower(), "label": text, "element": element, **more}


def modal(title: str, *blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Next"},
        "blocks": list(blocks),
        **more,
    }


async def test_a_command_is_answered_privately(bot: Any) -> None:
    @bot.bolt.command("/dext")
    async def dext(ack: Any, command: Json) -> None:
        await ack(f"*Hello* <@{command['user_id']}>, you said {command['text']}")

    answer = await bot.post("/control/command", user="ana", channel="acme", text="/dext help me")

    assert answer == {"ok": True}
    assert await bot.read("ana", "acme") == ["Hello @ana, you said help me"]
    assert await bot.read("ben", "acme") == []


async def test_a_response_url_posts_and_replaces(bot: Any) -> None:
    @bot.bolt.command("/dext")
    async def dext(ack: Any, respond: Any) -> None:
        await ack()
        await respond(blocks=[section("Choose"), actions(button("Go", "go", value="7"))])

    @bot.bolt.action("go")
    async def go(ack: Any, respond: Any, action: Json) -> None:
        await ack()
        await respond(text=f"Went with {action['value']}", replace_original=True)

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    before = await bot.read("ana", "acme")
    answer = await bot.post("/control/click", user="ana", channel="acme", label="Go")

    assert before == ["Choose"]
    assert answer == {"ok": True}
    assert await bot.read("ana", "acme") == ["Went with 7"]


async def test_a_modal_goes_through_its_steps(bot: Any) -> None:
    clients = ["Acme Ltd", "Acorn Dental", "Bright Bakery"]
    software = {"type": "radio_buttons", "action_id": "pick", "options": [option("Xero", "xero")]}
    search = {"type": "external_select", "action_id": "search", "min_query_length": 1}
    submitted: list[Json] = []

    @bot.bolt.command("/dext")
    async def dext(ack: Any, client: Any, body: Json) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal("1 of 2", field("Client", search))
        )

    @bot.bolt.options("search")
    async def offer(ack: Any, payload: Json) -> None:
        found = [name for name in clients if payload["value"].lower() in name.lower()]
        await ack(options=[option(name, name.lower()) for name in found])

    @bot.bolt.view("form")
    async def form(ack: Any, view: Json) -> None:
        submitted.append(view["state"]["values"])
        if "client" in view["state"]["values"]:
            following = modal("2 of 2", field("Software", software))
            await ack(response_action="update", view=following)
        else:
            await ack()

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    first = await bot.get("/control/modal", user="ana")
    await bot.post("/control/submit", user="ana", values={"Client": "Acme"})
    second = await bot.get("/control/modal", user="ana")
    await bot.post("/control/submit", user="ana", values={"Software": "Xero"})

    assert (first["title"], second["title"]) == ("1 of 2", "2 of 2")
    assert second["fields"][0]["options"] == ["Xero"]
    assert submitted[0]["client"]["search"]["selected_option"]["value"] == "acme ltd"
    assert submitted[1]["software"]["pick"]["selected_option"]["value"] == "xero"
    assert await bot.get("/control/modal", user="ana") is None


async def test_field_errors_stand_beneath_the_field(bot: Any) -> None:
    @bot.bolt.command("/dext")
    async def dext(ack: Any, client: Any, body: Json) -> None:
        await ack()
        name = {"type": "plain_text_input", "action_id": "name"}
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal("New", field("Name", name))
        )

    @bot.bolt.view("form")
    async def form(ack: Any) -> None:
        await ack(response_action="errors", errors={"name": "Taken by another client"})

    await bot.post("/control/command", user="ana", channel="acme", text="/dext")
    answer = await bot.post("/control/submit", user="ana", values={"Name": "Acme"})
    shown = await bot.get("/control/modal", user="ana")

    assert answer["errors"] == {"Name": "Taken by another client"}
    assert shown["errors"] == {"Name": "Taken by another client"}
    assert shown["fields"][0]["value"] == "Acme"


async def test_home_is_published_when_it_is_opened(bot: Any) -> None:
    @bot.bolt.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        row = actions(button("Refresh", "refresh"))
        home = {"type": "home", "blocks": [section(f"Hello {event['user']}"), row]}
        await client.views_publish(user_id=event["user"], view=home)

    @bot.bolt.action("refresh")
    async def refresh(ack: Any, body: Json, client: Any) -> None:
        await ack()
        home = {"type": "home", "blocks": [section("Fresh")]}
        await client.views_publish(user_id=body["user"]["id"], view=home, hash=body["view"]["hash"])

    home = await bot.get("/control/home", user="ana")
    await bot.post("/control/click", user="ana", surface="home", label="Refresh")
    fresh = await bot.get("/control/home", user="ana")

    assert home["plain"] == "Hello U0ANA"
    assert fresh["plain"] == "Fresh"


async def test_messages_and_mentions_arrive_as_events(bot: Any) -> None:
    heard: list[tuple[str, str]] = []

    @bot.bolt.event("app_mention")
    async def mentioned(event: Json, say: Any) -> None:
        heard.append(("mention", event["text"]))
        await say("In a thread", thread_ts=event["ts"])

    @bot.bolt.event("message")
    async def said(event: Json) -> None:
        heard.append((event["channel_type"], event["text"]))

    await bot.post("/control/say", user="ana", channel="acme", text="@dext how is Acme & Co?")
    await bot.post("/control/say", user="ana", channel="@ana", text="hello")
    await bot.post("/control/say", user="ana", channel="acme", text="nothing for the bot")
    thread = await _eventually(lambda: _replies(bot))

    assert sorted(heard) == [("im", "hello"), ("mention", "<@U0DEXT> how is Acme &amp; Co?")]
    assert thread == ["In a thread"]


async def _replies(bot: Any) -> list[str]:
    found = await bot.get("/control/messages", user="ana", channel="acme")
    return [m["plain"] for m in found["messages"] if m["thread_ts"]]


async def test_a_dropped_file_can_be_downloaded(bot: Any) -> None:
    files: list[Json] = []

    @bot.bolt.event("message")
    async def shared(event: Json) -> None:
        files.extend(event["files"])

    @bot.bolt.event("file_shared")
    async def seen() -> None:
        return None

    await bot.post(
        "/control/upload",
        user="ana",
        channel="@ana",
        filename="bill.pdf",
        content_base64="JVBERg==",
    )
    [file] = await _eventually(lambda: _value(files))
    with_token = {"Authorization": f"Bearer {bot.slack.token}"}
    bytes_ = await bot.http.get(file["url_private_download"], headers=with_token)
    login_page = await bot.http.get(file["url_private_download"])

    assert (file["name"], file["mimetype"], file["size"]) == ("bill.pdf", "application/pdf", 4)
    assert bytes_.content == b"%PDF"
    assert "text/html" in login_page.headers["content-type"]


async def _value(value: Any) -> Any:
    return value


async def _eventually(ask: Any) -> Any:
    async def look() -> Any:
        return await ask() or None

    return await awaited(look, lambda: "it never came")
