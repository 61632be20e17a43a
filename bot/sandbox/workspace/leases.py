"""Trigger ids and response addresses: short-lived permissions to act on what a person did."""

from dataclasses import dataclass

from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.ids import Ids

TRIGGER_LIFE_S = 3.0
HOOK_LIFE_S = 30 * 60.0
HOOK_USES = 5


@dataclass(kw_only=True, slots=True)
class Trigger:
    user: str
    issued_at: float
    is_used: bool = False


class Triggers:
    """Each lives three seconds and opens one view."""

    def __init__(self, ids: Ids, *, team_id: str) -> None:
        self._ids = ids
        self._team_id = team_id
        self._triggers: dict[str, Trigger] = {}

    def issue(self, user: str, *, now: float) -> str:
        trigger_id = f"{self._ids.number('trigger')}.{self._team_id}.{self._ids.opaque('trigger')}"
        self._triggers[trigger_id] = Trigger(user=user, issued_at=now)
        return trigger_id

    def redeem(self, trigger_id: str, *, now: float) -> str:
        """The id of the person who did something; raises SlackError."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if now - trigger.issued_at > TRIGGER_LIFE_S:
            raise SlackError("expired_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        trigger.is_used = True
        return trigger.user


@dataclass(kw_only=True, slots=True)
class Hook:
    """A `response_url`; `message_ts` is the message it may replace, if it came from one."""

    conversation: str
    user: str
    message_ts: str | None
    issued_at: float
    uses: int = 0


class Hooks:
    """Each accepts five messages within thirty minutes."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._hooks: dict[str, Hook] = {}

    def issue(self, hook: Hook) -> str:
        """The path of the new response address."""
        hook_id = self._ids.opaque("hook")
        self._hooks[hook_id] = hook
        return f"/hooks/{hook_id}"

    def use(self, hook_id: str, *, now: float) -> Hook:
        """Raises SlackError with the words Slack answers in its 404."""
        hook = self._hooks.get(hook_id)
        if hook is None:
            raise SlackError("no_service")
        if now - hook.issued_at > HOOK_LIFE_S:
            raise SlackError("expired_url")
        if hook.uses >= HOOK_USES:
            raise SlackError("used_url")
        hook.uses += 1
        return hook
