"""Turns what a driver says stands in a form, label by label, into `state.values`."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.workspace.actions import Place, blocks_of, suggest
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.elements import VALUE_SHAPES, options
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.finding import EXTERNAL, field, option_named
from bot.sandbox.workspace.typed import rich_text
from bot.sandbox.workspace.values import Values

Json = dict[str, Any]


async def filled(courier: Courier, user: str, place: Place, wanted: dict[str, Any]) -> Values:
    """Values by block id and action id; raises Refused for a label or option that is not there."""
    values: Values = {}
    for name, entered in wanted.items():
        block, element = field(blocks_of(place), name)
        value = await value_of(courier, user, place, (block, element), entered)
        values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


async def value_of(
    courier: Courier, user: str, place: Place, at: tuple[Json, Json], entered: Any
) -> Json:
    """The element's value in state; options go by their text, people and channels by name."""
    block, element = at
    shape = VALUE_SHAPES[element["type"]]
    if entered is None or entered == "":
        return {"type": element["type"], shape.key: shape.empty}
    if shape.empty == []:
        many = entered if isinstance(entered, list) else [entered]
        value: Any = [await _single(courier, user, place, (block, element), one) for one in many]
    else:
        value = await _single(courier, user, place, (block, element), entered)
    return {"type": element["type"], shape.key: value}


async def _single(
    courier: Courier, user: str, place: Place, at: tuple[Json, Json], entered: Any
) -> Any:
    _, element = at
    kind = element["type"].removeprefix("multi_")
    directory = courier.workspace.directory
    if element["type"] in EXTERNAL:
        return await external_option(courier, user, place, at, str(entered))
    if kind in ("static_select", "radio_buttons", "checkboxes"):
        return _offered(element, str(entered), options(element))
    if kind == "file_input":
        raise Refused("files are put into a form by the page only")
    converted: dict[str, Callable[[], Any]] = {
        "users_select": lambda: directory.person(str(entered)).id,
        "conversations_select": lambda: directory.conversation(str(entered)).id,
        "channels_select": lambda: directory.conversation(str(entered)).id,
        "datetimepicker": lambda: _epoch(entered),
        "rich_text_input": lambda: rich_text(str(entered))[0],
    }
    return converted.get(kind, lambda: str(entered))()


def _epoch(entered: Any) -> int:
    try:
        return int(entered)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused(f"{entered!r} is no date and time in seconds since 1970") from error


async def external_option(
    courier: Courier, user: str, place: Place, at: tuple[Json, Json], typed: str
) -> Json:
    """What is offered before anything is typed if it has these words, else what typing finds."""
    _, element = at
    least = int(element.get("min_query_length", 3))
    if len(typed) < least:
        raise Refused(f"{typed!r} is too short: Slack asks the bot from {least} characters on")
    untyped = await _suggested(courier, user, place, at, "") if least == 0 else []
    exact = option_named({"options": untyped}, typed)
    if exact is not None:
        return exact
    found = await _suggested(courier, user, place, at, typed)
    known = {option.get("value") for option in found}
    also = [option for option in untyped if option.get("value") not in known]
    return _offered(element, typed, [*found, *also])


async def _suggested(
    courier: Courier, user: str, place: Place, at: tuple[Json, Json], query: str
) -> list[Json]:
    block, element = at
    found = await suggest(
        courier,
        user,
        place,
        block_id=block["block_id"],
        action_id=element["action_id"],
        query=query,
    )
    if "error" in found:
        raise Refused(f"the bot offered nothing for {query!r}: {found['error']}", status=502)
    return options(found)


def _offered(element: Json, wanted: str, offered: list[Json]) -> Json:
    """The option of these words, else the only one that begins with them, else that holds them."""
    exact = option_named({"options": offered}, wanted)
    if exact is not None:
        return exact
    words = wanted.strip().casefold()
    texts = [(option, str(option["text"]["text"]).casefold()) for option in offered]
    beginning = [option for option, text in texts if text.startswith(words)]
    holding = [option for option, text in texts if words in text]
    for alike in (beginning, holding):
        if len(alike) == 1:
            return alike[0]
    known = ", ".join(repr(option["text"]["text"]) for option in offered) or "no options"
    raise Refused(f"{wanted!r} is not offered by {element['action_id']!r}; there are {known}")
