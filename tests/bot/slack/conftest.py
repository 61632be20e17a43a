"""A practice on this machine: stand-in Slack, the bot in this process, and both databases' ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import Application
from bot.sandbox.driver import Driver, Seen, awaited
from bot.trial import Trial, opened
from commands.replies import Reply, say

TEAM = "T0FERNHILL"
ANA, BEN = "U0ANA", "U0BEN"
ACME, PARTNERS = "C0ACME", "C0PARTNERS"


@dataclass
class Practice:
    """The page's driver and the bot behind it."""

    address: str
    application: Application
    driver: Driver
    log: list[dict[str, Any]] = field(default_factory=list)

    async def fault(self, fault: str, *, times: int = 1, **more: Any) -> None:
        await self.driver.post("fault", target="slack", fault=fault, times=times, **more)

    async def post(self, to: str, text: str, *, card: str | None = None) -> None:
        async with self.application.tools.database.begin() as session:
            await self.application.tools.notify.post(
                session, workspace_id=TEAM, to=to, reply=said(text), card=card
            )

    async def settled(self) -> None:
        """Until the bot is done with what it was told, if it took longer than Slack waits."""
        desk = self.application.slack._desk
        assert desk is not None
        while desk._working:
            await asyncio.wait(desk._working)

    async def said_to_everybody(self, channel: str) -> list[str]:
        """What stands in a channel, oldest first."""
        found: list[Seen] = await self.driver.messages("ana", channel)
        return [seen.plain for seen in found if not seen.is_private]

    async def deliveries(self, kind: str) -> list[dict[str, Any]]:
        found = await self.driver.get("log", kind="delivery")
        return [entry for entry in found["entries"] if entry["type"] == kind]

    async def calls(self, method: str) -> list[dict[str, Any]]:
        found = await self.driver.get("log", kind="api")
        return [entry for entry in found["entries"] if entry["method"] == method]


def said(text: str) -> Reply:
    return say("slack/failed", reference=text)


@asynccontextmanager
async def a_practice(tmp_path: Path, *, socket_mode: bool = False) -> AsyncIterator[Practice]:
    trial = Trial(
        port=0, data=tmp_path, socket_mode=socket_mode, strict_rate_limits=False, is_strict=True
    )
    async with opened(trial) as here, Driver(here.address) as driver:
        yield Practice(address=here.address, application=here.application, driver=driver)


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    async with a_practice(tmp_path) as made:
        yield made


@pytest.fixture(params=["http", "socket"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Practice]:
    """A practice over each transport."""
    async with a_practice(tmp_path, socket_mode=request.param == "socket") as made:
        if request.param == "socket":
            await connected(made)
        yield made


async def connected(practice: Practice) -> None:
    """Wait until Slack delivers over a socket."""

    async def look() -> bool | None:
        return (await practice.driver.get("state"))["transport"] == "socket" or None

    await awaited(look, lambda: "nobody connected to Slack")
