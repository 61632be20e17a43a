"""Says, edits and removes messages, and tells every open page that may see them."""

from typing import Any

from bot.sandbox.workspace.conversations import Conversation, Message
from bot.sandbox.workspace.elements import with_ids
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]


def post(workspace: Workspace, conversation: Conversation, message: Message) -> Message:
    message.blocks = with_ids(message.blocks, workspace.ids)
    conversation.messages.append(message)
    kind = "ephemeral" if message.ephemeral_to else "message"
    _tell(workspace, conversation, message, kind)
    if message.is_reply and message.thread_ts:
        _tell_parent(workspace, conversation, message.thread_ts)
    return message


def edit(workspace: Workspace, conversation: Conversation, message: Message, **new: Any) -> Message:
    """Change `text`, `blocks`, `attachments` or `metadata`; marks the message edited."""
    if "blocks" in new:
        new["blocks"] = with_ids(new["blocks"], workspace.ids)
    for name, value in new.items():
        setattr(message, name, value)
    message.edited_ts = workspace.clock.ts()
    _tell(workspace, conversation, message, "message_changed")
    return message


def changed(workspace: Workspace, conversation: Conversation, message: Message) -> None:
    """Something beside the words changed, a reaction perhaps."""
    _tell(workspace, conversation, message, "message_changed")


def remove(workspace: Workspace, conversation: Conversation, message: Message) -> None:
    conversation.messages.remove(message)
    kind = "ephemeral_deleted" if message.ephemeral_to else "message_deleted"
    event = {"type": kind, "channel": conversation.id, "ts": message.ts}
    workspace.live.tell(_audience(workspace, conversation, message), event)
    if message.is_reply and message.thread_ts:
        _tell_parent(workspace, conversation, message.thread_ts)


def bot_message(workspace: Workspace, **fields: Any) -> Message:
    """A message by the bot, not yet posted."""
    user = workspace.seed.app.bot_user
    return Message(ts=workspace.clock.ts(), user=user, is_bot=True, **fields)


def whisper(workspace: Workspace, conversation: Conversation, *, to: str, text: str) -> Message:
    """Slackbot tells one person something, in the conversation where it matters."""
    message = Message(ts=workspace.clock.ts(), user="USLACKBOT", text=text, ephemeral_to=to)
    return post(workspace, conversation, message)


def as_slack(workspace: Workspace, message: Message) -> Json:
    """The message object of the Web API and of payloads."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    body["team"] = workspace.seed.team_id
    if message.is_bot:
        body |= {"bot_id": workspace.seed.app.bot_id, "app_id": workspace.seed.app.id}
    optional = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "files": message.files,
        "metadata": message.metadata,
    }
    body |= {key: value for key, value in optional.items() if value}
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.reactions:
        body["reactions"] = _reactions(message)
    return body


def as_seen(conversation: Conversation, message: Message) -> Json:
    """The message as the page draws it; what only one person sees counts as no reply."""
    replies = [m for m in conversation.replies(message.ts) if m.ephemeral_to is None]
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.is_bot,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
        "broadcast": message.is_broadcast,
        "edited": message.edited_ts,
        "ephemeral": message.ephemeral_to is not None,
        "files": message.files,
        "reactions": _reactions(message),
    }


def _reactions(message: Message) -> list[Json]:
    return [
        {"name": name, "users": users, "count": len(users)}
        for name, users in message.reactions.items()
    ]


def _audience(workspace: Workspace, conversation: Conversation, message: Message) -> list[str]:
    if message.ephemeral_to:
        return [message.ephemeral_to]
    return workspace.directory.readers(conversation)


def _tell(workspace: Workspace, conversation: Conversation, message: Message, kind: str) -> None:
    event = {
        "type": kind,
        "channel": conversation.id,
        "message": as_seen(conversation, message),
    }
    workspace.live.tell(_audience(workspace, conversation, message), event)


def _tell_parent(workspace: Workspace, conversation: Conversation, ts: str) -> None:
    parent = conversation.find(ts)
    if parent is not None:
        _tell(workspace, conversation, parent, "message_changed")
