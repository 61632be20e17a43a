"""A person uses a button, menu or other element in a message, modal or Home tab."""

from typing import Any

from bot.sandbox.workspace import payloads
from bot.sandbox.workspace.conversations import Conversation, Message
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.elements import VALUE_SHAPES, find, options
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.values import Values, current, merged
from bot.sandbox.workspace.views import View
from bot.slack.limits import check_options

Json = dict[str, Any]
Place = View | tuple[Conversation, Message]

CHOOSERS = frozenset({"overflow", "static_select", "radio_buttons"})
MANY_CHOOSERS = frozenset({"multi_static_select", "checkboxes"})


async def act(courier: Courier, user: str, place: Place, action: Json) -> Answer:
    """Deliver one action; where the bot does not answer, the person sees a warning triangle."""
    workspace = courier.workspace
    block_id, action_id = str(action.get("block_id")), str(action.get("action_id"))
    block, element = _element(place, block_id=block_id, action_id=action_id)
    filled = _filled(element, action) | {"block_id": block_id, "action_ts": workspace.clock.ts()}
    _remember(place, user, block, element, filled)
    if isinstance(place, View):
        payload = payloads.view_actions(workspace, place, user, actions=[filled])
    else:
        payload = payloads.message_actions(
            workspace, *place, user, actions=[filled], values=message_values(place[1], user)
        )
    answer = await courier.interact(payload)
    if answer.failure:
        _warn(courier, user, payload["container"], filled, answer.failure)
    return answer


def enter(place: Place, user: str, values: Values) -> None:
    """Keep what a person has put into inputs without acting on it yet."""
    if isinstance(place, View):
        place.enter(values)
    else:
        message = place[1]
        message.entered[user] = merged(message.entered.get(user, {}), values)


def message_values(message: Message, user: str) -> Values:
    return current(message.blocks, message.entered.get(user, {}))


def blocks_of(place: Place) -> list[Json]:
    return place.blocks if isinstance(place, View) else place[1].blocks


async def suggest(
    courier: Courier, user: str, place: Place, *, block_id: str, action_id: str, query: str
) -> Json:
    """`options` and `option_groups` for what was typed, with `error` where the bot was too late."""
    _, element = _element(place, block_id=block_id, action_id=action_id)
    nothing: Json = {"options": [], "option_groups": []}
    if len(query) < int(element.get("min_query_length", 3)):
        return nothing
    payload = payloads.suggestion(
        courier.workspace, user, place, block_id=block_id, action_id=action_id, value=query
    )
    answer = await courier.interact(payload)
    if answer.failure or not isinstance(answer.body, dict):
        return nothing | {"error": "Result not loaded"}
    problems = check_options(answer.body)
    if problems:
        courier.workspace.traffic.note("options", courier.workspace.now(), problems=problems)
        return nothing | {"error": "Result not loaded"}
    return nothing | answer.body


def _element(place: Place, *, block_id: str, action_id: str) -> tuple[Json, Json]:
    found = find(blocks_of(place), block_id=block_id, action_id=action_id)
    if found is None:
        raise Refused(f"there is no element {action_id!r} in block {block_id!r} here", status=404)
    return found


def _filled(element: Json, action: Json) -> Json:
    """The action as Slack reports it; only the choice is taken from the page."""
    kind = element["type"]
    filled: Json = {"type": kind, "action_id": element["action_id"]}
    carried = ("text", "value", "style", "placeholder", "initial_option", "confirm")
    filled |= {key: element[key] for key in carried if key in element}
    if kind == "overflow":
        filled["selected_option"] = _among(element, action.get("selected_option"))
        return filled
    if kind not in VALUE_SHAPES:
        return filled
    key = VALUE_SHAPES[kind].key
    chosen = action.get(key, VALUE_SHAPES[kind].empty)
    if kind in CHOOSERS and chosen is not None:
        chosen = _among(element, chosen)
    if kind in MANY_CHOOSERS:
        chosen = [_among(element, option) for option in chosen]
    return filled | {key: chosen}


def _among(element: Json, chosen: Any) -> Json:
    value = chosen.get("value") if isinstance(chosen, dict) else chosen
    for option in options(element):
        if option.get("value") == value:
            return option
    offered = ", ".join(str(option["text"]["text"]) for option in options(element))
    raise Refused(f"{value!r} is not offered here; there are {offered}")


def _remember(place: Place, user: str, block: Json, element: Json, filled: Json) -> None:
    shape = VALUE_SHAPES.get(element["type"])
    if shape is not None:
        value = {"type": element["type"], shape.key: filled[shape.key]}
        enter(place, user, {block["block_id"]: {element["action_id"]: value}})


def _warn(courier: Courier, user: str, container: Json, filled: Json, failure: str) -> None:
    event = {
        "type": "action_failed",
        "container": container,
        "action_id": filled["action_id"],
        "block_id": filled["block_id"],
        "message": failure,
    }
    courier.workspace.live.tell([user], event)
