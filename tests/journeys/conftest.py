"""An office for journeys: stand-in Slack and ledgers here, the bot as it is served beside them."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from bot.sandbox.browser import Browser, Page
from bot.sandbox.driver import Driver, Seen
from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, fernhill
from bot.sandbox.server import create_app, running
from bot.trial import plant

SECRET_KEY = "a key for journeys that is long enough to be one"
CLIENT_SECRET = "the secret of our application"
PATIENCE_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Office:
    """The stand-ins, the bot's process and the people. The bot can be killed and started again."""

    def __init__(
        self, *, database_url: str, transport: str, slack: str, port: int, log: Path
    ) -> None:
        self.database_url = database_url
        self.slack = slack
        self.log = log
        self.driver = Driver(slack)
        self._port = port
        self._transport = transport
        self._process: asyncio.subprocess.Process | None = None

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def settings(self) -> dict[str, str]:
        common = {
            "DEXT_DATABASE_URL": self.database_url,
            "DEXT_PUBLIC_URL": self.bot_url,
            "DEXT_PORT": str(self._port),
            "DEXT_SECRET_KEYS": SECRET_KEY,
            "DEXT_SLACK_BOT_TOKEN": BOT_TOKEN,
            "DEXT_SLACK_API_URL": f"{self.slack}/api/",
            "DEXT_XERO_CLIENT_ID": "our-xero-application",
            "DEXT_XERO_CLIENT_SECRET": CLIENT_SECRET,
            "DEXT_XERO_ROOT_URL": f"{self.slack}/ledgers/xero",
            "DEXT_QUICKBOOKS_CLIENT_ID": "our-quickbooks-application",
            "DEXT_QUICKBOOKS_CLIENT_SECRET": CLIENT_SECRET,
            "DEXT_QUICKBOOKS_ROOT_URL": f"{self.slack}/ledgers/quickbooks",
        }
        if self._transport == "socket":
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
        """As a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, by: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(by)
        await asyncio.wait_for(self._process.wait(), 15)

    async def link(self, user: str, label: str) -> str:
        """The address behind the newest button of that label in the direct messages of `user`."""
        message = await self.driver.await_message(
            user, f"@{user}", lambda seen: label in seen.buttons, f"a button {label!r}"
        )
        return str(message.buttons[label]["url"])

    async def ask_to_connect(
        self, user: str, client: str, software: str, purpose: str = "Bookkeeping"
    ) -> str:
        """From the command to the link in the direct message."""
        channel = client_channel(client)
        await self.driver.type(user, channel, f'/dext connect "{client}"')
        await self.driver.await_modal(user, "1 of 3")
        await self.driver.post("submit", user=user, values={"Which connection": purpose})
        await self.driver.await_modal(user, "2 of 3")
        await self.driver.submit(user, Software=software)
        await self.driver.await_modal(user, "3 of 3")
        await self.driver.submit(user)
        return await self.link(user, f"Sign in to {software}")

    async def connect(
        self, user: str, client: str, software: str, organisation: str, *, person: str = ""
    ) -> Page:
        """The whole way, to the last page in the browser."""
        link = await self.ask_to_connect(user, client, software)
        async with Browser() as browser:
            return await sign_in(browser, link, software, organisation, person=person)

    async def told(self, channel: str, *words: str, user: str = "ana") -> Seen:
        return await self.driver.read(user, channel, *words)


def client_channel(client: str) -> str:
    return next(known.channel for known in fernhill().clients if known.name == client)


async def sign_in(
    browser: Browser, link: str, software: str, organisation: str, *, person: str = ""
) -> Page:
    """Our start page, the vendor's consent, and back."""
    start = await browser.open(link)
    consent = await browser.press(start, f"Continue to {software}")
    chosen = (person, organisation) if person else (organisation,)
    allow = "Connect" if software.startswith("QuickBooks") else "Allow access"
    return await browser.press(consent, allow, choose=chosen)


async def _is_ready(http: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DEXT_")}


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def office(sqlite_url: str, transport: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office on SQLite, once for each way in which Slack delivers."""
    log = tmp_path / "bot.log"
    async with opened(database_url=sqlite_url, transport=transport, log=log) as ready:
        yield ready


@asynccontextmanager
async def opened(*, database_url: str, transport: str, log: Path) -> AsyncIterator[Office]:
    await plant(database_url, fernhill())
    port = free_port()
    app = create_app(bot_url=f"http://127.0.0.1:{port}")
    async with running(app) as slack:
        office = Office(
            database_url=database_url, transport=transport, slack=slack, port=port, log=log
        )
        try:
            await office.start()
            yield office
        finally:
            await office.stop()
            await office.driver.__aexit__(None, None, None)
