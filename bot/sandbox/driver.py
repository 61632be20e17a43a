"""Drives the stand-in workspace as scripted people, through its control interface."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

PATIENCE_S = 15.0


class NeverHappened(Exception):
    """What was awaited did not appear; the message shows what did."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message as one person reads it."""

    channel: str
    ts: str
    plain: str
    is_private: bool
    buttons: dict[str, dict[str, Any]]
    thread_ts: str | None

    @classmethod
    def of(cls, channel: str, message: dict[str, Any]) -> Self:
        return cls(
            channel=channel,
            ts=message["ts"],
            plain=message["plain"],
            is_private=bool(message.get("ephemeral_to")),
            buttons={button["label"]: button for button in message["buttons"]},
            thread_ts=message.get("thread_ts"),
        )


class Driver:
    """Everything a person can do at the page, as calls. Users and channels go by name."""

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
        answer = await self._http.post(f"/control/{verb}", json=body)
        return self._body(answer)

    @staticmethod
    def _body(answer: httpx2.Response) -> Any:
        if answer.status_code >= 400:
            msg = f"{answer.request.method} {answer.request.url.path}: {answer.text}"
            raise NeverHappened(msg)
        return answer.json()

    async def type(self, user: str, channel: str, text: str) -> None:
        """Type a slash command."""
        await self.post("command", user=user, channel=channel, text=text)

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
        """Press a button of a message, the modal or the Home tab."""
        where = {"surface": surface} if surface else {"channel": channel, "ts": ts}
        chosen = {"option": option} if option else {}
        asked = {key: value for key, value in {**where, **chosen}.items() if value}
        answer: dict[str, Any] = await self.post("click", user=user, label=label, **asked)
        return answer

    async def modal(self, user: str) -> dict[str, Any] | None:
        shown: dict[str, Any] | None = await self.get("modal", user=user)
        return shown

    async def submit(self, user: str, **values: str) -> None:
        """Submit the modal; keyword names with underscores stand for labels with spaces."""
        await self.post("submit", user=user, values=values)

    async def read(
        self, user: str, channel: str, *words: str, patience_s: float = PATIENCE_S
    ) -> Seen:
        """Wait for the newest message in which all these words stand."""

        def wanted(message: Seen) -> bool:
            return all(word in message.plain for word in words)

        return await self.await_message(user, channel, wanted, repr(words), patience_s)

    async def await_message(
        self,
        user: str,
        channel: str,
        wanted: Callable[[Seen], bool],
        what: str,
        patience_s: float = PATIENCE_S,
    ) -> Seen:
        until = time.monotonic() + patience_s
        while True:
            seen = await self.messages(user, channel)
            found = [message for message in seen if wanted(message)]
            if found:
                return found[-1]
            if time.monotonic() > until:
                tail = "\n---\n".join(message.plain for message in seen[-5:])
                msg = f"{user} never read {what} in {channel}; last were:\n{tail}"
                raise NeverHappened(msg)
            await asyncio.sleep(0.1)

    async def await_modal(
        self, user: str, *words: str, patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Wait for a modal whose title or text holds all these words."""
        until = time.monotonic() + patience_s
        while True:
            modal = await self.modal(user)
            shown = f"{modal['title']}\n{modal['plain']}" if modal else ""
            if modal and all(word in shown for word in words):
                return modal
            if time.monotonic() > until:
                msg = f"{user} never saw a modal with {words}; shown was: {shown!r}"
                raise NeverHappened(msg)
            await asyncio.sleep(0.1)
