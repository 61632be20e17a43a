"""A person runs a slash command or a shortcut."""

from bot.sandbox.workspace import payloads, talk, timeline
from bot.sandbox.workspace.conversations import Conversation, refuse_outsider
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.errors import Refused, SlackError
from bot.sandbox.workspace.leases import Hook
from bot.sandbox.workspace.responses import as_body, respond
from bot.sandbox.workspace.typed import as_sent


async def run_command(courier: Courier, user: str, conversation: Conversation, text: str) -> Answer:
    """`text` begins with the command; what the bot answers at once appears to this person."""
    workspace = courier.workspace
    refuse_outsider(user, conversation)
    name, _, rest = text.strip().partition(" ")
    if name == "/invite":
        return await _invite(courier, user, conversation, rest)
    command = workspace.registration.command(name)
    if command is None:
        timeline.whisper(workspace, conversation, to=user, text=f"{name} is not a valid command.")
        raise Refused(f"{name} is not a valid command")
    rest = rest.strip()
    if command.should_escape:
        rest = as_sent(rest, workspace.directory, with_names=True)
    payload = payloads.slash_command(workspace, conversation, user, command=name, text=rest)
    answer = await courier.command(payload)
    if answer.failure is None and answer.body:
        answer = _shown(courier, user, conversation, answer)
    if answer.failure:
        words = f'{name} failed with the error "{answer.failure}"'
        timeline.whisper(workspace, conversation, to=user, text=words)
    return answer


async def _invite(courier: Courier, user: str, conversation: Conversation, who: str) -> Answer:
    """Slack's own command, here because people add the bot to a channel with it."""
    member = courier.workspace.directory.member(who.strip())
    await talk.join(courier, conversation, member, inviter=user)
    return Answer()


def _shown(courier: Courier, user: str, conversation: Conversation, answer: Answer) -> Answer:
    workspace = courier.workspace
    hook = Hook(conversation=conversation.id, user=user, message_ts=None, issued_at=workspace.now())
    try:
        respond(workspace, hook, as_body(answer.body))
    except SlackError as error:
        return Answer(failure=error.error)
    return answer


async def run_shortcut(
    courier: Courier,
    user: str,
    callback_id: str,
    *,
    conversation: Conversation | None = None,
    ts: str | None = None,
) -> Answer:
    """A global shortcut, or with a conversation and `ts` one on that message."""
    workspace = courier.workspace
    shortcut = workspace.registration.shortcut(callback_id)
    if shortcut is None:
        known = ", ".join(s.callback_id for s in workspace.registration.shortcuts) or "none"
        raise Refused(f"there is no shortcut {callback_id!r}; there are {known}", status=404)
    if shortcut.type == "global":
        payload = payloads.global_shortcut(workspace, user, callback_id=callback_id)
        return await courier.interact(payload)
    message = conversation.find(ts) if conversation and ts else None
    if conversation is None or message is None:
        raise Refused(f"{shortcut.name!r} is used on a message; name its channel and ts")
    payload = payloads.message_shortcut(
        workspace, conversation, message, user, callback_id=callback_id
    )
    return await courier.interact(payload)
