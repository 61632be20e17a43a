"""Every limit is met exactly, broken by one, and pointed at."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.limits import check_message, check_options, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "Xero", value: str = "xero") -> Json:
    return {"text": plain(text), "value": value}


def section(text: str = "Hello", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Name"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("T"),
        "submit": plain("S"),
        "blocks": list(blocks),
    } | more


def in_message(*blocks: Json) -> list[str]:
    return check_message({"text": "x", "blocks": list(blocks)})


def at(pointer: str, words: str) -> str:
    return f"{words} [json-pointer:{pointer}]"


def row(*cells: str) -> list[Json]:
    return [{"type": "raw_text", "text": cell} for cell in cells]


def bars(*categories: str, points: int | None = None) -> Json:
    data = [{"label": c, "value": 1} for c in categories[:points]]
    axes = {"categories": list(categories)}
    chart = {"type": "bar", "series": [{"name": "Health", "data": data}], "axis_config": axes}
    return {"type": "data_visualization", "title": "Health", "chart": chart}


CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("x"),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Hello ", "style": {"bold": True}},
                {"type": "user", "user_id": "U1"},
                {"type": "date", "timestamp": 1, "format": "{time}"},
            ],
        },
        {"type": "rich_text_list", "style": "bullet", "indent": 8, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]},
        ]},
    ],
}  # fmt: skip

# Each is as large as Slack allows.
ALLOWED_IN_MESSAGES = {
    "section": section("x" * 3_000, accessory=button("x" * 75, value="x" * 2_000, confirm=CONFIRM)),
    "fields": {"type": "section", "fields": [mrkdwn("x" * 2_000)] * 10},
    "header": {"type": "header", "text": plain("x" * 150), "level": 4},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [mrkdwn("x")] * 10},
    "actions": actions(*(button(action_id=str(n)) for n in range(25))),
    "overflow": actions({"type": "overflow", "options": [option(value=str(n)) for n in range(5)]}),
    "select": actions({"type": "static_select", "options": [option()] * 100}),
    "external": actions({"type": "external_select", "min_query_length": 0}),
    "dispatching input": field(
        {"type": "plain_text_input"}, dispatch_action=True
    ),
    "image": {"type": "image", "image_url": "https://x.test", "alt_text": "x" * 2_000},
    "slack file": {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"},
    "rich_text": RICH,
    "markdown": {"type": "markdown", "text": "x" * 12_000},
    "table": {"type": "table", "rows": [row(*"x" * 20)] * 100},
    "data_table": {"type": "data_table", "caption": "Lists", "rows": [row("a"), row("b")]},
    "data_visualization": bars("A", "B"),
    "pie": {
        "type": "data_visualization",
        "title": "x" * 50,
        "chart": {"type": "pie", "segments": [{"label": "x" * 20, "value": 1}] * 6},
    },
    "card": {"type": "card", "title": mrkdwn("x" * 150), "body": mrkdwn("x" * 200)},
    "carousel": {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 10},
    "container": {"type": "container", "title": plain("x"), "child_blocks": [section()] * 10},
    "plan": {
        "type": "plan",
        "title": "Import",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "x", "status": "complete"}],
    },
    "feedback": {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain("Remove"), "action_id": "r"}
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("block", ALLOWED_IN_MESSAGES.values(), ids=ALLOWED_IN_MESSAGES.keys())
def test_what_is_just_within_the_limits_passes(block: Json) -> None:
    assert in_message(block) == []


@pytest.mark.parametrize(
    ("block", "pointer", "words"),
    [
        (section("x" * 3_001), "/text/text", "must be less than 3001 characters"),
        (section(""), "/text/text", "must be more than 0 characters"),
        ({"type": "section"}, "", "must define at least one of `text`, `fields`"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/fields",
         "no more than 10 items allowed"),
        (section(accessory={"type": "plain_text_input"}), "/accessory/type",
         "unsupported type: plain_text_input"),
        (section(colour="red"), "", "invalid additional property: colour"),
        ({"type": "header", "text": plain("x" * 151)}, "/text/text",
         "must be less than 151 characters"),
        ({"type": "header", "text": mrkdwn("x")}, "/text/type", "must be one of: plain_text"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/elements",
         "no more than 10 items allowed"),
        (actions(), "/elements", "no fewer than 1 items allowed"),
        (actions(*(button(action_id=str(n)) for n in range(26))), "/elements",
         "no more than 25 items allowed"),
        (actions(button("x" * 76)), "/elements/0/text/text", "must be less than 76 characters"),
        (actions(button(value="x" * 2_001)), "/elements/0/value",
         "must be less than 2001 characters"),
        (actions(button(url="x" * 3_001)), "/elements/0/url", "must be less than 3001 characters"),
        (actions(button(style="loud")), "/elements/0/style", "must be one of: primary, danger"),
        (actions({"type": "button"}), "/elements/0", "missing required field: text"),
        (actions({"type": "overflow", "options": [option()] * 6}), "/elements/0/options",
         "no more than 5 items allowed"),
        (actions({"type": "static_select", "options": [option("x" * 76)]}),
         "/elements/0/options/0/text/text", "must be less than 76 characters"),
        (actions({"type": "static_select", "options": [option(value="x" * 151)]}),
         "/elements/0/options/0/value", "must be less than 151 characters"),
        (actions({"type": "static_select"}), "/elements/0",
         "must define either `options` or `option_groups`"),
        (actions({"type": "static_select", "options": [option()],
                  "initial_option": option("xero")}),
         "/elements/0/initial_option", "must match one of the options provided"),
        (actions({"type": "checkboxes", "options": [option()] * 11}), "/elements/0/options",
         "no more than 10 items allowed"),
        (actions({"type": "datepicker", "initial_date": "3 June"}), "/elements/0/initial_date",
         "must be a date in the format YYYY-MM-DD"),
        (actions(button(action_id="a"), button(action_id="a")), "",
         "`action_id` with value `a` already exists in the list"),
        (actions(button(confirm=CONFIRM | {"title": plain("x" * 101)})),
         "/elements/0/confirm/title/text", "must be less than 101 characters"),
        (field({"type": "plain_text_input"}), "",
         "input blocks in messages must set dispatch_action"),
        ({"type": "image", "image_url": "https://x.test"}, "", "missing required field: alt_text"),
        ({"type": "image", "alt_text": "x"}, "", "must define either `image_url` or `slack_file`"),
        ({"type": "alert", "text": plain("x")}, "/type", "unsupported type: alert"),
        ({"type": "zonk"}, "/type", "unsupported type: zonk"),
        ({"type": "data_table", "caption": "x", "rows": [row("a"), row("b", "c")]}, "/rows/1",
         "all rows must have the same number of cells"),
        (bars("A", "B", points=1), "/chart/series/0/data",
         "must hold one value per category, in order"),
        ({"type": "card"}, "",
         "must define at least one of `hero_image`, `title`, `actions`, `body`"),
        ({"type": "container", "title": plain("x"), "child_blocks": [{"type": "card"}]},
         "/child_blocks/0/type", "unsupported type: card"),
    ],
)  # fmt: skip
def test_one_too_many_is_pointed_at(block: Json, pointer: str, words: str) -> None:
    assert at(f"/blocks/0{pointer}", words) in in_message(block)


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({}, at("/text", "no_text")),
        ({"text": "x" * 40_001}, at("/text", "must be less than 40001 characters")),
        ({"blocks": [section()] * 51}, at("/blocks", "no more than 50 items allowed")),
        ({"blocks": [section(block_id="a"), section(block_id="a")]},
         at("/blocks", "`block_id` with value `a` already exists in the list")),
        ({"blocks": [{"type": "table", "rows": [row("x")]}] * 2},
         at("/blocks", "no more than 1 table blocks allowed")),
        ({"blocks": [{"type": "markdown", "text": "x" * 7_000}] * 2},
         at("/blocks", "markdown blocks must be less than 12001 characters")),
        ({"blocks": [{"type": "table", "rows": [row("x" * 6_000, "y" * 6_000)]}]},
         at("/blocks", "table cells must be less than 10001 characters")),
        ({"attachments": [{"blocks": [section("")]}]},
         at("/attachments/0/blocks/0/text/text", "must be more than 0 characters")),
        ({"text": "x", "metadata": {"event_type": "a"}},
         at("/metadata", "missing required field: event_payload")),
        ({"text": "x", "blocks": "[]"}, at("/blocks", "must be an array")),
    ],
)  # fmt: skip
def test_a_whole_message_has_limits(payload: Json, problem: str) -> None:
    assert problem in check_message(payload)


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(title=plain("x" * 25)), at("/view/title/text", "must be less than 25 characters")),
        (modal(*[section()] * 101), at("/view/blocks", "no more than 100 items allowed")),
        (modal(private_metadata="x" * 3_001),
         at("/view/private_metadata", "must be less than 3001 characters")),
        ({"type": "modal", "title": plain("T"), "blocks": [field({"type": "plain_text_input"})]},
         at("/view", "missing required field: submit")),
        ({"type": "modal", "blocks": []}, at("/view", "missing required field: title")),
        ({"type": "home", "blocks": [], "title": plain("T")},
         at("/view", "invalid additional property: title")),
        ({"type": "home", "blocks": [field({"type": "file_input"})]},
         at("/view/blocks/0/element/type", "unsupported type: file_input")),
        (modal({"type": "table", "rows": [row("x")]}),
         at("/view/blocks/0/type", "unsupported type: table")),
        (modal(field({"type": "plain_text_input", "focus_on_load": True}),
               field({"type": "plain_text_input", "focus_on_load": True})),
         at("/view/blocks", "only one element may have focus_on_load")),
        (modal(*[section("x" * 3_000)] * 90), at("/view", "view_too_large")),
        ({"type": "page"}, at("/view/type", "must be one of: modal, home")),
    ],
)  # fmt: skip
def test_a_whole_view_has_limits(view: Json, problem: str) -> None:
    assert problem in check_view(view)


def test_a_modal_may_hold_every_input() -> None:
    elements: list[Json] = [
        {"type": "plain_text_input", "multiline": True, "max_length": 3_000, "initial_value": ""},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        {"type": "rich_text_input"},
        {"type": "file_input", "filetypes": ["pdf"], "max_files": 10},
        {"type": "static_select", "option_groups": [{"label": plain("A"), "options": [option()]}]},
        {"type": "multi_external_select", "min_query_length": 1, "max_selected_items": 3},
        {"type": "users_select", "initial_user": "U1"},
        {"type": "multi_users_select", "initial_users": ["U1"]},
        {"type": "conversations_select", "response_url_enabled": True,
         "default_to_current_conversation": True, "filter": {"include": ["public", "private"]}},
        {"type": "radio_buttons", "options": [option()], "initial_option": option()},
        {"type": "checkboxes", "options": [option()], "initial_options": [option()]},
        {"type": "datepicker", "initial_date": "2026-06-03"},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/London"},
        {"type": "datetimepicker", "initial_date_time": 1_780_488_000},
    ]  # fmt: skip
    alert = {"type": "alert", "text": mrkdwn("x" * 200), "level": "warning"}

    assert check_view(modal(alert, *(field(element) for element in elements))) == []


def test_suggestions_have_limits() -> None:
    assert check_options({"options": [option()] * 100}) == []
    assert check_options({"options": []}) == []
    assert check_options({"options": [option()] * 101}) == [
        at("/options", "no more than 100 items allowed")
    ]


@given(st.text(min_size=1, max_size=4_000))
def test_length_alone_decides_about_a_text(words: str) -> None:
    assert bool(in_message(section(words))) == (len(words) > 3_000)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["type", "text", "blocks", "elements", "element", "accessory", "options", "value",
             "rows", "chart", "series", "axis_config", "child_blocks", "initial_option", "title"]
        ),
        inner | st.sampled_from(
            ["section", "actions", "input", "button", "static_select", "plain_text", "table",
             "data_visualization", "bar", "pie", "container", "rich_text", "modal"]
        ),
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(st.lists(json_values, max_size=4))
def test_no_payload_is_too_strange_to_be_judged(blocks: list[Any]) -> None:
    for problem in [*check_message({"blocks": blocks}), *check_view(modal() | {"blocks": blocks})]:
        assert problem.endswith("]")
        assert "[json-pointer:/" in problem


@given(st.lists(st.sampled_from(sorted(ALLOWED_IN_MESSAGES)), max_size=5))
def test_a_valid_message_stays_valid_when_a_block_is_taken_away(names: list[str]) -> None:
    blocks = [ALLOWED_IN_MESSAGES[name] for name in names]
    if in_message(*blocks) == []:
        assert in_message(*blocks[1:]) == []
