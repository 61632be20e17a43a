"""Web API: what is put beside messages and channels: reactions, pins, bookmarks, step outcomes."""

from typing import Any

from bot.sandbox.workspace import timeline
from bot.sandbox.workspace.conversations import Conversation, Message
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.methods import Call, Method

Json = dict[str, Any]


def _message(call: Call) -> tuple[Conversation, Message]:
    conversation = call.joined()
    message = conversation.find(call.required("timestamp", error="message_not_found"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    return conversation, message


def add_reaction(call: Call) -> Json:
    conversation, message = _message(call)
    users = message.reactions.setdefault(call.required("name", error="invalid_name"), [])
    if call.bot_user in users:
        raise SlackError("already_reacted")
    users.append(call.bot_user)
    timeline.changed(call.workspace, conversation, message)
    return {}


def remove_reaction(call: Call) -> Json:
    conversation, message = _message(call)
    name = call.required("name", error="invalid_name")
    if call.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(call.bot_user)
    if not message.reactions[name]:
        del message.reactions[name]
    timeline.changed(call.workspace, conversation, message)
    return {}


def get_reactions(call: Call) -> Json:
    conversation, message = _message(call)
    wire = timeline.as_slack(call.workspace, message)
    return {"type": "message", "channel": conversation.id, "message": wire}


def add_pin(call: Call) -> Json:
    conversation, message = _message(call)
    if message.ts in conversation.pins:
        raise SlackError("already_pinned")
    conversation.pins.append(message.ts)
    return {}


def add_bookmark(call: Call) -> Json:
    conversation = call.joined("channel_id")
    bookmark = {
        "id": call.workspace.ids.new("Bk"),
        "channel_id": conversation.id,
        "title": call.required("title"),
        "type": call.required("type"),
        "link": call.text("link"),
    }
    conversation.bookmarks.append(bookmark)
    return {"bookmark": bookmark}


def list_bookmarks(call: Call) -> Json:
    return {"bookmarks": call.joined("channel_id").bookmarks}


def complete_step(call: Call) -> Json:
    """There is no Workflow Builder here, so no step is ever waiting."""
    call.required("function_execution_id")
    raise SlackError("function_execution_not_found")


_REACTIONS = ("reactions:write",)
METHODS = (
    Method(name="reactions.add", call=add_reaction, scopes=_REACTIONS, tier=3),
    Method(name="reactions.remove", call=remove_reaction, scopes=_REACTIONS, tier=2),
    Method(name="reactions.get", call=get_reactions, scopes=("reactions:read",), tier=3),
    Method(name="pins.add", call=add_pin, scopes=("pins:write",), tier=2),
    Method(name="bookmarks.add", call=add_bookmark, scopes=("bookmarks:write",), tier=2),
    Method(name="bookmarks.list", call=list_bookmarks, scopes=("bookmarks:read",), tier=3),
    Method(name="functions.completeSuccess", call=complete_step, tier=3),
    Method(name="functions.completeError", call=complete_step, tier=3),
)
