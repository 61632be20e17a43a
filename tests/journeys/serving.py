"""The bot as it is served in journeys: started, stopped, killed and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.journeys.rows import PATIENCE_S, Rows

SECRET_KEY = "a key for journeys that is long enough to be one"
XERO_SECRET = "the secret of our Xero application"
QUICKBOOKS_SECRET = "the secret of our QuickBooks application"
WEBHOOK_KEY = "what notices of the ledgers are signed with"


class Serving(Rows):
    """One process, with its stand-ins at `slack`."""

    transport: str
    slack: str
    log: Path
    _port: int
    _process: asyncio.subprocess.Process | None = None

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def web_logs(self) -> Sequence[Path]:
        """Of every process that Slack delivers to."""
        return [self.log]

    def settings(self) -> dict[str, str]:
        common = {
            "DEXT_DATABASE_URL": self.database_url,
            "DEXT_PUBLIC_URL": self.bot_url,
            "DEXT_PORT": str(self._port),
            "DEXT_SECRET_KEYS": SECRET_KEY,
            "DEXT_SLACK_BOT_TOKEN": BOT_TOKEN,
            "DEXT_SLACK_API_URL": f"{self.slack}/api/",
            "DEXT_XERO_CLIENT_ID": "our-xero-application",
            "DEXT_XERO_CLIENT_SECRET": XERO_SECRET,
            "DEXT_XERO_ROOT_URL": f"{self.slack}/ledgers/xero",
            "DEXT_QUICKBOOKS_CLIENT_ID": "our-quickbooks-application",
            "DEXT_QUICKBOOKS_CLIENT_SECRET": QUICKBOOKS_SECRET,
            "DEXT_QUICKBOOKS_ROOT_URL": f"{self.slack}/ledgers/quickbooks",
            "DEXT_XERO_WEBHOOK_KEY": WEBHOOK_KEY,
            "DEXT_QUICKBOOKS_WEBHOOK_TOKEN": WEBHOOK_KEY,
        }
        if self.transport == "socket":
            return {**common, "DEXT_SLACK_APP_TOKEN": APP_TOKEN}
        return {**common, "DEXT_SLACK_SIGNING_SECRET": SIGNING_SECRET}

    async def start(self) -> None:
        """Serve, and wait until it is ready for people."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", stdout=log, stderr=log, cwd=self.log.parent,
                env={**_without_settings(), **self.settings()},
            )  # fmt: skip
        async with httpx2.AsyncClient() as http:
            for _ in range(PATIENCE_S * 20):
                if self._process.returncode is not None:
                    break
                if await _is_ready(http, f"{self.bot_url}/readyz"):
                    return
                await asyncio.sleep(0.05)
        pytest.fail(f"the bot did not become ready:\n{self.log.read_text()[-3000:]}")

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def power_cut(self) -> None:
        """Killed, and off for longer than anything stays in a dead hand."""
        await self.kill()
        await self.leases_run_out()

    async def begin_anew(self) -> None:
        """What was slept through is over, and nobody remembers how often vendors were called."""
        await self.power_cut()
        await self.start()

    async def allow_anew(self) -> None:
        """As if the minute had gone by in which vendors were called."""
        await self.begin_anew()

    async def cut(self) -> datetime:
        """Kill whoever syncs, as a power cut does, and start it again; when it was dead."""
        await self.power_cut()
        at = datetime.now(UTC)
        await self.start()
        return at

    async def _end(self, by: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(by)
        await asyncio.wait_for(self._process.wait(), PATIENCE_S)


async def _is_ready(http: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DEXT_")}
