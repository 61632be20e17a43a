"""Channels and direct messages, what was said in them and who may read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.sandbox.seed import Person, Seed
from bot.sandbox.workspace.errors import Refused

Json = dict[str, Any]


class Kind(StrEnum):
    """`channel_type` in Slack's message events."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"


@dataclass(kw_only=True, slots=True)
class Message:
    """One message as it stands now; `ephemeral_to` is the only person who sees it, if any.

    `entered` holds, by user, what people have chosen in its selects and inputs.
    """

    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    is_bot: bool = False
    ephemeral_to: str | None = None
    thread_ts: str | None = None
    is_broadcast: bool = False
    edited_ts: str | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    subtype: str | None = None
    entered: dict[str, dict[str, dict[str, Json]]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(kw_only=True, slots=True)
class Conversation:
    """A channel, private channel or direct message."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    topic: str = ""
    is_archived: bool = False
    messages: list[Message] = field(default_factory=list)
    read_ts: dict[str, str] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)

    def find(self, ts: str) -> Message | None:
        return next((m for m in self.messages if m.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        return [m for m in self.messages if m.is_reply and m.thread_ts == ts]

    def seen_by(self, user: str) -> Iterator[Message]:
        return (m for m in self.messages if m.ephemeral_to in (None, user))

    def unread(self, user: str) -> int:
        since = self.read_ts.get(user, "")
        return sum(1 for m in self.seen_by(user) if m.ts > since and m.user != user)


def direct_id(*names: str) -> str:
    """`D0ANA` with the bot, `D0ANABEN` between two people."""
    return "D0" + "".join(sorted(name.upper() for name in names))


def opening(seed: Seed) -> dict[str, Conversation]:
    """Every conversation the day begins with, by id."""
    found = {
        channel.id: Conversation(
            id=channel.id,
            name=channel.name,
            kind=Kind.GROUP if channel.is_private else Kind.CHANNEL,
            members=list(channel.members),
            topic=channel.topic,
        )
        for channel in seed.channels
    }
    for index, person in enumerate(seed.people):
        direct = _direct(person, other=None, bot_user=seed.app.bot_user)
        found[direct.id] = direct
        for other in seed.people[index + 1 :]:
            direct = _direct(person, other=other, bot_user=seed.app.bot_user)
            found[direct.id] = direct
    return found


def _direct(person: Person, *, other: Person | None, bot_user: str) -> Conversation:
    names = (person.name,) if other is None else (person.name, other.name)
    members = [person.id, bot_user if other is None else other.id]
    return Conversation(id=direct_id(*names), name="", kind=Kind.IM, members=members)


def refuse_outsider(user: str, conversation: Conversation) -> None:
    """Raises Refused: Slack shows no composer to somebody who has not joined."""
    if user not in conversation.members:
        raise Refused(f"{user} is not in #{conversation.name}", status=403)
    if conversation.is_archived:
        raise Refused(f"#{conversation.name} is archived", status=403)


class Directory:
    """Finds people and conversations by id or by the name a person would type."""

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.people = {person.id: person for person in seed.people}
        self.conversations = opening(seed)

    def person(self, ref: str) -> Person:
        """Raises Refused naming who exists."""
        wanted = ref.removeprefix("@")
        for person in self.people.values():
            if wanted in (person.id, person.name, person.real_name):
                return person
        known = ", ".join(person.name for person in self.people.values())
        raise Refused(f"there is no user {ref!r}; there are {known}", status=404)

    def member(self, ref: str) -> str:
        """The id of a person, or of the bot by its name or id."""
        app = self.seed.app
        is_bot = ref.removeprefix("@").casefold() in (app.name.casefold(), app.bot_user.casefold())
        return app.bot_user if is_bot else self.person(ref).id

    def conversation(self, ref: str) -> Conversation:
        """`#acme`, `acme` or `C0ACME`; `@ana` is that person's conversation with the bot.

        Raises Refused naming the channels that exist.
        """
        if ref.startswith("@"):
            return self.direct(self.person(ref).id)
        wanted = ref.removeprefix("#")
        for conversation in self.conversations.values():
            if wanted and wanted in (conversation.id, conversation.name):
                return conversation
        known = ", ".join(f"#{c.name}" for c in self.conversations.values() if c.name)
        raise Refused(f"there is no channel {ref!r}; there are {known}", status=404)

    def direct(self, user: str) -> Conversation:
        """The person's conversation with the bot."""
        return self.conversations[direct_id(self.people[user].name)]

    def display_name(self, user: str) -> str:
        if user in self.people:
            return self.people[user].name
        return self.seed.app.name if user == self.seed.app.bot_user else "Slackbot"

    def may_read(self, user: str, conversation: Conversation) -> bool:
        """Members always; anybody but a guest may look into a public channel."""
        if user in conversation.members:
            return True
        return conversation.kind is Kind.CHANNEL and not self.people[user].is_guest

    def readers(self, conversation: Conversation) -> list[str]:
        return [user for user in self.people if self.may_read(user, conversation)]
