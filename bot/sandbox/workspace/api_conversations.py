"""Web API: channels, direct messages and who is in them."""

from typing import Any

from bot.sandbox.workspace import talk, timeline
from bot.sandbox.workspace.conversations import Conversation, Kind
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.methods import Call, Method, page

Json = dict[str, Any]

TYPES = {Kind.CHANNEL: "public_channel", Kind.GROUP: "private_channel", Kind.IM: "im"}


def as_slack(call: Call, conversation: Conversation) -> Json:
    is_im = conversation.kind is Kind.IM
    body: Json = {
        "id": conversation.id,
        "created": 1,
        "is_channel": conversation.kind is Kind.CHANNEL,
        "is_group": conversation.kind is Kind.GROUP,
        "is_im": is_im,
        "is_mpim": False,
        "is_private": conversation.kind is not Kind.CHANNEL,
        "is_archived": conversation.is_archived,
        "context_team_id": call.workspace.seed.team_id,
    }
    if is_im:
        others = [user for user in conversation.members if user != call.bot_user]
        return body | {"user": others[0], "is_user_deleted": False, "is_open": True}
    return body | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": call.bot_user in conversation.members,
        "num_members": len(conversation.members),
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "creator": call.workspace.seed.people[0].id,
    }


def open_direct(call: Call) -> Json:
    users = call.names("users")
    if call.text("channel"):
        conversation = call.conversation()
    elif len(users) == 1 and users[0] in call.workspace.directory.people:
        conversation = call.workspace.directory.direct(users[0])
    else:
        raise SlackError("user_not_found" if users else "users_list_not_supplied")
    full = as_slack(call, conversation)
    channel = full if call.truth("return_im") else {"id": conversation.id}
    return {"channel": channel, "no_op": True, "already_open": True}


def _visible(call: Call) -> list[Conversation]:
    wanted = call.names("types") or ["public_channel"]
    skip_archived = call.truth("exclude_archived")
    return [
        conversation
        for conversation in call.workspace.directory.conversations.values()
        if TYPES[conversation.kind] in wanted
        and (conversation.kind is Kind.CHANNEL or call.bot_user in conversation.members)
        and not (skip_archived and conversation.is_archived)
    ]


def list_all(call: Call) -> Json:
    return page([as_slack(call, c) for c in _visible(call)], call, name="channels")


def list_of_user(call: Call) -> Json:
    """users.conversations: only those the user, by default the bot, is in."""
    user = call.person() if call.text("user") else call.bot_user
    joined = [c for c in _visible(call) if user in c.members]
    return page([as_slack(call, c) for c in joined], call, name="channels")


def info(call: Call) -> Json:
    return {"channel": as_slack(call, call.conversation())}


def members(call: Call) -> Json:
    users: list[Any] = list(call.conversation().members)
    return page(users, call, name="members")


async def join(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.is_archived:
        raise SlackError("is_archived")
    if conversation.kind is not Kind.CHANNEL:
        raise SlackError("method_not_supported_for_channel_type")
    warning = {"warning": "already_in_channel"} if call.bot_user in conversation.members else {}
    await talk.join(call.courier, conversation, call.bot_user)
    return {"channel": as_slack(call, conversation)} | warning


async def leave(call: Call) -> Json:
    conversation = call.conversation()
    if call.bot_user not in conversation.members:
        return {"not_in_channel": True}
    await talk.leave(call.courier, conversation, call.bot_user)
    return {}


async def invite(call: Call) -> Json:
    conversation = call.joined()
    for user in call.names("users"):
        if user not in call.workspace.directory.people:
            raise SlackError("user_not_found")
        if user in conversation.members:
            raise SlackError("already_in_channel")
        await talk.join(call.courier, conversation, user, inviter=call.bot_user)
    return {"channel": as_slack(call, conversation)}


def history(call: Call) -> Json:
    conversation = call.joined()
    shown = [
        timeline.as_slack(call.workspace, message)
        for message in reversed(conversation.messages)
        if message.ephemeral_to is None and not message.is_reply and _within(call, message.ts)
    ]
    return page(shown, call, name="messages") | {"has_more": len(shown) > _limit(call)}


def replies(call: Call) -> Json:
    conversation = call.joined()
    ts = call.required("ts", error="thread_not_found")
    parent = conversation.find(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [m for m in (parent, *conversation.replies(ts)) if m.ephemeral_to is None]
    shown = [timeline.as_slack(call.workspace, message) for message in thread]
    return page(shown, call, name="messages") | {"has_more": len(shown) > _limit(call)}


def _limit(call: Call) -> int:
    return int(call.text("limit") or 100)


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest", "0"), call.text("latest") or "9999999999"
    if call.truth("inclusive"):
        return float(oldest) <= float(ts) <= float(latest)
    return float(oldest) < float(ts) < float(latest)


_READ = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")
METHODS = (
    Method(name="conversations.open", call=open_direct, scopes=("im:write",), tier=3),
    Method(name="conversations.list", call=list_all, scopes=_READ, tier=2),
    Method(name="users.conversations", call=list_of_user, scopes=_READ, tier=3),
    Method(name="conversations.info", call=info, scopes=_READ, tier=3),
    Method(name="conversations.members", call=members, scopes=_READ, tier=4),
    Method(name="conversations.join", call=join, scopes=("channels:join",), tier=3),
    Method(name="conversations.leave", call=leave, scopes=("channels:manage",), tier=3),
    Method(name="conversations.invite", call=invite, scopes=("channels:manage",), tier=3),
    Method(name="conversations.history", call=history, scopes=_HISTORY, tier=3),
    Method(name="conversations.replies", call=replies, scopes=_HISTORY, tier=3),
)
