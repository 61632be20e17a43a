"""What the bot says through a `response_url` or by acknowledging a command."""

from typing import Any

from bot.sandbox.workspace import files, timeline
from bot.sandbox.workspace.conversations import Conversation, Message
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.leases import Hook
from bot.sandbox.workspace.state import Workspace
from bot.slack.limits import check_message

Json = dict[str, Any]


def as_body(answer: Any) -> Json:
    """Plain text is a message of that text."""
    return {"text": answer} if isinstance(answer, str) else dict(answer)


def respond(workspace: Workspace, hook: Hook, body: Json) -> None:
    """Post, replace or delete as `body` says; raises SlackError where it is not a message."""
    conversation = workspace.directory.conversations[hook.conversation]
    original = conversation.find(hook.message_ts) if hook.message_ts else None
    if body.get("delete_original"):
        if original is not None:
            timeline.remove(workspace, conversation, original)
        return
    refuse_invalid(workspace, body)
    if body.get("replace_original") and original is not None:
        _replace(workspace, conversation, original, body)
    else:
        _post(workspace, conversation, hook, body, original)


def refuse_invalid(workspace: Workspace, body: Json) -> None:
    """Raises SlackError as Slack does for an empty message, one beyond its limits, or one with a
    picture that it has not processed."""
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise SlackError("no_text")
    problems = check_message(body)
    if not problems:
        problems = files.unfit(workspace.files, body.get("blocks") or [], now=workspace.now())
    if problems:
        raise message_error(problems)


def message_error(problems: list[str]) -> SlackError:
    """Slack's answer to a message beyond its limits."""
    if any("[json-pointer:/text]" in problem for problem in problems):
        return SlackError("msg_too_long")
    if any("[json-pointer:/metadata" in problem for problem in problems):
        return SlackError("invalid_metadata_format")
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError("invalid_blocks", errors=problems, response_metadata={"messages": messages})


def _replace(
    workspace: Workspace, conversation: Conversation, original: Message, body: Json
) -> None:
    timeline.edit(
        workspace,
        conversation,
        original,
        text=body.get("text", ""),
        blocks=body.get("blocks") or [],
        attachments=body.get("attachments") or [],
    )


def _post(
    workspace: Workspace,
    conversation: Conversation,
    hook: Hook,
    body: Json,
    original: Message | None,
) -> None:
    is_public = body.get("response_type") == "in_channel"
    thread_ts = body.get("thread_ts") or (original.thread_ts if original else None)
    message = timeline.bot_message(
        workspace,
        text=body.get("text", ""),
        blocks=body.get("blocks") or [],
        attachments=body.get("attachments") or [],
        ephemeral_to=None if is_public else hook.user,
        thread_ts=thread_ts,
    )
    timeline.post(workspace, conversation, message)
