"""People talk, drop files, open the app's Home and come and go; the bot hears of it by events."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.workspace import files, timeline
from bot.sandbox.workspace.conversations import Conversation, Kind, Message, refuse_outsider
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.typed import as_sent, rich_text

Json = dict[str, Any]

SUBSCRIPTIONS = {
    Kind.CHANNEL: "message.channels",
    Kind.GROUP: "message.groups",
    Kind.IM: "message.im",
}


async def say(
    courier: Courier,
    user: str,
    conversation: Conversation,
    text: str,
    *,
    thread_ts: str | None = None,
) -> Message:
    workspace = courier.workspace
    refuse_outsider(user, conversation)
    message = Message(
        ts=workspace.clock.ts(),
        user=user,
        text=as_sent(text, workspace.directory),
        blocks=rich_text(text),
        thread_ts=thread_ts,
    )
    timeline.post(workspace, conversation, message)
    conversation.read_ts[user] = message.ts
    await _tell_bot(courier, conversation, message)
    return message


async def upload(
    courier: Courier, user: str, conversation: Conversation, dropped: Sequence[tuple[str, bytes]]
) -> Message:
    """Files dropped together: one `file_share` message, and a `file_shared` event for each."""
    workspace = courier.workspace
    refuse_outsider(user, conversation)
    wires = [
        keep_file(courier, user, conversation, filename=name, content=content)
        for name, content in dropped
    ]
    message = Message(ts=workspace.clock.ts(), user=user, files=wires, subtype="file_share")
    timeline.post(workspace, conversation, message)
    await _tell_bot(courier, conversation, message)
    if workspace.seed.app.bot_user in conversation.members:
        for wire in wires:
            await courier.event(_file_event(courier, user, conversation, wire["id"]))
    return message


def _file_event(courier: Courier, user: str, conversation: Conversation, file_id: str) -> Json:
    return {
        "type": "file_shared",
        "file_id": file_id,
        "user_id": user,
        "file": {"id": file_id},
        "channel_id": conversation.id,
        "event_ts": courier.workspace.clock.ts(),
    }


def keep_file(
    courier: Courier,
    user: str,
    conversation: Conversation | None,
    *,
    filename: str,
    content: bytes,
) -> Json:
    """The file object, already processed: nobody hears of it before. In a form it has no place."""
    workspace = courier.workspace
    processed = workspace.now() - files.PROCESSING_S
    stored = workspace.files.announce(filename, user=user, size=len(content), now=processed)
    stored.content, stored.is_complete = content, True
    if conversation is not None:
        stored.channels.append(conversation.id)
    return files.as_slack(
        stored,
        team_id=workspace.seed.team_id,
        base_url=workspace.base_url,
        now=workspace.now(),
    )


async def open_home(courier: Courier, user: str, *, tab: str) -> Answer | None:
    """What the bot said to it; None where it does not want to know."""
    workspace = courier.workspace
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.directory.direct(user).id,
        "tab": tab,
        "event_ts": workspace.clock.ts(),
    }
    home = workspace.views.homes.get(user)
    if home is not None:
        event["view"] = workspace.views.wire(home)
    return await courier.event(event)


async def join(
    courier: Courier, conversation: Conversation, user: str, *, inviter: str | None = None
) -> None:
    """Nothing happens for somebody already there."""
    if user in conversation.members:
        return
    conversation.members.append(user)
    _post_coming_and_going(courier, conversation, user, "channel_join", "has joined the channel")
    event = _membership(courier, conversation, user, "member_joined_channel")
    await courier.event(event | ({"inviter": inviter} if inviter else {}))


async def leave(courier: Courier, conversation: Conversation, user: str) -> None:
    """Raises Refused for somebody who is not there."""
    if user not in conversation.members:
        raise Refused(f"{user} is not in #{conversation.name}")
    event = _membership(courier, conversation, user, "member_left_channel")
    _post_coming_and_going(courier, conversation, user, "channel_leave", "has left the channel")
    conversation.members.remove(user)
    await courier.event(event)


async def archive(courier: Courier, conversation: Conversation, user: str) -> None:
    conversation.is_archived = True
    show_channel(courier, conversation)
    await courier.event({"type": "channel_archive", "channel": conversation.id, "user": user})


async def rename(courier: Courier, conversation: Conversation, name: str) -> None:
    conversation.name = name
    show_channel(courier, conversation)
    channel = {"id": conversation.id, "name": name, "created": 0}
    await courier.event({"type": "channel_rename", "channel": channel})


async def uninstall(courier: Courier) -> None:
    """An owner removes the app: its token dies, and it is told so twice, as Slack tells it."""
    workspace = courier.workspace
    workspace.is_token_revoked = True
    tokens = {"oauth": [], "bot": [workspace.seed.app.bot_user]}
    await courier.event({"type": "tokens_revoked", "tokens": tokens})
    await courier.event({"type": "app_uninstalled"})


def show_channel(courier: Courier, conversation: Conversation) -> None:
    workspace = courier.workspace
    for user in workspace.directory.readers(conversation):
        channel = as_listed(conversation, user)
        workspace.live.tell([user], {"type": "channel", "channel": channel})


def as_listed(conversation: Conversation, user: str) -> Json:
    """A channel as the page lists it."""
    return {
        "id": conversation.id,
        "name": conversation.name,
        "is_private": conversation.kind is Kind.GROUP,
        "is_member": user in conversation.members,
        "is_archived": conversation.is_archived,
        "topic": conversation.topic,
        "unread": conversation.unread(user),
    }


def _membership(courier: Courier, conversation: Conversation, user: str, kind: str) -> Json:
    return {
        "type": kind,
        "user": user,
        "channel": conversation.id,
        "channel_type": "G" if conversation.kind is Kind.GROUP else "C",
        "team": courier.workspace.seed.team_id,
        "event_ts": courier.workspace.clock.ts(),
    }


def _post_coming_and_going(
    courier: Courier, conversation: Conversation, user: str, subtype: str, words: str
) -> None:
    workspace = courier.workspace
    message = Message(
        ts=workspace.clock.ts(), user=user, text=f"<@{user}> {words}", subtype=subtype
    )
    timeline.post(workspace, conversation, message)
    show_channel(courier, conversation)


async def _tell_bot(courier: Courier, conversation: Conversation, message: Message) -> None:
    workspace = courier.workspace
    bot_user = workspace.seed.app.bot_user
    mentions_bot = f"<@{bot_user}>" in message.text
    if bot_user not in conversation.members:
        if mentions_bot:
            words = f"<@{bot_user}> is not in this channel. You can `/invite` it."
            timeline.whisper(workspace, conversation, to=message.user, text=words)
        return
    event = _message_event(courier, conversation, message)
    await courier.event(event, subscription=SUBSCRIPTIONS[conversation.kind])
    if mentions_bot and conversation.kind is not Kind.IM:
        mention = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
        await courier.event(mention | {"type": "app_mention"})


def _message_event(courier: Courier, conversation: Conversation, message: Message) -> Json:
    event = timeline.as_slack(courier.workspace, message) | {
        "channel": conversation.id,
        "event_ts": message.ts,
        "channel_type": conversation.kind.value,
        "client_msg_id": courier.workspace.ids.opaque("client_msg"),
    }
    if message.is_reply and message.thread_ts:
        parent = conversation.find(message.thread_ts)
        event["parent_user_id"] = parent.user if parent else ""
    if message.files:
        event["upload"] = True
    return event
