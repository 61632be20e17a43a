"""A person submits or closes a modal."""

from typing import Any

from bot.sandbox.workspace import payloads
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.errors import Refused, SlackError
from bot.sandbox.workspace.state import Workspace
from bot.sandbox.workspace.values import Values, problems
from bot.sandbox.workspace.views import View
from bot.slack.limits import check_view

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"


def modal(workspace: Workspace, user: str) -> Json:
    """The top of the stack as the page draws it; `view` is None where nothing is open."""
    view = workspace.views.top(user)
    return {
        "view": workspace.views.wire(view) if view else None,
        "depth": len(workspace.views.stack(user)),
        "pending": view.is_pending if view else False,
        "banner": view.banner if view else None,
        "errors": view.errors if view else {},
    }


def show(workspace: Workspace, user: str) -> None:
    workspace.live.tell([user], {"type": "modal"} | modal(workspace, user))


def show_home(workspace: Workspace, view: View) -> None:
    event = {"type": "home", "view": workspace.views.wire(view)}
    workspace.live.tell([view.user], event)


def opened(workspace: Workspace, user: str, view_id: str) -> View:
    """The view on top of this person's stack; raises Refused if it is another one."""
    top = workspace.views.top(user)
    if top is None or top.id != view_id:
        raise Refused("this view is not the one on top any more", status=409)
    return top


async def submit(courier: Courier, user: str, view_id: str, values: Values) -> Json:
    """`{closed}`, `{errors}`, `{view}` or `{error}`: what became of the modal."""
    workspace = courier.workspace
    view = opened(workspace, user, view_id)
    if view.source.get("submit") is None and not _has_inputs(view):
        raise Refused("this view has no submit button")
    view.enter(values)
    view.banner = None
    view.errors = problems(view.blocks, view.state()["values"])
    if view.errors:
        show(workspace, user)
        return {"errors": view.errors}
    view.is_pending = True
    show(workspace, user)
    try:
        answer = await courier.interact(payloads.view_submission(workspace, view))
    finally:
        view.is_pending = False
    outcome = _settled(workspace, view, answer)
    show(workspace, user)
    return outcome


def _has_inputs(view: View) -> bool:
    return any(block["type"] == "input" for block in view.blocks)


def _settled(workspace: Workspace, view: View, answer: Answer) -> Json:
    if answer.failure:
        return _trouble(workspace, view, answer.failure)
    body = answer.body if isinstance(answer.body, dict) else {}
    act = body.get("response_action")
    try:
        match act:
            case "errors":
                return _errors(view, body.get("errors") or {})
            case "update" | "push":
                return _next(workspace, view, act, body.get("view") or {})
            case "clear":
                workspace.views.clear(view.user)
            case _:
                workspace.views.close(view)
    except SlackError as error:
        return _trouble(workspace, view, error.error)
    return {"closed": True}


def _errors(view: View, errors: dict[str, str]) -> Json:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or not set(errors) <= inputs:
        raise SlackError("errors_for_unknown_blocks")
    view.errors = errors
    return {"errors": errors}


def _next(workspace: Workspace, view: View, act: str, source: Json) -> Json:
    found = check_view(source)
    if found:
        raise SlackError("; ".join(found))
    now = workspace.now()
    if act == "push":
        following = workspace.views.push(view.user, source, now=now)
    else:
        following = workspace.views.replace(view, source, now=now)
    return {"view": workspace.views.wire(following)}


def _trouble(workspace: Workspace, view: View, why: str) -> Json:
    workspace.traffic.note("modal", workspace.now(), view=view.id, trouble=why)
    view.banner = TROUBLE
    return {"error": TROUBLE, "reason": why}


async def close(courier: Courier, user: str, view_id: str, *, everything: bool) -> list[Answer]:
    """Close the top view, or all of them; the bot hears of those that asked to be told."""
    workspace = courier.workspace
    top = opened(workspace, user, view_id)
    is_cleared = everything or bool(top.source.get("clear_on_close"))
    closing = list(reversed(workspace.views.stack(user))) if is_cleared else [top]
    for view in closing:
        workspace.views.close(view)
    show(workspace, user)
    told = [view for view in closing if view.source.get("notify_on_close")]
    return [
        await courier.interact(payloads.view_closed(workspace, view, is_cleared=is_cleared))
        for view in told
    ]
