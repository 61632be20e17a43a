"""Slack's published limits as tables, and the check of a message or view against them.

Source: docs.slack.dev, "Block Kit" reference pages and the types of `@slack/types` 3.2, read in
November 2026. Lengths are counted in characters; problems are worded as Slack words them.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any, str], Iterator[str]]  # (value, JSON pointer to it) → problems
Fields = dict[str, Check]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICES = 10
FILES = 10  # of one field
PLACEHOLDER = 150
LABEL = 2_000
ID = 255
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
VIEW_BYTES = 250_000
MARKDOWN_TEXT = 12_000
TABLE_TEXT = 10_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
CHART_SERIES = 6
CHART_CATEGORIES = 20
CHART_LABEL = 20
ALT_TEXT = 2_000
INPUT_TEXT = 3_000

MESSAGE, MODAL, HOME = "message", "modal", "home"


def check_message(payload: Json) -> list[str]:
    """What Slack would refuse in a chat.postMessage, chat.update or response_url body."""
    return list(_message_problems(payload))


def check_view(view: Json) -> list[str]:
    """What Slack would refuse in a modal or Home tab; pointers begin at `/view`."""
    return list(_view_problems(view))


def check_options(body: Json) -> list[str]:
    """What Slack would refuse in an answer to a block_suggestion."""
    return list(_SUGGESTIONS(body, ""))


def _at(pointer: str, problem: str) -> str:
    return f"{problem} [json-pointer:{pointer}]"


def _dicts(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


# What a value may be.


def _string(value: Any, pointer: str, *, most: int, least: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield _at(pointer, "must be a string")
    elif len(value) > most:
        yield _at(pointer, f"must be less than {most + 1} characters")
    elif len(value) < least:
        yield _at(pointer, f"must be more than {least - 1} characters")


def _boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _at(pointer, "must be a boolean")


def _integer(value: Any, pointer: str, *, least: int, most: int) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield _at(pointer, "must be an integer")
    elif not least <= value <= most:
        yield _at(pointer, f"must be between {least} and {most}")


def _number(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield _at(pointer, "must be a number")


def _object(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _at(pointer, "must be an object")


def _anything(_: Any, __: str) -> Iterator[str]:
    return iter(())


def _one_of(value: Any, pointer: str, *, words: Collection[str]) -> Iterator[str]:
    if value not in words:
        yield _at(pointer, f"must be one of: {', '.join(words)}")


def _matches(value: Any, pointer: str, *, pattern: str, called: str) -> Iterator[str]:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        yield _at(pointer, f"must be {called}")


def _array(value: Any, pointer: str, *, item: Check, most: int, least: int) -> Iterator[str]:
    if not isinstance(value, list):
        yield _at(pointer, "must be an array")
        return
    if len(value) > most:
        yield _at(pointer, f"no more than {most} items allowed")
    if len(value) < least:
        yield _at(pointer, f"no fewer than {least} items allowed")
    for index, each in enumerate(value):
        yield from item(each, f"{pointer}/{index}")


def _text(value: Any, pointer: str, *, most: int, kinds: Collection[str]) -> Iterator[str]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        yield _at(f"{pointer}/type", f"must be one of: {', '.join(kinds)}")
    else:
        yield from _TEXT_OBJECTS[kind](value, pointer)
        if isinstance(value.get("text"), str):
            yield from _string(value["text"], f"{pointer}/text", most=most, least=1)


def string(most: int, *, least: int = 1) -> Check:
    return partial(_string, most=most, least=least)


def integer(least: int, most: int) -> Check:
    return partial(_integer, least=least, most=most)


def words(*allowed: str) -> Check:
    return partial(_one_of, words=allowed)


def array(item: Check, *, most: int, least: int = 1) -> Check:
    return partial(_array, item=item, most=most, least=least)


def text(most: int) -> Check:
    """A text object, plain or mrkdwn."""
    return partial(_text, most=most, kinds=("plain_text", "mrkdwn"))


def plain(most: int) -> Check:
    return partial(_text, most=most, kinds=("plain_text",))


# What an object may hold.


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Fields by name, which of them must be there, and rules between them."""

    fields: Mapping[str, Check]
    needs: tuple[str, ...]
    rules: tuple[Check, ...]

    def __call__(self, value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _at(pointer, "must be an object")
            return
        for name in self.needs:
            if name not in value:
                yield _at(pointer, f"missing required field: {name}")
        for name, held in value.items():
            if name in self.fields:
                yield from self.fields[name](held, f"{pointer}/{name}")
            elif name != "type":
                yield _at(pointer, f"invalid additional property: {name}")
        for rule in self.rules:
            yield from rule(value, pointer)


def shape(needs: str = "", /, *rules: Check, **fields: Check) -> Shape:
    """`needs` names the compulsory fields, with blanks between them."""
    return Shape(fields=fields, needs=tuple(needs.split()), rules=rules)


def of_type(table: Mapping[str, Check], *kinds: str) -> Check:
    """An object whose `type` is one of `kinds`, or of the whole table."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in table or (kinds and kind not in kinds):
            yield _at(f"{pointer}/type", f"unsupported type: {kind}")
        else:
            yield from table[kind](value, pointer)

    return check


def either(*names: str) -> Check:
    def check(value: Json, pointer: str) -> Iterator[str]:
        if sum(1 for name in names if name in value) != 1:
            yield _at(pointer, "must define either " + " or ".join(f"`{name}`" for name in names))

    return check


def some(*names: str) -> Check:
    def check(value: Json, pointer: str) -> Iterator[str]:
        if not any(value.get(name) for name in names):
            listed = ", ".join(f"`{name}`" for name in names)
            yield _at(pointer, f"must define at least one of {listed}")

    return check


def _initial_among(value: Json, pointer: str) -> Iterator[str]:
    """An initial option must equal one of the options, field for field."""
    grouped = [group.get("options") for group in _dicts(value.get("option_groups"))]
    offered = list(chain.from_iterable(map(_dicts, [value.get("options"), *grouped])))
    if "initial_option" in value and value["initial_option"] not in offered:
        yield _at(f"{pointer}/initial_option", _NOT_OFFERED)
    for index, option in enumerate(_dicts(value.get("initial_options"))):
        if option not in offered:
            yield _at(f"{pointer}/initial_options/{index}", _NOT_OFFERED)


def _even_rows(value: Json, pointer: str) -> Iterator[str]:
    rows = [row for row in value.get("rows") or () if isinstance(row, list)]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield _at(f"{pointer}/rows/{index}", "all rows must have the same number of cells")
    for index, cell in enumerate(_dicts(rows[0]) if rows else ()):
        if cell.get("type") == "rich_text":
            yield _at(f"{pointer}/rows/0/{index}", "header cells must not be rich_text")


def _point_per_category(value: Json, pointer: str) -> Iterator[str]:
    axes = value.get("axis_config")
    categories = axes.get("categories") if isinstance(axes, dict) else None
    for index, series in enumerate(_dicts(value.get("series"))):
        if [point.get("label") for point in _dicts(series.get("data"))] != categories:
            problem = "must hold one value per category, in order"
            yield _at(f"{pointer}/series/{index}/data", problem)


def _positive(value: Any, pointer: str) -> Iterator[str]:
    yield from _number(value, pointer)
    if isinstance(value, int | float) and value <= 0:
        yield _at(pointer, "must be greater than 0")


_NESTED = (dict, list)
_NOT_OFFERED = "must match one of the options provided"
_TEXT_OBJECTS = {
    "plain_text": shape("text", text=string(MESSAGE_TEXT, least=0), emoji=_boolean),
    "mrkdwn": shape("text", text=string(MESSAGE_TEXT, least=0), verbatim=_boolean),
}
_ID = string(ID)
_IDS = array(_ID, most=OPTIONS)
_DATE = partial(_matches, pattern=r"\d{4}-\d\d-\d\d", called="a date in the format YYYY-MM-DD")
_TIME = partial(_matches, pattern=r"([01]\d|2[0-3]):[0-5]\d", called="a time in the format HH:mm")

# Tables: each row names what must be there, then every field there may be.
# fmt: off

_STYLE = words("primary", "danger")
_CONFIRM = shape("title text confirm deny", title=plain(100), text=text(300), confirm=plain(30),
                 deny=plain(30), style=_STYLE)
_OPTION = shape("text value", text=plain(OPTION_TEXT), value=string(OPTION_VALUE),
                description=plain(OPTION_TEXT))
_LINK_OPTION = shape("text value", **_OPTION.fields, url=string(URL))
_RICH_OPTION = shape("text value", text=text(OPTION_TEXT), value=string(OPTION_VALUE),
                     description=text(OPTION_TEXT))
_GROUP = shape("label options", label=plain(OPTION_TEXT), options=array(_OPTION, most=OPTIONS))
_OFFERED = array(_OPTION, most=OPTIONS)
_SUGGESTIONS = shape("", either("options", "option_groups"),
                     options=array(_OPTION, most=OPTIONS, least=0),
                     option_groups=array(_GROUP, most=OPTIONS, least=0))

_ACTS: Fields = {"action_id": _ID, "confirm": _CONFIRM}
_PICKS: Fields = {**_ACTS, "focus_on_load": _boolean, "placeholder": plain(PLACEHOLDER)}
_OFFERS: Fields = {**_PICKS, "options": _OFFERED, "option_groups": array(_GROUP, most=OPTIONS)}
_SEARCHES: Fields = {**_PICKS, "min_query_length": integer(0, INPUT_TEXT)}
_SEVERAL: Fields = {"max_selected_items": integer(1, OPTIONS)}
_CONVERSES: Fields = {
    "default_to_current_conversation": _boolean,
    "filter": shape("", include=array(words("im", "mpim", "private", "public"), most=4),
                    exclude_external_shared_channels=_boolean, exclude_bot_users=_boolean),
}
_TYPES: Fields = {
    "action_id": _ID, "placeholder": plain(PLACEHOLDER), "focus_on_load": _boolean,
    "dispatch_action_config": shape("", trigger_actions_on=array(
        words("on_enter_pressed", "on_character_entered"), most=2)),
}
_BUTTON: Fields = {"text": plain(BUTTON_TEXT), "value": string(BUTTON_VALUE, least=0),
                   "accessibility_label": string(75)}
_FEEDBACK = shape("text", **_BUTTON)
_EITHER_OPTIONS = either("options", "option_groups")
_CHOICES = array(_RICH_OPTION, most=CHOICES)
_SLACK_FILE = shape("", either("id", "url"), id=_ID, url=string(URL))
_PICTURE: Fields = {"image_url": string(URL), "slack_file": _SLACK_FILE,
                    "alt_text": string(ALT_TEXT)}
_EITHER_IMAGE = either("image_url", "slack_file")

ELEMENTS: Mapping[str, Shape] = {
    "button": shape("text", **_ACTS, **_BUTTON, url=string(URL), style=_STYLE,
                    visible_to_user_ids=_IDS, agent_prompt=string(4_000),
                    agent_prompt_display=string(4_000)),
    "icon_button": shape("icon text", **_ACTS, **_BUTTON, icon=words("trash"),
                         visible_to_user_ids=_IDS),
    "feedback_buttons": shape("positive_button negative_button", action_id=_ID,
                              positive_button=_FEEDBACK, negative_button=_FEEDBACK),
    "workflow_button": shape("text workflow", **_ACTS, **_BUTTON, workflow=_object, style=_STYLE),
    "overflow": shape("options", **_ACTS, options=array(_LINK_OPTION, most=OVERFLOW_OPTIONS)),
    "static_select": shape("", _EITHER_OPTIONS, _initial_among, **_OFFERS,
                           initial_option=_OPTION),
    "multi_static_select": shape("", _EITHER_OPTIONS, _initial_among, **_OFFERS, **_SEVERAL,
                                 initial_options=_OFFERED),
    "external_select": shape("", **_SEARCHES, initial_option=_OPTION),
    "multi_external_select": shape("", **_SEARCHES, **_SEVERAL, initial_options=_OFFERED),
    "users_select": shape("", **_PICKS, initial_user=_ID),
    "multi_users_select": shape("", **_PICKS, **_SEVERAL, initial_users=_IDS),
    "channels_select": shape("", **_PICKS, initial_channel=_ID, response_url_enabled=_boolean),
    "multi_channels_select": shape("", **_PICKS, **_SEVERAL, initial_channels=_IDS),
    "conversations_select": shape("", **_PICKS, **_CONVERSES, initial_conversation=_ID,
                                  response_url_enabled=_boolean),
    "multi_conversations_select": shape("", **_PICKS, **_CONVERSES, **_SEVERAL,
                                        initial_conversations=_IDS),
    "radio_buttons": shape("options", _initial_among, **_ACTS, focus_on_load=_boolean,
                           options=_CHOICES, initial_option=_RICH_OPTION),
    "checkboxes": shape("options", _initial_among, **_ACTS, focus_on_load=_boolean,
                        options=_CHOICES, initial_options=_CHOICES),
    "plain_text_input": shape("", **_TYPES, initial_value=string(INPUT_TEXT, least=0),
                              multiline=_boolean, min_length=integer(0, INPUT_TEXT),
                              max_length=integer(1, INPUT_TEXT)),
    "email_text_input": shape("", **_TYPES, initial_value=string(INPUT_TEXT)),
    "url_text_input": shape("", **_TYPES, initial_value=string(INPUT_TEXT)),
    "number_input": shape("is_decimal_allowed", **_TYPES, is_decimal_allowed=_boolean,
                          initial_value=string(100), min_value=string(100),
                          max_value=string(100)),
    "rich_text_input": shape("", **_TYPES, initial_value=_object, min_lines=integer(1, 100),
                             max_lines=integer(1, 100)),
    "datepicker": shape("", **_PICKS, initial_date=_DATE),
    "timepicker": shape("", **_PICKS, initial_time=_TIME, timezone=_ID),
    "datetimepicker": shape("", **_ACTS, focus_on_load=_boolean,
                            initial_date_time=integer(1_000_000_000, 9_999_999_999)),
    "file_input": shape("", action_id=_ID, filetypes=_IDS, max_files=integer(1, FILES)),
    "image": shape("alt_text", _EITHER_IMAGE, **_PICTURE),
}

_CHOOSE = ("checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker",
           *(kind for kind in ELEMENTS if kind.endswith("_select")))
_IN_ACTIONS = ("button", "workflow_button", "overflow", "rich_text_input", *_CHOOSE)
_IN_ACCESSORY = ("button", "workflow_button", "overflow", "image", *_CHOOSE)
_IN_INPUT = (*(kind for kind in ELEMENTS if kind.endswith("_input")), *_CHOOSE)

_MARKS: Fields = {"style": shape("", **dict.fromkeys(
    ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink"),
    _boolean))}
_RUN = array(of_type({
    "text": shape("text", **_MARKS, text=string(MESSAGE_TEXT)),
    "link": shape("url", **_MARKS, url=string(URL), text=string(MESSAGE_TEXT, least=0),
                  unsafe=_boolean),
    "emoji": shape("name", **_MARKS, name=_ID, unicode=_ID, skin_tone=integer(1, 6)),
    "user": shape("user_id", **_MARKS, user_id=_ID),
    "usergroup": shape("usergroup_id", **_MARKS, usergroup_id=_ID),
    "channel": shape("channel_id", **_MARKS, channel_id=_ID),
    "team": shape("team_id", **_MARKS, team_id=_ID),
    "broadcast": shape("range", **_MARKS, range=words("here", "channel", "everyone")),
    "color": shape("value", value=_ID),
    "date": shape("timestamp format", **_MARKS, timestamp=integer(0, 9_999_999_999), format=_ID,
                  url=string(URL), fallback=_ID),
}), most=1_000, least=0)
_PARAGRAPH = shape("elements", elements=_RUN)
_QUOTED = shape("elements", elements=_RUN, border=integer(0, 1), language=_ID)
_RICH_TEXT = shape("elements", block_id=_ID, elements=array(of_type({
    "rich_text_section": _PARAGRAPH,
    "rich_text_quote": _QUOTED,
    "rich_text_preformatted": _QUOTED,
    "rich_text_list": shape(
        "elements style", elements=array(of_type({"rich_text_section": _PARAGRAPH}), most=1_000),
        style=words("bullet", "ordered"), indent=integer(0, 8), offset=integer(0, 10_000),
        border=integer(0, 1)),
}), most=1_000))
_RICH = of_type({"rich_text": _RICH_TEXT})

_ROW = array(of_type({
    "raw_text": shape("text", text=string(TABLE_TEXT, least=0)),
    "raw_number": shape("value", value=_number, text=_ID),
    "rich_text": _RICH_TEXT,
}), most=TABLE_COLUMNS)
_COLUMN = shape("", align=words("left", "center", "right"), is_wrapped=_boolean)

_SHORT = string(CHART_LABEL)
_SERIES = shape("name data", name=_SHORT, data=array(
    shape("label value", label=_SHORT, value=_number), most=CHART_CATEGORIES))
_AXES = shape("categories", categories=array(_SHORT, most=CHART_CATEGORIES),
              x_label=string(50), y_label=string(50))
_PLOT = shape("series axis_config", _point_per_category,
              series=array(_SERIES, most=CHART_SERIES), axis_config=_AXES)
_PIE = shape("segments", segments=array(
    shape("label value", label=_SHORT, value=_positive), most=CHART_SERIES))

_IMAGE = of_type(ELEMENTS, "image")
_TASK = shape("task_id title status", block_id=_ID, task_id=_ID, title=_ID, details=_RICH,
              output=_RICH, sources=array(_object, most=OPTIONS),
              status=words("pending", "in_progress", "complete", "error"))
_CARD = shape("", some("hero_image", "title", "actions", "body"), block_id=_ID, hero_image=_IMAGE,
              icon=_IMAGE, title=text(150), subtitle=text(150), body=text(200),
              actions=array(of_type(ELEMENTS, "button"), most=5))

_PLAIN_BLOCKS: Mapping[str, Shape] = {
    "section": shape("", some("text", "fields"), block_id=_ID, text=text(SECTION_TEXT),
                     fields=array(text(FIELD_TEXT), most=SECTION_FIELDS),
                     accessory=of_type(ELEMENTS, *_IN_ACCESSORY), expand=_boolean),
    "header": shape("text", block_id=_ID, text=plain(HEADER_TEXT), level=integer(1, 4)),
    "divider": shape("", block_id=_ID),
    "context": shape("elements", block_id=_ID, elements=array(
        of_type({"plain_text": plain(SECTION_TEXT), "mrkdwn": text(SECTION_TEXT),
                 "image": ELEMENTS["image"]}), most=CONTEXT_ELEMENTS)),
    "actions": shape("elements", block_id=_ID, elements=array(
        of_type(ELEMENTS, *_IN_ACTIONS), most=ACTIONS_ELEMENTS)),
    "input": shape("label element", block_id=_ID, label=plain(LABEL), hint=plain(LABEL),
                   optional=_boolean, dispatch_action=_boolean,
                   element=of_type(ELEMENTS, *_IN_INPUT)),
    "image": shape("alt_text", _EITHER_IMAGE, block_id=_ID, **_PICTURE, title=plain(LABEL)),
    "rich_text": _RICH_TEXT,
    "table": shape("rows", block_id=_ID, rows=array(_ROW, most=TABLE_ROWS),
                   column_settings=array(_COLUMN, most=TABLE_COLUMNS)),
    "video": shape("alt_text title thumbnail_url video_url", block_id=_ID, title=plain(199),
                   alt_text=string(ALT_TEXT), title_url=string(URL), thumbnail_url=string(URL),
                   video_url=string(URL), author_name=string(49), description=plain(LABEL),
                   provider_name=_ID, provider_icon_url=string(URL)),
}
BLOCKS: Mapping[str, Shape] = {
    **_PLAIN_BLOCKS,
    "context_actions": shape("elements", block_id=_ID, elements=array(
        of_type(ELEMENTS, "feedback_buttons", "icon_button"), most=5)),
    "markdown": shape("text", block_id=_ID, text=string(MARKDOWN_TEXT)),
    "data_table": shape("caption rows", _even_rows, block_id=_ID, caption=_ID,
                        rows=array(_ROW, most=TABLE_ROWS + 1, least=2),
                        page_size=integer(1, 100),
                        row_header_column_index=integer(0, TABLE_COLUMNS - 1)),
    "data_visualization": shape("title chart", block_id=_ID, title=string(50), chart=of_type(
        {"pie": _PIE, "bar": _PLOT, "line": _PLOT, "area": _PLOT})),
    "alert": shape("text", block_id=_ID, text=text(200),
                   level=words("default", "info", "warning", "error", "success")),
    "card": _CARD,
    "carousel": shape("elements", block_id=_ID, elements=array(of_type({"card": _CARD}), most=10)),
    "container": shape("child_blocks", either("title", "rich_text_title"), block_id=_ID,
                       title=text(150), rich_text_title=_RICH, subtitle=text(150), icon=_IMAGE,
                       child_blocks=array(of_type(_PLAIN_BLOCKS), most=10),
                       width=words("narrow", "standard", "wide", "full"), is_collapsible=_boolean,
                       default_collapsed=_boolean, has_header_divider=_boolean),
    "task_card": _TASK,
    "plan": shape("title", block_id=_ID, title=_ID,
                  tasks=array(of_type({"task_card": _TASK}), most=MESSAGE_BLOCKS)),
}

ONLY_IN: Mapping[str, str] = {  # Slack refuses these on any other surface
    "alert": MODAL, "card": MESSAGE, "carousel": MESSAGE, "container": MESSAGE,
    "context_actions": MESSAGE, "data_table": MESSAGE, "data_visualization": MESSAGE,
    "file_input": MODAL, "markdown": MESSAGE, "plan": MESSAGE, "table": MESSAGE,
    "task_card": MESSAGE,
}
PER_MESSAGE: Mapping[str, int] = {"table": 1, "data_visualization": 2}

_METADATA = shape("event_type event_payload", event_type=_ID, event_payload=_object,
                  entities=array(_object, most=50))
_VIEW: Fields = {"callback_id": string(ID, least=0), "external_id": string(ID, least=0),
                 "private_metadata": string(PRIVATE_METADATA, least=0), "blocks": _anything}
_VIEWS: Mapping[str, Shape] = {
    HOME: shape("blocks", **_VIEW),
    MODAL: shape("title blocks", **_VIEW, title=plain(VIEW_TITLE), close=plain(VIEW_TITLE),
                 submit=plain(VIEW_TITLE), clear_on_close=_boolean, notify_on_close=_boolean,
                 submit_disabled=_boolean),
}

# fmt: on
# Whole messages and views.


def _message_problems(payload: Json) -> Iterator[str]:
    if not any(payload.get(name) for name in ("text", "blocks", "attachments")):
        yield _at("/text", "no_text")
    if payload.get("text"):
        yield from _string(payload["text"], "/text", most=MESSAGE_TEXT, least=1)
    if payload.get("blocks") is not None:
        yield from _blocks(payload["blocks"], "/blocks", surface=MESSAGE, most=MESSAGE_BLOCKS)
    attachments = payload.get("attachments") or []
    yield from array(_object, most=100, least=0)(attachments, "/attachments")
    for index, attachment in enumerate(_dicts(attachments)):
        pointer = f"/attachments/{index}/blocks"
        blocks = attachment.get("blocks", [])
        yield from _blocks(blocks, pointer, surface=MESSAGE, most=MESSAGE_BLOCKS)
    if payload.get("metadata"):
        yield from _METADATA(payload["metadata"], "/metadata")


def _view_problems(view: Json) -> Iterator[str]:
    kind = view.get("type")
    if kind not in (MODAL, HOME):
        yield _at("/view/type", "must be one of: modal, home")
        return
    yield from _VIEWS[kind](view, "/view")
    blocks = view.get("blocks", [])
    yield from _blocks(blocks, "/view/blocks", surface=kind, most=VIEW_BLOCKS)
    has_input = any(block.get("type") == "input" for block in _dicts(blocks))
    if kind == MODAL and has_input and "submit" not in view:
        yield _at("/view", "missing required field: submit")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        yield _at("/view", "view_too_large")


def _blocks(value: Any, pointer: str, *, surface: str, most: int) -> Iterator[str]:
    yield from array(of_type(BLOCKS), most=most, least=0)(value, pointer)
    blocks = _dicts(value)
    for index, block in enumerate(blocks):
        yield from _misplaced(block, f"{pointer}/{index}", surface=surface)
        yield from _repeated(_found(block, "action_id"), f"{pointer}/{index}", name="action_id")
    yield from _repeated(_found(blocks, "block_id"), pointer, name="block_id")
    yield from _totals(blocks, pointer)
    if len(_found(blocks, "focus_on_load")) > 1:
        yield _at(pointer, "only one element may have focus_on_load")


def _misplaced(block: Json, pointer: str, *, surface: str) -> Iterator[str]:
    kind = str(block.get("type"))
    if ONLY_IN.get(kind, surface) != surface:
        yield _at(f"{pointer}/type", f"unsupported type: {kind}")
    if kind != "input":
        return
    if surface == MESSAGE and not block.get("dispatch_action"):
        yield _at(pointer, "input blocks in messages must set dispatch_action")
    element = block.get("element")
    inside = str(element.get("type")) if isinstance(element, dict) else ""
    if ONLY_IN.get(inside, surface) != surface:
        yield _at(f"{pointer}/element/type", f"unsupported type: {inside}")


def _repeated(ids: Iterable[Any], pointer: str, *, name: str) -> Iterator[str]:
    """Slack wants a `block_id` unique in the message or view, an `action_id` in its block."""
    said = [str(each) for each in ids]
    if len(said) == len(set(said)):
        return
    for each, times in Counter(said).items():
        if times > 1:
            yield _at(pointer, f"`{name}` with value `{each}` already exists in the list")


def _totals(blocks: list[Json], pointer: str) -> Iterator[str]:
    kinds = Counter(str(block.get("type")) for block in blocks)
    for kind, most in PER_MESSAGE.items():
        if kinds[kind] > most:
            yield _at(pointer, f"no more than {most} {kind} blocks allowed")
    markdown = [block.get("text") for block in blocks if block.get("type") == "markdown"]
    if sum(len(str(each)) for each in markdown) > MARKDOWN_TEXT:
        yield _at(pointer, f"markdown blocks must be less than {MARKDOWN_TEXT + 1} characters")
    tables = [b.get("rows") for b in blocks if b.get("type") in ("table", "data_table")]
    if sum(len(str(cell)) for cell in _found(tables, "text")) > TABLE_TEXT:
        yield _at(pointer, f"table cells must be less than {TABLE_TEXT + 1} characters")


def _found(value: Any, name: str) -> list[Any]:
    """Every scalar called `name`, at any depth."""
    found: list[Any] = []
    unseen = [value]
    while unseen:
        held = unseen.pop()
        if isinstance(held, dict):
            if name in held and not isinstance(held[name], _NESTED):
                found.append(held[name])
            held = held.values()
        unseen += [each for each in held if isinstance(each, _NESTED)]
    return found
