"""What the workspace sends the bot, in Slack's shapes."""

from typing import Any

from bot.sandbox.workspace.conversations import Conversation, Kind, Message
from bot.sandbox.workspace.leases import Hook
from bot.sandbox.workspace.state import Workspace
from bot.sandbox.workspace.timeline import as_slack
from bot.sandbox.workspace.views import View

Json = dict[str, Any]

VERIFICATION_TOKEN = "sandbox-verification-token"


def channel_name(conversation: Conversation) -> str:
    names = {Kind.IM: "directmessage", Kind.GROUP: "privategroup"}
    return names.get(conversation.kind, conversation.name)


def hook_url(
    workspace: Workspace,
    conversation: Conversation,
    user: str,
    *,
    message_ts: str | None = None,
) -> str:
    hook = Hook(
        conversation=conversation.id, user=user, message_ts=message_ts, issued_at=workspace.now()
    )
    return workspace.url(workspace.hooks.issue(hook))


def slash_command(
    workspace: Workspace, conversation: Conversation, user: str, *, command: str, text: str
) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.seed.team_id,
        "team_domain": workspace.seed.team_domain,
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": user,
        "user_name": workspace.directory.display_name(user),
        "command": command,
        "text": text,
        "api_app_id": workspace.seed.app.id,
        "is_enterprise_install": "false",
        "response_url": hook_url(workspace, conversation, user),
        "trigger_id": workspace.trigger(user),
    }


def _interactive(workspace: Workspace, kind: str, user: str) -> Json:
    name = workspace.directory.display_name(user)
    team_id = workspace.seed.team_id
    return {
        "type": kind,
        "user": {"id": user, "username": name, "name": name, "team_id": team_id},
        "api_app_id": workspace.seed.app.id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": team_id, "domain": workspace.seed.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _message_place(workspace: Workspace, conversation: Conversation, message: Message) -> Json:
    """`container`, `channel` and, unless it is ephemeral, `message`."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: Json = {
        "container": container,
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
    }
    if message.ephemeral_to is None:
        place["message"] = as_slack(workspace, message)
    return place


def _view_place(workspace: Workspace, view: View) -> Json:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": workspace.views.wire(view),
    }


def message_actions(
    workspace: Workspace,
    conversation: Conversation,
    message: Message,
    user: str,
    *,
    actions: list[Json],
    values: Json,
) -> Json:
    return (
        _interactive(workspace, "block_actions", user)
        | _message_place(workspace, conversation, message)
        | {
            "trigger_id": workspace.trigger(user),
            "state": {"values": values},
            "response_url": hook_url(workspace, conversation, user, message_ts=message.ts),
            "actions": actions,
        }
    )


def view_actions(workspace: Workspace, view: View, user: str, *, actions: list[Json]) -> Json:
    return (
        _interactive(workspace, "block_actions", user)
        | _view_place(workspace, view)
        | {"trigger_id": workspace.trigger(user), "actions": actions}
    )


def suggestion(
    workspace: Workspace,
    user: str,
    place: View | tuple[Conversation, Message],
    *,
    block_id: str,
    action_id: str,
    value: str,
) -> Json:
    where = (
        _view_place(workspace, place)
        if isinstance(place, View)
        else _message_place(workspace, *place)
    )
    asked = {"block_id": block_id, "action_id": action_id, "value": value}
    return _interactive(workspace, "block_suggestion", user) | where | asked


def view_submission(workspace: Workspace, view: View) -> Json:
    return _interactive(workspace, "view_submission", view.user) | {
        "trigger_id": workspace.trigger(view.user),
        "view": workspace.views.wire(view),
        "response_urls": _response_urls(workspace, view),
    }


def _response_urls(workspace: Workspace, view: View) -> list[Json]:
    """One for each conversation picked in a select that asked for it."""
    values = view.state()["values"]
    found = []
    for block in view.blocks:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        held = values.get(block["block_id"], {}).get(element["action_id"], {})
        picked = held.get("selected_conversation") or held.get("selected_channel")
        if picked:
            conversation = workspace.directory.conversation(picked)
            found.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": picked,
                    "response_url": hook_url(workspace, conversation, view.user),
                }
            )
    return found


def view_closed(workspace: Workspace, view: View, *, is_cleared: bool) -> Json:
    return _interactive(workspace, "view_closed", view.user) | {
        "view": workspace.views.wire(view),
        "is_cleared": is_cleared,
    }


def global_shortcut(workspace: Workspace, user: str, *, callback_id: str) -> Json:
    return _interactive(workspace, "shortcut", user) | {
        "callback_id": callback_id,
        "trigger_id": workspace.trigger(user),
        "action_ts": workspace.clock.ts(),
    }


def message_shortcut(
    workspace: Workspace,
    conversation: Conversation,
    message: Message,
    user: str,
    *,
    callback_id: str,
) -> Json:
    return _interactive(workspace, "message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": workspace.trigger(user),
        "action_ts": workspace.clock.ts(),
        "message_ts": message.ts,
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
        "message": as_slack(workspace, message),
        "response_url": hook_url(workspace, conversation, user, message_ts=message.ts),
    }


def event_callback(workspace: Workspace, event: Json) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.seed.team_id,
        "context_team_id": workspace.seed.team_id,
        "context_enterprise_id": None,
        "api_app_id": workspace.seed.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.ids.new("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.seed.team_id,
                "user_id": workspace.seed.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": workspace.ids.opaque("event_context"),
    }
