"""A driver finds things by the words a person reads, and is told what there is when it errs."""

from typing import Any

import pytest

Json = dict[str, Any]


def option(text: str, value: str | None = None, **more: Any) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": value or text.lower(), **more}


def select(kind: str, *options: Json, **more: Any) -> Json:
    return {"type": kind, "action_id": kind, "options": list(options), **more}


def field(label: str, element: Json, **more: Any) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "input", "label": text, "element": element, **more}


def modal(*blocks: Json) -> Json:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks),
    }


async def shown(place: Any, *blocks: Json) -> None:
    trigger_id = place.workspace.trigger("U0ANA")
    await place.slack.views_open(trigger_id=trigger_id, view=modal(*blocks))


async def posted(place: Any, *blocks: Json) -> str:
    answer = await place.slack.chat_postMessage(channel="C0ACME", text="x", blocks=list(blocks))
    return str(answer["ts"])


async def test_state_names_people_channels_and_clients(place: Any) -> None:
    state = await place.get("/control/state")

    assert {"id": "U0ANA", "name": "ana"}.items() <= state["users"][0].items()
    assert {"acme", "bright-bakery", "practice"} <= {c["name"] for c in state["channels"]}
    assert len(state["clients"]) >= 12
    assert len({user["tz"] for user in state["users"]}) == 4


@pytest.mark.parametrize("channel", ["#acme", "acme", "C0ACME"])
@pytest.mark.parametrize("user", ["@ana", "ana", "U0ANA"])
async def test_people_and_channels_go_by_name_or_id(place: Any, channel: str, user: str) -> None:
    await place.post("/control/say", user=user, channel=channel, text="Hello")

    assert await place.read(user, channel) == ["Hello"]


@pytest.mark.parametrize(
    ("verb", "body", "words"),
    [
        ("say", {"user": "zoe", "channel": "acme", "text": "x"}, "ana, ben, chloe, dora"),
        ("say", {"user": "ana", "channel": "#zoo", "text": "x"}, "#bright-bakery"),
        ("say", {"user": "ana", "channel": "acme"}, "'text' is missing"),
        ("say", {"user": "dora", "channel": "practice", "text": "x"}, "not in #practice"),
        ("click", {"user": "ana", "surface": "modal", "label": "Save"}, "no modal is open"),
        ("command", {"user": "ana", "channel": "acme", "text": "/nope"}, "not a valid command"),
        (
            "upload",
            {"user": "ana", "channel": "acme", "filename": "a", "content_base64": "?"},
            "64",
        ),
    ],
)
async def test_a_mistake_is_explained(place: Any, verb: str, body: Json, words: str) -> None:
    answer = await place.http.post(f"/control/{verb}", json=body)

    assert 400 <= answer.status_code < 500
    assert words in answer.json()["error"]


async def test_a_message_is_read_with_its_buttons(place: Any) -> None:
    link = {"type": "button", "action_id": "sign_in", "url": "https://x.test/1", "value": "7"}
    link["text"] = {"type": "plain_text", "text": "Sign in to Xero"}
    words = {"type": "mrkdwn", "text": "*Connect* <#C0ACME> for <@U0ANA>, until <!date^0^{time}|?>"}
    await posted(
        place,
        {"type": "section", "text": words, "accessory": link},
        {"type": "context", "elements": [{"type": "plain_text", "text": "Once"}]},
    )
    [message] = (await place.get("/control/messages", channel="acme", user="ben"))["messages"]

    assert message["plain"] == "Connect #acme for @ana, until 7:00 PM\nOnce"
    assert {"label": "Sign in to Xero", "url": "https://x.test/1", "value": "7"}.items() <= (
        message["buttons"][0].items()
    )
    assert message["ephemeral_to"] is None


async def test_a_link_button_gives_its_address(bot: Any) -> None:
    @bot.bolt.action("sign_in")
    async def followed(ack: Any) -> None:
        await ack()

    text = {"type": "plain_text", "text": "Sign in"}
    link = {"type": "button", "action_id": "sign_in", "url": "https://x.test/1", "text": text}
    await posted(bot, {"type": "actions", "elements": [link]})

    assert await bot.post("/control/click", user="ana", channel="acme", label="sign in") == {
        "ok": True,
        "url": "https://x.test/1",
    }


@pytest.mark.parametrize(
    ("element", "click", "chosen"),
    [
        (
            select("overflow", option("Reconnect"), option("Disconnect")),
            {"label": "Disconnect"},
            ("selected_option", "disconnect"),
        ),
        (
            select("overflow", option("Reconnect"), option("Disconnect")),
            {"label": "Manage", "option": "Reconnect"},
            ("selected_option", "reconnect"),
        ),
        (
            select(
                "static_select",
                option("Xero"),
                option("QuickBooks"),
                placeholder={"type": "plain_text", "text": "Software"},
            ),
            {"label": "Software", "option": "QuickBooks"},
            ("selected_option", "quickbooks"),
        ),
        (
            select("radio_buttons", option("Bookkeeping"), option("Data Health")),
            {"label": "Data Health"},
            ("selected_option", "data health"),
        ),
    ],
)
async def test_menus_are_used_by_their_options(
    bot: Any, element: Json, click: Json, chosen: tuple[str, str]
) -> None:
    heard: list[Json] = []

    @bot.bolt.action(element["action_id"])
    async def acted(ack: Any, action: Json) -> None:
        heard.append(action)
        await ack()

    await posted(bot, {"type": "actions", "elements": [element]})
    answer = await bot.post("/control/click", user="ana", channel="acme", **click)

    key, value = chosen
    assert answer == {"ok": True}
    assert heard[0][key]["value"] == value


async def test_the_newest_message_with_the_label_is_meant(bot: Any) -> None:
    heard: list[str] = []

    @bot.bolt.action("go")
    async def went(ack: Any, body: Json) -> None:
        heard.append(body["container"]["message_ts"])
        await ack()

    row: Json = {"type": "actions", "elements": [{"type": "button", "action_id": "go"}]}
    row["elements"][0]["text"] = {"type": "plain_text", "text": "Go"}
    old, new = await posted(bot, row), await posted(bot, row)
    await bot.slack.chat_postMessage(channel="C0ACME", text="nothing here")
    await bot.post("/control/click", user="ana", channel="acme", label="Go")
    await bot.post("/control/click", user="ana", channel="acme", ts=old, label="Go")

    assert heard == [new, old]


async def test_an_unknown_label_names_what_can_be_clicked(place: Any) -> None:
    await posted(place, {"type": "actions", "elements": [select("overflow", option("Undo"))]})
    answer = await place.post("/control/click", user="ana", channel="acme", label="Redo")

    assert answer["error"] == "there is no 'Redo' here; there are 'Undo'"


async def test_a_form_is_filled_by_its_labels(bot: Any) -> None:
    saved: list[Json] = []

    @bot.bolt.view("")
    async def save(ack: Any, view: Json) -> None:
        saved.append(view["state"]["values"])
        await ack()

    await shown(
        bot,
        field("Name", {"type": "plain_text_input", "action_id": "v"}, block_id="name"),
        field("Software", select("radio_buttons", option("Xero")), block_id="software"),
        field("Roles", select("checkboxes", option("A"), option("B")), block_id="roles"),
        field("Owner", {"type": "users_select", "action_id": "v"}, block_id="owner"),
        field("Home", {"type": "channels_select", "action_id": "v"}, block_id="home"),
        field("Note", {"type": "plain_text_input", "action_id": "v"}, block_id="n", optional=True),
    )
    values = {"name": "Acme", "Software": "Xero", "Roles": ["A", "B"], "Owner": "ben"}
    answer = await bot.post("/control/submit", user="ana", values=values | {"Home": "#acme"})

    [state] = saved
    assert answer == {"ok": True}
    assert state["name"]["v"] == {"type": "plain_text_input", "value": "Acme"}
    assert state["software"]["radio_buttons"]["selected_option"]["value"] == "xero"
    assert [o["value"] for o in state["roles"]["checkboxes"]["selected_options"]] == ["a", "b"]
    assert state["owner"]["v"]["selected_user"] == "U0BEN"
    assert state["home"]["v"]["selected_channel"] == "C0ACME"
    assert state["n"]["v"] == {"type": "plain_text_input", "value": None}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"Nome": "Acme"}, "there is no field 'Nome'; there are 'Name', 'Software'"),
        ({"Software": "Sage"}, "'Sage' is not offered by 'radio_buttons'; there are 'Xero'"),
    ],
)
async def test_a_wrong_label_or_option_names_those_there_are(
    place: Any, values: Json, words: str
) -> None:
    await shown(
        place,
        field("Name", {"type": "plain_text_input", "action_id": "v"}),
        field("Software", select("radio_buttons", option("Xero"))),
    )
    answer = await place.http.post("/control/submit", json={"user": "ana", "values": values})

    assert (answer.status_code, answer.json()["error"]) == (400, words)


async def test_an_empty_required_field_is_not_submitted(place: Any) -> None:
    await shown(place, field("Name", {"type": "plain_text_input", "action_id": "v"}))
    answer = await place.post("/control/submit", user="ana", values={})
    log = await place.get("/control/log", kind="delivery")

    assert answer["errors"] == {"Name": "This is a required field"}
    assert log["entries"] == []


async def test_a_submission_nobody_takes_leaves_the_modal_with_a_banner(place: Any) -> None:
    await shown(place, {"type": "divider"})
    answer = await place.post("/control/click", user="ana", surface="modal", label="Save")
    still = await place.get("/control/modal", user="ana")

    assert answer["error"] == "We had some trouble connecting. Try again?"
    assert still["banner"] == "We had some trouble connecting. Try again?"


async def test_values_survive_an_update_where_ids_do(bot: Any) -> None:
    name = {"type": "plain_text_input", "action_id": "v"}

    @bot.bolt.view("")
    async def save(ack: Any) -> None:
        kept = field("Name", name, block_id="kept")
        await ack(response_action="update", view=modal(kept, field("Again", name, block_id="new")))

    await shown(bot, field("Name", name, block_id="kept"), field("Other", name, block_id="old"))
    await bot.post("/control/submit", user="ana", values={"Name": "Acme", "Other": "x"})
    now = await bot.get("/control/modal", user="ana")

    assert [(f["label"], f["value"]) for f in now["fields"]] == [("Name", "Acme"), ("Again", None)]


async def test_closing_tells_a_view_that_wants_to_know(bot: Any) -> None:
    closed: list[bool] = []

    @bot.bolt.view_closed("draft")
    async def gone(ack: Any, body: Json) -> None:
        closed.append(body["is_cleared"])
        await ack()

    view = modal({"type": "divider"}) | {"callback_id": "draft", "notify_on_close": True}
    await bot.slack.views_open(trigger_id=bot.workspace.trigger("U0ANA"), view=view)
    await bot.slack.views_push(trigger_id=bot.workspace.trigger("U0ANA"), view=view)
    await bot.post("/control/close", user="ana")
    await bot.slack.views_push(trigger_id=bot.workspace.trigger("U0ANA"), view=view)
    await bot.post("/control/close", user="ana", all=True)

    assert closed == [False, True, True]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["Acme Ltd", "Acme Labs"], "there are 'Acme Ltd', 'Acme Labs'"),
        (["x" * 76], "Result not loaded"),
        ([], "there are no options"),
    ],
)
async def test_a_search_without_one_answer_is_explained(
    bot: Any, texts: list[str], words: str
) -> None:
    @bot.bolt.options("c")
    async def offer(ack: Any) -> None:
        await ack(options=[option(text, str(number)) for number, text in enumerate(texts)])

    await shown(bot, field("Client", {"type": "external_select", "action_id": "c"}))
    answer = await bot.post("/control/submit", user="ana", values={"Client": "Acme"})

    assert words in answer["error"]


async def test_an_external_select_too_short_to_ask_is_refused(place: Any) -> None:
    await shown(place, field("Client", {"type": "external_select", "action_id": "c"}))
    answer = await place.post("/control/submit", user="ana", values={"Client": "ac"})

    assert "from 3 characters on" in answer["error"]


async def test_the_bot_can_be_invited_and_removed(bot: Any) -> None:
    joined: list[Json] = []

    @bot.bolt.event("member_joined_channel")
    async def came(event: Json) -> None:
        joined.append(event)

    @bot.bolt.event("member_left_channel")
    async def went(event: Json) -> None:
        joined.append(event)

    await bot.post("/control/command", user="ana", channel="random", text="/invite @dext")
    posted = await bot.slack.chat_postMessage(channel="C0RANDOM", text="Hello")
    await bot.post("/control/kick", user="dext", channel="random")

    assert posted["ok"]
    assert [(e["type"], e["user"], e["channel"]) for e in joined] == [
        ("member_joined_channel", "U0DEXT", "C0RANDOM"),
        ("member_left_channel", "U0DEXT", "C0RANDOM"),
    ]


async def test_reset_begins_the_day_again(place: Any) -> None:
    await place.post("/control/say", user="ana", channel="acme", text="Hello")
    await shown(place, {"type": "divider"})
    await place.post("/control/fault", target="slack", fault="server_error", times=9)
    await place.post("/control/reset")

    assert await place.read("ana", "acme") == []
    assert await place.get("/control/modal", user="ana") is None
    assert (await place.slack.auth_test())["ok"]


async def test_faults_of_the_ledgers_are_passed_on(place: Any) -> None:
    known = await place.post("/control/fault", target="xero", fault="server_error", times=1)
    unknown = await place.post("/control/fault", target="xero", fault="earthquake", times=1)

    assert known == {"ok": True}
    assert unknown["ok"] is False


async def test_only_loopback_names_are_served(place: Any) -> None:
    answer = await place.http.get("/control/state", headers={"Host": "evil.example"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("typed", "heard_text"),
    [
        ("help", "help"),
        ("connect client", "connect client"),
        ("dext help", "help"),
        ("/dext help", "help"),
        ("/dext", ""),
        ("", ""),
    ],
)
async def test_a_command_needs_no_slash(bot: Any, typed: str, heard_text: str) -> None:
    heard: list[str] = []

    @bot.bolt.command("/dext")
    async def dext(ack: Any, command: Json) -> None:
        await ack()
        heard.append(command["text"])

    await bot.post("/control/command", user="ana", channel="acme", text=typed)

    assert heard == [heard_text]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("Add a client …", "new"),
        ("add a client", "new"),
        ("Acme Ltd", "acme"),
        ("Acme", "acme"),
        ("Zebra", "new:Zebra"),
        ("Kestrel", "kestrel"),
    ],
)
async def test_a_searchable_select_takes_what_the_words_say(
    bot: Any, typed: str, chosen: str
) -> None:
    offered = [option("Add a client …", "new"), option("Acme Ltd", "acme")]
    saved: list[str] = []

    @bot.bolt.options("c")
    async def offer(ack: Any, body: Json) -> None:
        query = body["value"]
        found = [option("Kestrel Logistics", "kestrel")] if query == "Kestrel" else []
        adds = [option(f"Add “{query}” as a client", f"new:{query}")] if query != "Kestrel" else []
        await ack(options=[*found, *adds] if query else offered)

    @bot.bolt.view("")
    async def save(ack: Any, view: Json) -> None:
        await ack()
        saved.append(view["state"]["values"]["client"]["c"]["selected_option"]["value"])

    element = {"type": "external_select", "action_id": "c", "min_query_length": 0}
    await shown(bot, field("Client", element, block_id="client"))
    answer = await bot.post("/control/submit", user="ana", values={"Client": typed})

    assert (answer, saved) == ({"ok": True}, [chosen])
