"""What a person reads of a message or view: its words, its buttons and its fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace.conversations import Message
from bot.sandbox.workspace.dates import formatted_date
from bot.sandbox.workspace.elements import (
    BUTTONS,
    VALUE_SHAPES,
    flattened,
    interactive,
    label,
    options,
)
from bot.sandbox.workspace.mrkdwn import plain
from bot.sandbox.workspace.state import Workspace
from bot.sandbox.workspace.values import Values

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """The person who reads: names resolve in this workspace, dates in this zone."""

    workspace: Workspace
    tz: str = "Europe/London"

    def name(self, ref: str) -> str:
        directory = self.workspace.directory
        if ref in directory.conversations:
            return f"#{directory.conversations[ref].name}"
        return f"@{directory.display_name(ref)}"

    def mrkdwn(self, text: str) -> str:
        return plain(text, tz=self.tz, now=self.workspace.now(), name=self.name)

    def text(self, body: Any) -> str:
        """A text object: only mrkdwn is marked up."""
        if not isinstance(body, dict):
            return ""
        words = str(body.get("text", ""))
        return self.mrkdwn(words) if body.get("type") == "mrkdwn" else words

    def date(self, element: Json) -> str:
        return formatted_date(
            int(element["timestamp"]),
            str(element["format"]),
            tz=self.tz,
            now=self.workspace.now(),
        )


def reader_of(workspace: Workspace, user: str | None) -> Reader:
    person = workspace.directory.people.get(user or "")
    return Reader(workspace=workspace, tz=person.tz) if person else Reader(workspace=workspace)


def plain_message(message: Message, reader: Reader) -> str:
    """Blocks where there are any, else the text; attachments and file names after it."""
    words = plain_blocks(message.blocks, reader) if message.blocks else reader.mrkdwn(message.text)
    parts = [words, *(_attachment(each, reader) for each in message.attachments)]
    parts += [str(file["name"]) for file in message.files]
    return "\n".join(part for part in parts if part)


def _attachment(attachment: Json, reader: Reader) -> str:
    if attachment.get("blocks"):
        return plain_blocks(attachment["blocks"], reader)
    parts = (attachment.get(key) for key in ("pretext", "title", "text", "fallback"))
    return "\n".join(reader.mrkdwn(str(part)) for part in parts if part)


def plain_blocks(blocks: list[Json], reader: Reader) -> str:
    return "\n".join(line for block in flattened(blocks) for line in _lines(block, reader) if line)


def _lines(block: Json, reader: Reader) -> Iterator[str]:
    kind = block["type"]
    if kind in _LINES:
        yield from _LINES[kind](block, reader)
    else:
        for key in ("title", "subtitle", "text", "body"):
            yield reader.text(block.get(key))
        for field in block.get("fields", []):
            yield reader.text(field)


def _context(block: Json, reader: Reader) -> Iterator[str]:
    shown = (e.get("alt_text") or reader.text(e) for e in block["elements"])
    yield " ".join(each for each in shown if each)


def _image(block: Json, reader: Reader) -> Iterator[str]:
    yield reader.text(block.get("title"))
    yield str(block.get("alt_text", ""))


def _input(block: Json, reader: Reader) -> Iterator[str]:
    yield reader.text(block.get("label"))
    yield reader.text(block.get("hint"))


def _markdown(block: Json, _: Reader) -> Iterator[str]:
    yield str(block["text"]).replace("**", "")


def _rich_text(block: Json, reader: Reader) -> Iterator[str]:
    for paragraph in block["elements"]:
        if paragraph["type"] == "rich_text_list":
            yield from (f"• {_run(item, reader)}" for item in paragraph["elements"])
        else:
            yield _run(paragraph, reader)


def _run(section: Json, reader: Reader) -> str:
    return "".join(_inline(element, reader) for element in section["elements"])


def _inline(element: Json, reader: Reader) -> str:
    match element["type"]:
        case "user":
            return reader.name(element["user_id"])
        case "channel":
            return reader.name(element["channel_id"])
        case "date":
            return reader.date(element)
        case "emoji":
            return reader.mrkdwn(f":{element['name']}:")
        case "broadcast":
            return f"@{element['range']}"
    return str(element.get("text") or element.get("url") or "")


def _table(block: Json, reader: Reader) -> Iterator[str]:
    yield str(block.get("caption", ""))
    for row in block["rows"]:
        yield " | ".join(_cell(cell, reader) for cell in row)


def _cell(cell: Json, reader: Reader) -> str:
    if cell["type"] == "rich_text":
        return " ".join(_rich_text(cell, reader))
    return str(cell.get("text") or cell.get("value", ""))


def _chart(block: Json, _: Reader) -> Iterator[str]:
    yield str(block["title"])
    chart = block["chart"]
    if chart["type"] == "pie":
        yield ", ".join(f"{s['label']}: {s['value']}" for s in chart["segments"])
    for series in chart.get("series", []):
        points = ", ".join(f"{p['label']}: {p['value']}" for p in series["data"])
        yield f"{series['name']}: {points}"


def _plan(block: Json, _: Reader) -> Iterator[str]:
    yield str(block.get("title", ""))
    for task in block.get("tasks", []):
        yield f"{task['title']} ({task['status']})"


def _task(block: Json, _: Reader) -> Iterator[str]:
    yield f"{block['title']} ({block['status']})"


_LINES = {
    "context": _context,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "plan": _plan,
    "task_card": _task,
}


def buttons(blocks: list[Json], reader: Reader) -> list[Json]:
    """Every button: `label`, ids, `value` and `url`."""
    return [
        {
            "label": reader.text(element["text"]),
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": element.get("value"),
            "url": element.get("url"),
            "style": element.get("style"),
        }
        for block, element in interactive(blocks)
        if element["type"] in BUTTONS
    ]


def menus(blocks: list[Json], reader: Reader) -> list[Json]:
    """What else is chosen from outside of inputs: `label`, ids and `options` with their values."""
    return [
        {
            "label": label(element) or ("⋯" if element["type"] == "overflow" else ""),
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "options": [
                {"label": reader.text(option["text"]), "value": option.get("value")}
                for option in options(element)
            ],
        }
        for block, element in interactive(blocks)
        if block["type"] != "input" and element["type"] not in BUTTONS
    ]


def fields(blocks: list[Json], values: Values, reader: Reader) -> list[Json]:
    """Every input: `label`, `type`, ids, `options` by their text and `value` as shown."""
    found = []
    for block, element in interactive(blocks):
        if block["type"] != "input":
            continue
        held = values.get(block["block_id"], {}).get(element["action_id"], {})
        found.append(
            {
                "label": reader.text(block["label"]),
                "type": element["type"],
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "options": [option["text"]["text"] for option in options(element)],
                "value": _shown(element, held),
                "optional": block.get("optional", False),
            }
        )
    return found


def _shown(element: Json, held: Json) -> Any:
    """An option by its text, anything else as it is."""
    value = held.get(VALUE_SHAPES[element["type"]].key)
    if isinstance(value, dict) and "text" in value:
        return value["text"]["text"]
    if isinstance(value, list):
        return [each["text"]["text"] if "text" in each else each for each in value]
    return value
