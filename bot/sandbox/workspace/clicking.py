"""A driver points at something by its words and uses it."""

from typing import Any

from bot.sandbox.workspace import submissions
from bot.sandbox.workspace.actions import Place, act, blocks_of, enter
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.elements import VALUE_SHAPES
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.filling import value_of
from bot.sandbox.workspace.finding import Pointer, Target, action, labels, named, offered
from bot.sandbox.workspace.homes import opened_home
from bot.sandbox.workspace.views import View

Json = dict[str, Any]


async def click(courier: Courier, user: str, body: Json) -> Json:
    """`{ok, url?}` or `{ok: false, error}`; raises Refused where nothing has these words."""
    pointer = _pointer(body)
    places = await _places(courier, user, body)
    found = _pointed_at(places, pointer)
    if found is None:
        foot = _modal(places[0]) if pointer.label and pointer.option is None else None
        if foot is not None:
            return await _foot(courier, user, foot, pointer.label)
        raise _nothing(pointer, [blocks_of(each) for each in places])
    place, target = found
    made = await _action(courier, user, place, target, pointer.option)
    if _only_enters(target):
        return {"ok": True}
    answer = await act(courier, user, place, made)
    url = {"url": target.url} if target.url else {}
    return {"ok": answer.failure is None} | ({"error": answer.failure} if answer.failure else url)


def _modal(place: Place) -> View | None:
    return place if isinstance(place, View) and place.source["type"] == "modal" else None


def _pointer(body: Json) -> Pointer:
    known = ("label", "option", "action_id", "block_id", "value")
    pointer = Pointer(**{name: body[name] for name in known if body.get(name) not in (None, "")})
    if pointer.is_empty and pointer.option is None:
        raise Refused("'label' is missing")
    return pointer


def _nothing(pointer: Pointer, shown: list[list[Json]]) -> Refused:
    """Says what there is: the options of the menu that was meant, else everything."""
    others = [text for blocks in shown for text in offered(blocks, pointer)]
    if pointer.option is not None and others:
        where = f"{pointer.label!r}" if pointer.label else "this menu"
        return Refused(f"there is no {pointer.option!r} in {where}; there are {_listed(others)}")
    every = _listed([label for blocks in shown for label in labels(blocks)])
    wanted = ", ".join(
        repr(words)
        for words in (pointer.label, pointer.option, pointer.value)
        if words not in (None, "")
    ) or repr(pointer.action_id or pointer.block_id)
    return Refused(f"there is no {wanted} here; there are {every}")


def _listed(texts: list[str]) -> str:
    return ", ".join(repr(text) for text in dict.fromkeys(texts)) or "nothing to click"


def _pointed_at(places: list[Place], pointer: Pointer) -> tuple[Place, Target] | None:
    """The element, in the first place that has one: the newest message comes first."""
    for place in places:
        target = named(blocks_of(place), pointer)
        if target is not None:
            return place, target
    return None


async def _places(courier: Courier, user: str, body: Json) -> list[Place]:
    """Never empty: the view, the message, or without `ts` every message of the channel."""
    workspace = courier.workspace
    match body.get("surface") or "message":
        case "modal":
            view = workspace.views.top(user)
            if view is None:
                raise Refused("no modal is open")
            return [view]
        case "home":
            home = await opened_home(courier, user)
            if home is None:
                raise Refused("the Home tab is empty")
            return [home]
        case "message":
            return _messages(courier, user, body)
        case other:
            raise Refused(f"there is no surface {other!r}; there are 'message', 'modal', 'home'")


def _messages(courier: Courier, user: str, body: Json) -> list[Place]:
    directory = courier.workspace.directory
    conversation = directory.conversation(body["channel"])
    if not directory.may_read(user, conversation):
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
    known = _listed([*labels(view.blocks), submit, close])
    raise Refused(f"there is no {wanted!r} here; there are {known}")
