"""Web API: messages."""

from typing import Any

from bot.sandbox.workspace import timeline
from bot.sandbox.workspace.conversations import Conversation, Message
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.methods import Call, Method
from bot.sandbox.workspace.responses import message_error, refuse_invalid
from bot.slack.limits import check_message

Json = dict[str, Any]

SCHEDULE_AHEAD_S = 120 * 24 * 3600


def _words(call: Call) -> Json:
    """Text, blocks, attachments and metadata of the call, valid; raises SlackError."""
    body: Json = {
        "text": call.text("text"),
        "blocks": call.arguments.get("blocks") or [],
        "attachments": call.arguments.get("attachments") or [],
        "metadata": call.arguments.get("metadata"),
    }
    refuse_invalid(call.workspace, body)
    return body


def post_message(call: Call) -> Json:
    words = _words(call)
    conversation = call.joined()
    thread_ts = call.text("thread_ts") or None
    if thread_ts and conversation.find(thread_ts) is None:
        raise SlackError("thread_not_found")
    message = timeline.bot_message(
        call.workspace,
        **words,
        thread_ts=thread_ts,
        is_broadcast=call.truth("reply_broadcast"),
    )
    timeline.post(call.workspace, conversation, message)
    return _posted(call, conversation, message)


def _posted(call: Call, conversation: Conversation, message: Message) -> Json:
    wire = timeline.as_slack(call.workspace, message)
    return {"channel": conversation.id, "ts": message.ts, "message": wire}


def post_ephemeral(call: Call) -> Json:
    words = _words(call)
    conversation = call.joined()
    user = call.person()
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = timeline.bot_message(
        call.workspace, **words, ephemeral_to=user, thread_ts=call.text("thread_ts") or None
    )
    timeline.post(call.workspace, conversation, message)
    return {"message_ts": message.ts}


def _own(call: Call, *, refusal: str) -> tuple[Conversation, Message]:
    conversation = call.conversation()
    message = conversation.find(call.required("ts", error="message_not_found"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if message.user != call.bot_user:
        raise SlackError(refusal)
    return conversation, message


def update(call: Call) -> Json:
    words = _words(call)
    conversation, message = _own(call, refusal="cant_update_message")
    if words["metadata"] is None:
        del words["metadata"]
    timeline.edit(call.workspace, conversation, message, **words)
    return _posted(call, conversation, message) | {"text": message.text}


def delete(call: Call) -> Json:
    conversation, message = _own(call, refusal="cant_delete_message")
    timeline.remove(call.workspace, conversation, message)
    return {"channel": conversation.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    conversation = call.conversation()
    ts = call.required("message_ts", error="message_not_found")
    if conversation.find(ts) is None:
        raise SlackError("message_not_found")
    address = call.workspace.url(f"/archives/{conversation.id}/p{ts.replace('.', '')}")
    return {"channel": conversation.id, "permalink": address}


def schedule(call: Call) -> Json:
    workspace = call.workspace
    _words(call)
    conversation = call.joined()
    post_at = int(call.required("post_at", error="invalid_time"))
    now = int(workspace.now())
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + SCHEDULE_AHEAD_S:
        raise SlackError("time_too_far")
    scheduled = workspace.schedule.add(
        conversation.id, post_at=post_at, created=now, arguments=call.arguments
    )
    call.courier.later(_post_later(call, scheduled.id, post_at - workspace.now()))
    return {
        "channel": conversation.id,
        "scheduled_message_id": scheduled.id,
        "post_at": post_at,
    }


async def _post_later(call: Call, scheduled_id: str, wait_s: float) -> None:
    await call.workspace.clock.sleep(wait_s)
    scheduled = call.workspace.schedule.take(scheduled_id)
    if scheduled is not None:
        post_message(Call(courier=call.courier, arguments=scheduled.arguments))


def delete_scheduled(call: Call) -> Json:
    scheduled_id = call.required("scheduled_message_id", error="invalid_scheduled_message_id")
    if call.workspace.schedule.take(scheduled_id) is None:
        raise SlackError("invalid_scheduled_message_id")
    return {}


def list_scheduled(call: Call) -> Json:
    waiting = [
        {
            "id": scheduled.id,
            "channel_id": scheduled.channel,
            "post_at": scheduled.post_at,
            "date_created": scheduled.created,
            "text": scheduled.arguments.get("text", ""),
        }
        for scheduled in call.workspace.schedule.waiting.values()
    ]
    return {"scheduled_messages": waiting, "response_metadata": {"next_cursor": ""}}


def unfurl(call: Call) -> Json:
    conversation = call.conversation()
    message = conversation.find(call.required("ts", error="cannot_unfurl_message"))
    unfurls = call.arguments.get("unfurls")
    if message is None or not isinstance(unfurls, dict):
        raise SlackError("cannot_unfurl_message")
    message.attachments = [{"from_url": url, **body} for url, body in unfurls.items()]
    for attachment in message.attachments:
        problems = check_message({"attachments": [attachment]})
        if problems:
            raise message_error(problems)
    timeline.changed(call.workspace, conversation, message)
    return {}


_WRITE = ("chat:write",)
METHODS = (
    Method(name="chat.postMessage", call=post_message, scopes=_WRITE, tier=None),
    Method(name="chat.postEphemeral", call=post_ephemeral, scopes=_WRITE, tier=4),
    Method(name="chat.update", call=update, scopes=_WRITE, tier=3),
    Method(name="chat.delete", call=delete, scopes=_WRITE, tier=3),
    Method(name="chat.getPermalink", call=permalink, tier=4),
    Method(name="chat.scheduleMessage", call=schedule, scopes=_WRITE, tier=3),
    Method(name="chat.deleteScheduledMessage", call=delete_scheduled, scopes=_WRITE, tier=3),
    Method(name="chat.scheduledMessages.list", call=list_scheduled, tier=3),
    Method(name="chat.unfurl", call=unfurl, scopes=("links:write",), tier=3),
)
