"""Walks blocks: the elements people act on, their ids and the values they hold."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace.ids import Ids

Json = dict[str, Any]

BUTTONS = frozenset({"button", "workflow_button", "icon_button"})
NOT_INTERACTIVE = frozenset({"image", "plain_text", "mrkdwn", "raw_text", "url", "rich_text"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueShape:
    """How an element's value is called in state, where it starts and what nothing looks like."""

    key: str
    initial: str | None
    empty: Any = None


_TEXT = ValueShape(key="value", initial="initial_value")
_ONE = ValueShape(key="selected_option", initial="initial_option")
_MANY = ValueShape(key="selected_options", initial="initial_options", empty=[])


def _picked(name: str, *, many: bool = False) -> ValueShape:
    return ValueShape(key=f"selected_{name}", initial=f"initial_{name}", empty=[] if many else None)


VALUE_SHAPES = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "rich_text_input": ValueShape(key="rich_text_value", initial="initial_value"),
    "static_select": _ONE,
    "external_select": _ONE,
    "radio_buttons": _ONE,
    "multi_static_select": _MANY,
    "multi_external_select": _MANY,
    "checkboxes": _MANY,
    "users_select": _picked("user"),
    "multi_users_select": _picked("users", many=True),
    "conversations_select": _picked("conversation"),
    "multi_conversations_select": _picked("conversations", many=True),
    "channels_select": _picked("channel"),
    "multi_channels_select": _picked("channels", many=True),
    "datepicker": _picked("date"),
    "timepicker": _picked("time"),
    "datetimepicker": _picked("date_time"),
    "file_input": ValueShape(key="files", initial=None, empty=[]),
}


def flattened(blocks: list[Json]) -> Iterator[Json]:
    """Every block, those inside containers and carousels after the one that holds them."""
    for block in blocks:
        yield block
        yield from flattened(block.get("child_blocks", []))
        if block.get("type") == "carousel":
            yield from flattened(block.get("elements", []))


def _held(block: Json) -> Iterator[Json]:
    if block.get("type") == "input":
        yield block["element"]
    elif block.get("type") == "card":
        yield from block.get("actions", [])
    elif block.get("type") in ("actions", "context_actions"):
        yield from block.get("elements", [])
    if block.get("accessory"):
        yield block["accessory"]


def interactive(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Pairs of block and element, in reading order."""
    for block in flattened(blocks):
        for element in _held(block):
            if element.get("type") not in NOT_INTERACTIVE:
                yield block, element


def find(blocks: list[Json], *, block_id: str, action_id: str) -> tuple[Json, Json] | None:
    for block, element in interactive(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """The blocks with an id for each block and element that came without, as Slack gives them."""
    named = [_named(block, ids) for block in blocks]
    for _, element in interactive(named):
        element.setdefault("action_id", f"a{ids.number('action'):04x}")
    return named


def _named(block: Json, ids: Ids) -> Json:
    copy: Json = deepcopy(block)
    copy["block_id"] = copy.get("block_id") or f"b{ids.number('block'):04x}"
    key = "elements" if copy.get("type") == "carousel" else "child_blocks"
    if key in copy:
        copy[key] = [_named(child, ids) for child in copy[key]]
    return copy


def options(element: Json) -> list[Json]:
    """The options an element offers by itself, those in groups included."""
    grouped = [o for group in element.get("option_groups", []) for o in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def label(element: Json) -> str:
    """The words on an element: its text, or its placeholder."""
    text = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text", ""))
