"""Where a person acts: a message he sees, or a view he has open."""

from typing import Any

from bot.sandbox.workspace.actions import Place
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]


def place_of(workspace: Workspace, user: str, container: Json) -> Place:
    """`{type: "message", channel, ts}` or `{type: "view", view_id}`; raises Refused."""
    if container.get("type") == "view":
        view = workspace.views.find(view_id=str(container.get("view_id")))
        if view is None or view.user != user:
            raise Refused("this view is closed", status=404)
        return view
    conversation = workspace.directory.conversation(str(container.get("channel")))
    message = conversation.find(str(container.get("ts")))
    if message is None or message.ephemeral_to not in (None, user):
        raise Refused("this message is gone", status=404)
    if not workspace.directory.may_read(user, conversation):
        raise Refused(f"{user} may not read #{conversation.name}", status=403)
    return conversation, message
