"""From what Slack delivered to what came of it: once, as a known person, under one number."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from bot.slack.actor import Actors
from bot.slack.deliveries import Deliveries
from bot.slack.failures import Outcome, apology, outcome
from bot.slack.voice import Asked
from bot.telemetry import correlate, log, new_correlation_id
from commands import registry
from commands.context import Context, Tools
from commands.errors import UsageError
from commands.replies import Answer, Invocation, Option

CLOSING_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """What came of one delivery. `invocation` is None when the words were not understood."""

    outcome: Outcome
    invocation: Invocation | None
    reference: str

    @property
    def apology(self) -> Outcome:
        """What to say where the outcome itself cannot be shown."""
        return Outcome(answer=apology(self.reference, self.invocation), is_failure=True)


class Desk:
    """Runs invocations; keeps what runs beyond its acknowledgement alive until it is done."""

    def __init__(self, *, tools: Tools, actors: Actors, deliveries: Deliveries) -> None:
        self._tools = tools
        self._actors = actors
        self.deliveries = deliveries
        self._working: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Handled | None]) -> asyncio.Task[Handled | None]:
        task = asyncio.create_task(work)
        self._keep(task)
        return task

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        self._keep(asyncio.create_task(work))

    async def close(self) -> None:
        """Let what is being done be done, but not for ever."""
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=CLOSING_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def said(self, asked: Asked, text: str, keys: tuple[str, ...]) -> Handled | None:
        """What was typed after `/dext`; None where it has been handled before."""
        return await self._handled(asked, partial(registry.parse, text), keys)

    async def pressed(
        self, asked: Asked, invocation: Invocation, keys: tuple[str, ...] = ()
    ) -> Handled | None:
        """What was pressed or sent in; None where it has been handled before."""
        return await self._handled(asked, lambda: invocation, keys)

    async def options(self, asked: Asked, source: str, query: str) -> tuple[Option, ...]:
        """What a searchable field offers for what was typed so far."""
        context = await self._context(asked, new_correlation_id())
        return tuple(await registry.offer(context, source, query))

    async def _handled(
        self, asked: Asked, understand: Callable[[], Invocation], keys: tuple[str, ...]
    ) -> Handled | None:
        reference = new_correlation_id()
        began = perf_counter()
        invocation: Invocation | None = None

        async def work() -> Answer | None:
            nonlocal invocation
            try:
                invocation = understand()
            except UsageError:
                if self.deliveries.is_first_here(keys):
                    raise
                return None
            if not await self._is_first(invocation, keys):
                return None
            context = await self._context(asked, reference)
            return await registry.run(invocation, context)

        correlate(reference, workspace=asked.workspace_id, person=asked.user_id)
        found = await outcome(work(), reference=reference, again=lambda: invocation)
        log.info(
            "command.finished" if found else "delivery.repeated",
            command=invocation.command if invocation else None,
            is_failure=found.is_failure if found else None,
            ms=round((perf_counter() - began) * 1000, 1),
        )
        if found is None:
            return None
        return Handled(outcome=found, invocation=invocation, reference=reference)

    async def _is_first(self, invocation: Invocation, keys: tuple[str, ...]) -> bool:
        if keys and registry.changes(invocation):
            return await self.deliveries.is_first(keys)
        return self.deliveries.is_first_here(keys)

    async def _context(self, asked: Asked, reference: str) -> Context:
        actor = await self._actors.find(asked.workspace_id, asked.user_id)
        return Context(
            actor=actor,
            now=self._tools.now(),
            tools=self._tools,
            correlation_id=reference,
            channel_id=asked.channel_id,
        )

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._working.add(task)
        task.add_done_callback(self._working.discard)
