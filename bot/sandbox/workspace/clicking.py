"""A driver points at something by its words and uses it."""

from typing import Any

from bot.sandbox.workspace import submissions
from bot.sandbox.workspace.actions import Place, act, blocks_of, enter
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.elements import VALUE_SHAPES
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.filling import value_of
from bot.sandbox.workspace.finding import Target, action, labels, named
from bot.sandbox.workspace.views import View

Json = dict[str, Any]


async def click(courier: Courier, user: str, body: Json) -> Json:
    """`{ok, url?}` or `{ok: false, error}`; raises Refused where nothing has these words."""
    wanted, option = str(body.get("label") or ""), body.get("option")
    place, target = _pointed_at(courier, user, body)
    if target is None:
        if isinstance(place, View) and place.source["type"] == "modal":
            return await _foot(courier, user, place, wanted)
        raise _nothing(wanted, blocks_of(place))
    made = await _action(courier, user, place, target, option)
    if _only_enters(target):
        return {"ok": True}
    answer = await act(courier, user, place, made)
    url = {"url": target.url} if target.url else {}
    return {"ok": answer.failure is None} | ({"error": answer.failure} if answer.failure else url)


def _nothing(wanted: str, blocks: list[Json]) -> Refused:
    known = ", ".join(repr(label) for label in labels(blocks)) or "nothing to click"
    return Refused(f"there is no {wanted!r} here; there are {known}")


def _pointed_at(courier: Courier, user: str, body: Json) -> tuple[Place, Target | None]:
    """The place and the element; without `ts`, the newest message that has one."""
    wanted, option = str(body.get("label") or ""), body.get("option")
    places = _places(courier, user, body)
    for place in places:
        target = named(blocks_of(place), wanted, option)
        if target is not None:
            return place, target
    if len(places) == 1:
        return places[0], None
    every = [label for place in places for label in labels(blocks_of(place))]
    known = ", ".join(repr(label) for label in dict.fromkeys(every)) or "nothing to click"
    raise Refused(f"there is no {wanted!r} here; there are {known}")


def _places(courier: Courier, user: str, body: Json) -> list[Place]:
    workspace = courier.workspace
    match body.get("surface"):
        case "modal":
            view = workspace.views.top(user)
            if view is None:
                raise Refused("no modal is open")
            return [view]
        case "home":
            home = workspace.views.homes.get(user)
            if home is None:
                raise Refused("the Home tab is empty")
            return [home]
    conversation = workspace.directory.conversation(body["channel"])
    if not workspace.directory.may_read(user, conversation):
        raise Refused(f"{user} may not read #{conversation.name}", status=403)
    ts = body.get("ts")
    seen = [m for m in conversation.seen_by(user) if ts in (None, "", m.ts)]
    if not seen:
        raise Refused("there is no such message here", status=404)
    return [(conversation, message) for message in reversed(seen)]


async def _action(
    courier: Courier, user: str, place: Place, target: Target, option: str | None
) -> Json:
    made = action(target)
    element = target.element
    if option is None or target.option is not None or element["type"] not in VALUE_SHAPES:
        return made
    value = await value_of(courier, user, place, (target.block, element), option)
    if _only_enters(target):
        enter(place, user, {target.block["block_id"]: {element["action_id"]: value}})
    return made | value


def _only_enters(target: Target) -> bool:
    """An input tells the bot nothing before it is submitted, unless it dispatches."""
    return target.block["type"] == "input" and not target.block.get("dispatch_action")


async def _foot(courier: Courier, user: str, view: View, wanted: str) -> Json:
    """The buttons at the foot of a modal."""
    submit = (view.source.get("submit") or {}).get("text", "Submit")
    close = (view.source.get("close") or {}).get("text", "Cancel")
    if wanted.casefold() == str(submit).casefold():
        outcome = await submissions.submit(courier, user, view.id, {})
        failed = "error" in outcome or "errors" in outcome
        return {"ok": not failed} | (outcome if failed else {})
    if wanted.casefold() == str(close).casefold():
        await submissions.close(courier, user, view.id, everything=False)
        return {"ok": True}
    known = ", ".join(repr(label) for label in [*labels(view.blocks), submit, close])
    raise Refused(f"there is no {wanted!r} here; there are {known}")
