"""How a Web API method is declared, and what it is called with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.sandbox.workspace.conversations import Conversation, Kind
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]


class Token(Enum):
    """Which token a method wants."""

    BOT = "bot"
    APP = "app"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call: `arguments` are decoded, without the token."""

    courier: Courier
    arguments: Json

    @property
    def workspace(self) -> Workspace:
        return self.courier.workspace

    @property
    def bot_user(self) -> str:
        return self.workspace.seed.app.bot_user

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def required(self, name: str, *, error: str = "invalid_arguments") -> str:
        """Raises SlackError, which for `invalid_arguments` names what is missing."""
        value = self.text(name)
        if value:
            return value
        if error != "invalid_arguments":
            raise SlackError(error)
        messages = [f"[ERROR] missing required field: {name}"]
        raise SlackError(error, response_metadata={"messages": messages})

    def truth(self, name: str, *, default: bool = False) -> bool:
        """Booleans arrive as themselves, as 0 and 1, or as words."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def names(self, name: str) -> list[str]:
        """A list that may arrive joined by commas."""
        value = self.arguments.get(name) or []
        if isinstance(value, list):
            return value
        return [part for part in str(value).split(",") if part]

    def person(self, name: str = "user") -> str:
        """A user id, of a person or the bot; raises SlackError `user_not_found`."""
        user = self.required(name, error="user_not_found")
        if user != self.bot_user and user not in self.workspace.directory.people:
            raise SlackError("user_not_found")
        return user

    def conversation(self, name: str = "channel") -> Conversation:
        """A conversation the bot can see; a user id stands for the direct message with that user.

        Raises SlackError `channel_not_found`.
        """
        wanted = self.required(name, error="channel_not_found").removeprefix("#")
        directory = self.workspace.directory
        if wanted in directory.people:
            return directory.direct(wanted)
        for conversation in directory.conversations.values():
            is_visible = conversation.kind is Kind.CHANNEL or self.bot_user in conversation.members
            if is_visible and wanted in (conversation.id, conversation.name):
                return conversation
        raise SlackError("channel_not_found")

    def joined(self, name: str = "channel") -> Conversation:
        """A conversation the bot is in; raises SlackError `not_in_channel` or `is_archived`."""
        conversation = self.conversation(name)
        if conversation.is_archived:
            raise SlackError("is_archived")
        if self.bot_user not in conversation.members:
            raise SlackError("not_in_channel")
        return conversation


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """One method; any of `scopes` will do, and `tier` None means paced by channel."""

    name: str
    call: Callable[[Call], Json | Awaitable[Json]]
    scopes: tuple[str, ...] = ()
    tier: int | None = 3
    token: Token = Token.BOT


def page(items: list[Json], call: Call, *, name: str) -> Json:
    """Slack's cursor paging: `limit` items from `cursor` on."""
    start = int(call.text("cursor") or 0)
    limit = int(call.text("limit") or 100)
    end = start + limit
    following = str(end) if end < len(items) else ""
    return {name: items[start:end], "response_metadata": {"next_cursor": following}}
