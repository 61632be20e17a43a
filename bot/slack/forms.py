"""Forms as modals, and what was filled in as arguments."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bot.slack import limits
from bot.slack.render import Json, modal_blocks, option, plain_text
from commands.replies import (
    ChannelField,
    ChoiceField,
    DateField,
    Field,
    FileField,
    Form,
    Invocation,
    ManyField,
    Option,
    Part,
    PersonField,
    SearchField,
    TextField,
)

CALLBACK = "form"
FILLED_IN = "value"
SOURCE = "source"  # action ids of searchable fields: source|<name of the option source>
MANY_SEPARATOR = ","


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What a modal remembers of how it came about; travels in `private_metadata`.

    Slack hands it back as we wrote it, and permissions are checked again at submission.
    `message_url` is where the private message is answered whose button opened it.
    """

    does: Invocation | None = None
    channel_id: str | None = None
    is_from_home: bool = False
    message_url: str | None = None

    def __str__(self) -> str:
        facts = {
            "do": str(self.does) if self.does else None,
            "in": self.channel_id,
            "home": self.is_from_home or None,
            "message": self.message_url,
        }
        return json.dumps({key: value for key, value in facts.items() if value})

    @classmethod
    def parse(cls, text: str) -> "Origin":
        """Inverse of `str`; what another release wrote differently is left out."""
        try:
            facts = json.loads(text or "{}")
        except ValueError:
            facts = {}
        does = facts.get("do")
        return cls(
            does=Invocation.parse(does) if does else None,
            channel_id=facts.get("in"),
            is_from_home=bool(facts.get("home")),
            message_url=facts.get("message"),
        )


def form_view(form: Form, origin: Origin) -> Json:
    """The modal in which a form is filled in."""
    fields = [_input(each, form) for each in form.fields]
    shown = modal_blocks(form.parts, above=fields)
    view = panel(form.title, shown + fields, origin, close=form.close_label)
    if form.submits is not None or fields:
        view["submit"] = plain_text(form.submit_label, limits.VIEW_TITLE)
    return view


def reply_view(title: str, parts: tuple[Part, ...], origin: Origin) -> Json:
    """The modal that only says something."""
    return panel(title, modal_blocks(parts), origin, close="Close")


def panel(title: str, blocks: list[Json], origin: Origin, *, close: str) -> Json:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(title, limits.VIEW_TITLE),
        "close": plain_text(close, limits.VIEW_TITLE),
        "blocks": blocks,
        "private_metadata": str(origin),
    }


def title_of(view: Mapping[str, Any]) -> str:
    return str((view.get("title") or {}).get("text") or "Dext")


def block_ids(view: Mapping[str, Any]) -> dict[str, str]:
    """{field name: block id} of what can be filled in."""
    found = (str(block["block_id"]) for block in view["blocks"] if block["type"] == "input")
    return {name_of(block_id): block_id for block_id in found}


def name_of(block_id: str) -> str:
    return block_id.partition("~")[0]


def arguments(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field name; what was left empty is left out."""
    filled: dict[str, str] = {}
    for block_id, elements in view["state"]["values"].items():
        if "~" not in block_id:
            continue  # a menu among the parts, not a field
        for element in elements.values():
            value = _value(element)
            if value:
                filled[name_of(block_id)] = value
    return filled


_PLAIN_VALUES = (
    "value",
    "selected_user",
    "selected_conversation",
    "selected_channel",
    "selected_date",
)


def _value(element: Mapping[str, Any]) -> str:
    for key in _PLAIN_VALUES:
        if element.get(key):
            return str(element[key]).strip()
    if element.get("selected_option"):
        return str(element["selected_option"]["value"])
    if element.get("files"):
        return MANY_SEPARATOR.join(str(each["id"]) for each in element["files"])
    chosen = element.get("selected_options") or ()
    return MANY_SEPARATOR.join(str(each["value"]) for each in chosen)


def _input(item: Field, form: Form) -> Json:
    """A field keeps what was entered while the same form is drawn again, and only then."""
    block: Json = {
        "type": "input",
        "block_id": f"{item.name}~{crc32(str(form.submits).encode()):08x}",
        "label": plain_text(item.label, limits.LABEL),
        "element": ELEMENT_OF[type(item)](item),
    }
    if item.hint:
        block["hint"] = plain_text(item.hint, limits.LABEL)
    if getattr(item, "optional", False):
        block["optional"] = True
    return block


def _text(item: TextField) -> Json:
    element: Json = {
        "type": "plain_text_input",
        "action_id": FILLED_IN,
        "max_length": min(item.max_length, limits.SECTION_TEXT),
    }
    if item.multiline:
        element["multiline"] = True
    if item.initial:
        element["initial_value"] = item.initial[: element["max_length"]]
    return element


def _choice(item: ChoiceField) -> Json:
    is_list = item.compact or len(item.options) > limits.CHOICES
    element: Json = {
        "type": "static_select" if is_list else "radio_buttons",
        "action_id": FILLED_IN,
        "options": [option(each) for each in item.options[: limits.OPTIONS]],
    }
    chosen = next((each for each in element["options"] if each["value"] == item.initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def _search(item: SearchField) -> Json:
    element = _searched("external_select", item.source)
    return element | ({"initial_option": option(item.initial)} if item.initial else {})


def _many(item: ManyField) -> Json:
    element = _searched("multi_external_select", item.source)
    chosen = [option(each) for each in item.initial[: limits.OPTIONS]]
    return element | ({"initial_options": chosen} if chosen else {})


def _searched(kind: str, source: str) -> Json:
    return {"type": kind, "action_id": f"{SOURCE}|{source}", "min_query_length": 0}


def _channel(item: ChannelField) -> Json:
    element: Json = {
        "type": "conversations_select",
        "action_id": FILLED_IN,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return element | ({"initial_conversation": item.initial} if item.initial else {})


def _person(item: PersonField) -> Json:
    element: Json = {"type": "users_select", "action_id": FILLED_IN}
    return element | ({"initial_user": item.initial} if item.initial else {})


def _date(item: DateField) -> Json:
    element: Json = {"type": "datepicker", "action_id": FILLED_IN}
    return element | ({"initial_date": item.initial.isoformat()} if item.initial else {})


def _files(_: FileField) -> Json:
    return {"type": "file_input", "action_id": FILLED_IN, "max_files": limits.FILES}


ELEMENT_OF: dict[type[Any], Callable[[Any], Json]] = {
    TextField: _text,
    ChoiceField: _choice,
    SearchField: _search,
    ManyField: _many,
    ChannelField: _channel,
    PersonField: _person,
    DateField: _date,
    FileField: _files,
}


def source_of(action_id: str) -> str | None:
    """The option source of a searchable field or filter."""
    kind, _, rest = action_id.partition("|")
    if kind not in {SOURCE, "pick"}:
        return None
    return rest.partition("|")[0] or None


def offered(options: Iterator[Option] | tuple[Option, ...]) -> Json:
    """The answer to what was typed into a searchable field."""
    return {"options": [option(each) for each in options][: limits.OPTIONS]}
