"""Web API: modals, the Home tab and the check of blocks."""

import json
from typing import Any

from bot.sandbox.workspace import files
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.methods import Call, Method, Token
from bot.sandbox.workspace.responses import message_error
from bot.sandbox.workspace.submissions import show, show_home
from bot.sandbox.workspace.views import View
from bot.slack.limits import VIEW_BYTES, check_message, check_view

Json = dict[str, Any]


def _source(call: Call, *, kind: str) -> Json:
    """The view of the call, valid and of the right kind; raises SlackError."""
    view = call.arguments.get("view")
    if not isinstance(view, dict):
        messages = ["[ERROR] missing required field: view"]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    problems = check_view(view)
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    if view.get("type") != kind:
        problems.append(f"must be one of: {kind} [json-pointer:/view/type]")
    if not problems:
        workspace = call.workspace
        problems = files.unfit(workspace.files, view["blocks"], now=workspace.now())
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    return view


def _user(call: Call) -> str:
    trigger_id = call.required("trigger_id")
    return call.workspace.triggers.redeem(trigger_id, now=call.workspace.now())


def _shown(call: Call, view: View) -> Json:
    show(call.workspace, view.user)
    return {"view": call.workspace.views.wire(view)}


def open_view(call: Call) -> Json:
    source = _source(call, kind="modal")
    return _shown(call, call.workspace.views.open(_user(call), source, now=call.workspace.now()))


def push(call: Call) -> Json:
    source = _source(call, kind="modal")
    user = _user(call)
    if not call.workspace.views.stack(user):
        raise SlackError("not_found")
    return _shown(call, call.workspace.views.push(user, source, now=call.workspace.now()))


def update(call: Call) -> Json:
    views = call.workspace.views
    view_id, external_id = call.text("view_id"), call.text("external_id")
    view = views.find(view_id=view_id or None, external_id=external_id or None)
    if view is None:
        raise SlackError("not_found")
    source = _source(call, kind=view.source["type"])
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    views.replace(view, source, now=call.workspace.now())
    if source["type"] == "home":
        show_home(call.workspace, view)
        return {"view": views.wire(view)}
    return _shown(call, view)


def publish(call: Call) -> Json:
    source = _source(call, kind="home")
    user = call.person("user_id")
    if user == call.bot_user:
        raise SlackError("not_enabled")
    view = call.workspace.views.publish(
        user, source, expected=call.text("hash") or None, now=call.workspace.now()
    )
    show_home(call.workspace, view)
    return {"view": call.workspace.views.wire(view)}


def validate(call: Call) -> Json:
    """blocks.validate takes `blocks` or a `view`."""
    view = call.arguments.get("view")
    if isinstance(view, dict):
        problems = check_view(view)
    else:
        problems = check_message({"blocks": call.arguments.get("blocks") or []})
    if problems:
        raise message_error(problems)
    return {}


METHODS = (
    Method(name="views.open", call=open_view, tier=4),
    Method(name="views.push", call=push, tier=4),
    Method(name="views.update", call=update, tier=4),
    Method(name="views.publish", call=publish, tier=4),
    Method(name="blocks.validate", call=validate, tier=3, token=Token.NONE),
)
