"""Finds what a driver means by a label: the button, option or input a person would point at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace.elements import BUTTONS, VALUE_SHAPES, interactive, label, options
from bot.sandbox.workspace.errors import Refused

Json = dict[str, Any]

EXTERNAL = frozenset({"external_select", "multi_external_select"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """What a driver says of the element it means; what is left out may be anything."""

    label: str = ""
    option: str | None = None
    action_id: str | None = None
    block_id: str | None = None
    value: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.label and self.action_id is self.block_id is self.value is None

    def may_mean(self, block: Json, element: Json) -> bool:
        """Whether ids and value are those of this element, whatever its words."""
        values = [element.get("value"), *(each.get("value") for each in options(element))]
        return (
            self.block_id in (None, block.get("block_id"))
            and self.action_id in (None, element.get("action_id"))
            and (self.value is None or self.value in values)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An element, and the option of it that was meant, if the label named one."""

    block: Json
    element: Json
    option: Json | None = None

    @property
    def url(self) -> str | None:
        return (self.option or self.element).get("url")


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def named(blocks: list[Json], pointer: Pointer) -> Target | None:
    """The first element that is meant, and that has the option where one is asked for."""
    elements = [(b, e) for b, e in interactive(blocks) if pointer.may_mean(b, e)]
    if pointer.is_empty and pointer.option is None:
        return None
    if pointer.option is None:
        return next(_by_own_words(elements, pointer), None)
    return next(_by_option(elements, pointer, pointer.option), None)


def offered(blocks: list[Json], pointer: Pointer) -> list[str]:
    """The options of everything that answers to the label, whether or not the wanted one is."""
    return [
        str(option["text"]["text"])
        for block, element in interactive(blocks)
        if pointer.may_mean(block, element) and _answers_to(block, element, pointer.label)
        for option in options(element)
    ]


def _by_option(
    elements: list[tuple[Json, Json]], pointer: Pointer, wanted: str
) -> Iterator[Target]:
    for block, element in elements:
        if not _answers_to(block, element, pointer.label):
            continue
        chosen = option_named(element, wanted)
        if chosen is not None:
            yield Target(block=block, element=element, option=chosen)
        elif element["type"] in EXTERNAL or not (options(element) or element["type"] in BUTTONS):
            yield Target(block=block, element=element)


def _by_own_words(elements: list[tuple[Json, Json]], pointer: Pointer) -> Iterator[Target]:
    wanted = pointer.label
    for block, element in elements:
        if element["type"] in BUTTONS and _answers_to(block, element, wanted):
            yield Target(block=block, element=element)
    for block, element in elements:
        chosen = option_named(element, wanted) if wanted else None
        if chosen is None and pointer.value and _answers_to(block, element, wanted):
            chosen = option_named(element, pointer.value)
        if chosen is not None:
            yield Target(block=block, element=element, option=chosen)


def _answers_to(block: Json, element: Json, wanted: str) -> bool:
    """Whether these words mean this element; no words mean any."""
    if not wanted:
        return True
    names = [
        label(element),
        str(element.get("accessibility_label", "")),
        str(element.get("action_id", "")),
        str((block.get("label") or {}).get("text", "")),
    ]
    if element["type"] == "overflow":
        names += ["⋯", "…", "More", "Manage"]
    return any(_same(name, wanted) for name in names if name)


def option_named(element: Json, wanted: str) -> Json | None:
    """The option of this text, else of this value."""
    known = options(element)
    same = [option for option in known if _same(str(option["text"]["text"]), wanted)]
    same += [option for option in known if option.get("value") == wanted]
    return same[0] if same else None


def labels(blocks: list[Json]) -> list[str]:
    """Everything `named` would find here, for the message that says what exists."""
    found: list[str] = []
    for _, element in interactive(blocks):
        if element["type"] in BUTTONS:
            found.append(label(element))
        else:
            found += [str(option["text"]["text"]) for option in options(element)]
    return found


def action(target: Target) -> Json:
    """The action a click makes, for `actions.act`; choices toggle nothing, they are set."""
    element = target.element
    made: Json = {"block_id": target.block["block_id"], "action_id": element["action_id"]}
    if target.option is None or element["type"] in BUTTONS:
        return made
    if element["type"] == "overflow":
        return made | {"selected_option": target.option}
    key = VALUE_SHAPES[element["type"]].key
    is_many = VALUE_SHAPES[element["type"]].empty == []
    return made | {key: [target.option] if is_many else target.option}


def field(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The input of this label, action id or block id; raises Refused naming the labels."""
    inputs = [(b, e) for b, e in interactive(blocks) if e["type"] in VALUE_SHAPES]
    for block, element in inputs:
        names = (
            str((block.get("label") or {}).get("text", "")),
            element["action_id"],
            block["block_id"],
            label(element),
        )
        if any(_same(name, wanted) for name in names if name):
            return block, element
    known = ", ".join(repr(_label_of(block, element)) for block, element in inputs) or "no fields"
    raise Refused(f"there is no field {wanted!r}; there are {known}")


def _label_of(block: Json, element: Json) -> str:
    text = (block.get("label") or {}).get("text") or label(element) or element["action_id"]
    return str(text)
