"""What a person types into the composer, as Slack passes it on."""

import re
from typing import Any

from bot.sandbox.workspace.conversations import Directory

Json = dict[str, Any]

_URL = re.compile(r"https?://[^\s<>]+")
_MENTION = re.compile(r"(?<![\w<])@([\w.-]+)")
_CHANNEL = re.compile(r"(?<![\w<&])#([\w-]+)")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_sent(text: str, directory: Directory, *, with_names: bool = False) -> str:
    """Escaped, with `@ana`, `#acme` and addresses marked up.

    `with_names` adds the name to a mention of a person, as slash commands do.
    """

    def mention(match: re.Match[str]) -> str:
        user = _user_named(match[1], directory)
        if user is None:
            return match[0]
        return f"<@{user}|{match[1]}>" if with_names else f"<@{user}>"

    def channel(match: re.Match[str]) -> str:
        found = next((c for c in directory.conversations.values() if c.name == match[1]), None)
        return f"<#{found.id}|{found.name}>" if found else match[0]

    marked = _URL.sub(lambda match: f"<{match[0]}>", escaped(text))
    return _CHANNEL.sub(channel, _MENTION.sub(mention, marked))


def _user_named(name: str, directory: Directory) -> str | None:
    app = directory.seed.app
    if name.lower() == app.name.lower():
        return app.bot_user
    return next((p.id for p in directory.people.values() if p.name == name.lower()), None)


def rich_text(text: str) -> list[Json]:
    """The one rich text block Slack puts beside the text of a person's message."""
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [element]}]
