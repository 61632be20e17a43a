"""Processes of ours that publish to the stand-in ledgers, and a gate between the two."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.server import running

ROOT = Path(__file__).resolve().parents[3]


class When(StrEnum):
    """What happens at one call of a process to a ledger."""

    KILLED_BEFORE = "the ledger has received it and done nothing"
    KILLED_AFTER = "the ledger has done it and not answered"
    UNANSWERED = "the ledger does it, and closes the connection"
    CUT_SHORT = "the ledger does it, and half of its answer arrives"


class Lost(Exception):
    """The connection ends here."""


@dataclass(slots=True)
class Gate:
    """Lets calls through to the ledgers; at the so-manieth something goes wrong."""

    app: ASGIApp
    at: int = 0
    when: When = When.KILLED_BEFORE
    victim: int = 0
    calls: list[str] = field(default_factory=list)

    def arm(self, at: int, when: When) -> None:
        self.at, self.when, self.calls = at, when, []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls.append(f"{scope['method']} {scope['path']}")
        if len(self.calls) != self.at:
            await self.app(scope, receive, send)
            return
        if self.when is When.KILLED_BEFORE:
            while (await receive()).get("more_body"):
                pass
            self._kill()
            return
        told: list[Message] = []

        async def keep(message: Message) -> None:
            told.append(message)

        await self.app(scope, receive, keep)
        if self.when is When.KILLED_AFTER:
            self._kill()
            return
        if self.when is When.CUT_SHORT:
            start, *bodies = told
            whole = b"".join(each.get("body", b"") for each in bodies)
            await send(start)
            half = whole[: len(whole) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        raise Lost

    def _kill(self) -> None:
        os.kill(self.victim, signal.SIGKILL)


@asynccontextmanager
async def gated(ledgers: Any) -> AsyncIterator[tuple[Gate, str]]:
    """The gate to these ledgers, and the address of the ledgers behind it."""
    gate = Gate(Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())]))
    async with running(Starlette(routes=[Mount("/", app=gate)])) as address:
        yield gate, address


@dataclass(frozen=True, slots=True)
class Nursery:
    """Where processes are forked: they begin in a moment, having imported everything."""

    process: subprocess.Popen[str]

    async def begin(self, *orders: dict[str, Any]) -> list[int]:
        """Ids of processes that carry them out, at once."""
        return await asyncio.to_thread(self._ask, json.dumps(orders))

    async def ended(self) -> list[int]:
        """How they ended, as `os.waitpid` tells it, when all have."""
        return await asyncio.to_thread(self._line)

    def _ask(self, orders: str) -> list[int]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{orders}\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> list[int]:
        assert self.process.stdout is not None
        told: list[int] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def nursery() -> Iterator[Nursery]:
    module = "tests.commands.publishing.child"
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Nursery(process)
    finally:
        process.communicate(timeout=20)
