"""What stands in a view's inputs: `state.values`, and what the page checks before it submits."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.workspace.elements import VALUE_SHAPES, interactive

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

REQUIRED = "This is a required field"
PATTERNS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.\w+", "Enter a valid email address"),
    "url_text_input": (r"https?://\S+", "Enter a valid URL"),
}


def current(blocks: list[Json], held: Values) -> Values:
    """Values by block id and action id: what was entered where ids and type match, else initial.

    Inputs are always present; other elements appear once they have a value.
    """
    found: Values = {}
    for block, element in interactive(blocks):
        shape = VALUE_SHAPES.get(element["type"])
        if shape is None:
            continue
        value = held.get(block["block_id"], {}).get(element["action_id"])
        if value is None or value.get("type") != element["type"]:
            value = initial(element)
        if block["type"] == "input" or value[shape.key] != shape.empty:
            found.setdefault(block["block_id"], {})[element["action_id"]] = value
    return found


def initial(element: Json) -> Json:
    shape = VALUE_SHAPES[element["type"]]
    value = element.get(shape.initial, shape.empty) if shape.initial else shape.empty
    return {"type": element["type"], shape.key: value}


def merged(held: Values, entered: Values) -> Values:
    """`held` with every entered element in place of its older value."""
    together = {block_id: dict(actions) for block_id, actions in held.items()}
    for block_id, actions in entered.items():
        together.setdefault(block_id, {}).update(actions)
    return together


def problems(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack's own client refuses to submit, by block id."""
    found = {}
    for block, element in interactive(blocks):
        if block["type"] == "input" and element["type"] in VALUE_SHAPES:
            key = VALUE_SHAPES[element["type"]].key
            value = values.get(block["block_id"], {}).get(element["action_id"], {}).get(key)
            problem = next(_problems(block, element, value), None)
            if problem is not None:
                found[block["block_id"]] = problem
    return found


def _problems(block: Json, element: Json, value: Any) -> Iterator[str]:
    if value in (None, "", []):
        if not block.get("optional", False):
            yield REQUIRED
        return
    if not isinstance(value, str):
        return
    if len(value) > int(element.get("max_length", len(value))):
        yield f"Must be at most {element['max_length']} characters"
    if len(value) < int(element.get("min_length", 0)):
        yield f"Must be at least {element['min_length']} characters"
    pattern, words = PATTERNS.get(element["type"], (".*", ""))
    if not re.fullmatch(pattern, value, re.DOTALL):
        yield words
    if element["type"] == "number_input":
        yield from _number_problems(element, value)


def _number_problems(element: Json, value: str) -> Iterator[str]:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        yield "Enter a number" if element.get("is_decimal_allowed") else "Enter a whole number"
        return
    if "min_value" in element and float(value) < float(element["min_value"]):
        yield f"Must be at least {element['min_value']}"
    if "max_value" in element and float(value) > float(element["max_value"]):
        yield f"Must be at most {element['max_value']}"
