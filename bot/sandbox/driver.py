"""Drives the stand-in workspace as scripted people, through its control interface."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

PATIENCE_S = 30.0  # on a busy machine; else it is there within a second
LOOK_EVERY_S = 0.1

Words = str | re.Pattern[str]
Found = TypeVar("Found")


class NeverHappened(Exception):
    """What was awaited did not appear; the message shows what did."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message as one person reads it.

    `buttons` by label: {label: {"action_id", "block_id", "value", "url"}}. `menus` are what else
    can be chosen from, each with its label and the words of its options, in order.
    """

    channel: str
    ts: str
    plain: str
    is_private: bool
    buttons: dict[str, dict[str, Any]]
    menus: tuple[dict[str, Any], ...]
    thread_ts: str | None

    @classmethod
    def of(cls, channel: str, message: dict[str, Any]) -> Self:
        return cls(
            channel=channel,
            ts=message["ts"],
            plain=message["plain"],
            is_private=bool(message.get("ephemeral_to")),
            buttons={button["label"]: button for button in message["buttons"]},
            menus=tuple(message["menus"]),
            thread_ts=message.get("thread_ts"),
        )

    def says(self, *words: Words) -> bool:
        return says(self.plain, *words)


def says(text: str, *words: Words) -> bool:
    """Whether all of these stand in the text; a pattern stands where it is found."""
    return all(
        word in text if isinstance(word, str) else word.search(text) is not None for word in words
    )


class Driver:
    """Everything a person can do at the page, as calls. Users and channels go by name.

    Doing raises NeverHappened where the workspace says that it did not work.
    """

    def __init__(self, base_url: str) -> None:
        self._http = httpx2.AsyncClient(base_url=base_url, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def get(self, verb: str, **query: str) -> Any:
        answer = await self._http.get(f"/control/{verb}", params=query)
        return self._body(answer)

    async def post(self, verb: str, **body: Any) -> Any:
        """What came of it is in the answer: `ok`, and `error` or `errors` where it did not work."""
        answer = await self._http.post(f"/control/{verb}", json=body)
        return self._body(answer)

    @staticmethod
    def _body(answer: httpx2.Response) -> Any:
        if answer.status_code >= 400:
            msg = f"{answer.request.method} {answer.request.url.path}: {answer.text}"
            raise NeverHappened(msg)
        return answer.json()

    async def _do(self, verb: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.post(verb, **body)
        if not answer["ok"]:
            msg = f"{verb} {body} did not work: {answer}"
            raise NeverHappened(msg)
        return answer

    async def type(self, user: str, channel: str, text: str) -> None:
        """Type a slash command."""
        await self._do("command", user=user, channel=channel, text=text)

    async def ask(
        self, user: str, channel: str, text: str, *words: Words, patience_s: float = PATIENCE_S
    ) -> Seen:
        """Type a slash command and wait for a new message in which all the words stand."""
        before = {seen.ts for seen in await self.messages(user, channel)}
        await self.type(user, channel, text)

        def is_new(message: Seen) -> bool:
            return message.ts not in before and message.says(*words)

        return await self.await_message(
            user, channel, is_new, f"{words} after {text!r}", patience_s
        )

    async def messages(self, user: str, channel: str) -> list[Seen]:
        found = await self.get("messages", channel=channel, user=user)
        return [Seen.of(channel, message) for message in found["messages"]]

    async def click(
        self,
        user: str,
        label: str,
        *,
        channel: str = "",
        ts: str = "",
        surface: str = "",
        option: str = "",
    ) -> dict[str, Any]:
        """Press a button of a message, the modal or the Home tab, or choose from a menu."""
        where = {"surface": surface} if surface else {"channel": channel, "ts": ts}
        chosen = {"option": option} if option else {}
        asked = {key: value for key, value in {**where, **chosen}.items() if value}
        return await self._do("click", user=user, label=label, **asked)

    async def press(self, user: str, message: Seen, label: str) -> None:
        """Press a button of a message that was read."""
        await self.click(user, label, channel=message.channel, ts=message.ts)

    async def choose(self, user: str, message: Seen, option: str, *, row: int = 0) -> None:
        """Choose from the menu of that number among those of a message that was read."""
        action_id = message.menus[row]["action_id"]
        await self.click(user, action_id, channel=message.channel, ts=message.ts, option=option)

    async def modal(self, user: str) -> dict[str, Any] | None:
        shown: dict[str, Any] | None = await self.get("modal", user=user)
        return shown

    async def submit(self, user: str, **values: str) -> None:
        """Submit the modal; keyword names with underscores stand for labels with spaces."""
        labelled = {name.replace("_", " "): value for name, value in values.items()}
        await self._do("submit", user=user, values=labelled)

    async def close(self, user: str) -> None:
        """Close every modal that is open."""
        if await self.modal(user):
            await self._do("close", user=user, all=True)

    async def read(
        self, user: str, channel: str, *words: Words, patience_s: float = PATIENCE_S
    ) -> Seen:
        """Wait for the newest message in which all these words stand."""
        return await self.await_message(
            user, channel, lambda message: message.says(*words), repr(words), patience_s
        )

    async def reread(
        self, user: str, message: Seen, *words: Words, patience_s: float = PATIENCE_S
    ) -> Seen:
        """Wait until that same message has been edited to hold all these words."""

        def wanted(now: Seen) -> bool:
            return now.ts == message.ts and now.says(*words)

        return await self.await_message(
            user, message.channel, wanted, f"{words} where {message.plain!r} was", patience_s
        )

    async def await_message(
        self,
        user: str,
        channel: str,
        wanted: Callable[[Seen], bool],
        what: str,
        patience_s: float = PATIENCE_S,
    ) -> Seen:
        seen: list[Seen] = []

        async def look() -> Seen | None:
            seen[:] = await self.messages(user, channel)
            return next((message for message in reversed(seen) if wanted(message)), None)

        def missed() -> str:
            tail = "\n---\n".join(message.plain for message in seen[-5:])
            return f"{user} never read {what} in {channel}; last were:\n{tail}"

        return await awaited(look, missed, patience_s)

    async def await_modal(
        self, user: str, *words: Words, patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Wait for a modal whose title or text holds all these words."""
        shown = ""

        async def look() -> dict[str, Any] | None:
            nonlocal shown
            modal = await self.modal(user)
            shown = f"{modal['title']}\n{modal['plain']}" if modal else ""
            return modal if modal and says(shown, *words) else None

        def missed() -> str:
            return f"{user} never saw a modal with {words}; shown was: {shown!r}"

        return await awaited(look, missed, patience_s)


async def awaited(
    look: Callable[[], Awaitable[Found | None]],
    missed: Callable[[], str],
    patience_s: float = PATIENCE_S,
) -> Found:
    """What `look` finds, sooner or later; raises NeverHappened with the words of `missed`."""
    until = time.monotonic() + patience_s
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise NeverHappened(missed())
        await asyncio.sleep(LOOK_EVERY_S)
