"""Imports during which something else happens."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from providers.provider import Ledger
from providers.records import ListKind, Organisation, Page
from tests.commands.connecting import World

Between = Callable[[ListKind, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Paused:
    """The real ledger, with something happening after each page has come."""

    ledger: Ledger
    between: Between

    async def organisation(self) -> Organisation:
        return await self.ledger.organisation()

    async def list(self, kind: ListKind, *, since: datetime | None = None) -> AsyncIterator[Page]:
        pages = 0
        async for page in self.ledger.list(kind, since=since):
            pages += 1
            await self.between(kind, pages)
            yield page


@dataclass(frozen=True, slots=True)
class _PausingGateway:
    gateway: Any
    between: Between

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gateway, name)

    @asynccontextmanager
    async def open(self, key: str, **which: Any) -> AsyncIterator[_Paused]:
        async with self.gateway.open(key, **which) as ledger:
            yield _Paused(ledger, self.between)


def interrupted(world: World, between: Between) -> Any:
    """Tools with which something happens after each page of a list."""
    return replace(world.tools, gateway=_PausingGateway(world.tools.gateway, between))
