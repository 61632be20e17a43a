"""An office for journeys: stand-in Slack and ledgers here, the bot as it is served beside them."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from bot.sandbox.browser import Browser, Page
from bot.sandbox.driver import Driver, Seen, Words, awaited
from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.ledgers.log import Call
from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, fernhill
from bot.sandbox.server import create_app, running
from bot.trial import plant
from storage.database import Database
from storage.models import (
    Client,
    Connection,
    Detachment,
    ListEntry,
    Outgoing,
    Purpose,
    Sync,
)
from tests.ports import free_port

SECRET_KEY = "a key for journeys that is long enough to be one"
XERO_SECRET = "the secret of our Xero application"
QUICKBOOKS_SECRET = "the secret of our QuickBooks application"
WEBHOOK_KEY = "what notices of the ledgers are signed with"
PATIENCE_S = 30
LONG_AGO = timedelta(hours=1)
COUNTED = re.compile(r"^[\d,]+ accounts, ", re.MULTILINE)
BUTTONS = "buttons that say what we like"
PURPOSES = ("Bookkeeping", "Data Health")  # the rows of the Connections page

HOW = "How to sign in"
SOFTWARE = {"xero": "Xero", "quickbooks": "QuickBooks Online"}  # as people read it


class Office:
    """The stand-ins, the bot's process and the people. The bot can be killed and started again."""

    def __init__(
        self, *, database_url: str, transport: str, app: Starlette, slack: str, port: int, log: Path
    ) -> None:
        self.database_url = database_url
        self.transport = transport
        self.slack = slack
        self.log = log
        self.driver = Driver(slack)
        self.ledgers: Ledgers = app.state.ledgers
        self._port = port
        self._process: asyncio.subprocess.Process | None = None

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
        await asyncio.wait_for(self._process.wait(), 15)

    async def link(self, user: str, label: str, *, besides: frozenset[str] = frozenset()) -> str:
        """The address behind the newest button of that label in the direct messages of `user`.

        `besides` are messages that stood there before and do not count.
        """
        message = await self.driver.await_message(
            user,
            f"@{user}",
            lambda seen: label in seen.buttons and seen.ts not in besides,
            f"a new button {label!r}",
            PATIENCE_S,
        )
        return str(message.buttons[label]["url"])

    async def letters(self, user: str) -> frozenset[str]:
        """Which direct messages stand there already."""
        return frozenset(seen.ts for seen in await self.driver.messages(user, f"@{user}"))

    async def ask_to_connect(
        self, user: str, client: str, software: str, purpose: str = "Bookkeeping"
    ) -> str:
        """From the command to the link in the direct message."""
        before = await self.letters(user)
        await self.driver.type(user, channel_of(client), f'/dext connect "{client}"')
        step = await self.driver.await_modal(user, "Connect", client)
        if step["title"] == "Connect · 1 of 3":  # what is the only one possible is not asked
            await self.driver.submit(user, **{"Which connection": purpose})
            step = await self.driver.await_modal(user, re.compile("[23] of 3"))
        if step["title"] == "Connect · 2 of 3":
            await self.driver.submit(user, Software=software)
            step = await self.driver.await_modal(user, "3 of 3", client)
        # a sign-in that is there already may be offered first
        asks_how = any(field["label"] == HOW for field in step["fields"])
        await self.driver.submit(user, **({HOW: "Send me a link"} if asks_how else {}))
        await self.driver.await_modal(user, "is in your direct messages")
        await self.driver.close(user)
        return await self.link(user, f"Sign in to {software}", besides=before)

    async def connect(
        self,
        user: str,
        client: str,
        software: str,
        organisation: str,
        *,
        purpose: str = "Bookkeeping",
    ) -> Page:
        """The whole way, to the last page in the browser."""
        link = await self.ask_to_connect(user, client, software, purpose)
        async with Browser() as browser:
            return await sign_in(browser, link, software, organisation)

    async def connected(
        self, client: str, software: str, organisation: str, *, purpose: str = "Bookkeeping"
    ) -> Seen:
        """Connect as Ana and wait until every list has been read: the card in the channel."""
        await self.connect("ana", client, software, organisation, purpose=purpose)
        return await self.counted(client, purpose=purpose)

    async def counted(
        self, client: str, *, purpose: str = "Bookkeeping", patience_s: float = PATIENCE_S
    ) -> Seen:
        """The card of a connecting, once it says what was read."""
        in_brackets = "(bookkeeping)" if purpose == "Bookkeeping" else f"({purpose})"
        where = channel_of(client)
        words = (f"{client} is connected to", in_brackets, COUNTED)
        return await self.driver.read("ben", where, *words, patience_s=patience_s)

    async def read_again(self, client: str) -> Seen:
        """Refresh the lists as Ana; what she is told, directly, when that is done."""
        before = await self.letters("ana")
        command = f'/dext refresh "{client}"'
        await self.driver.ask("ana", channel_of(client), command, "Reading the lists")

        def is_new(seen: Seen) -> bool:
            return seen.ts not in before and seen.says(f"Lists of {client}", COUNTED)

        return await self.driver.await_message("ana", "@ana", is_new, "what was read", PATIENCE_S)

    async def connections(self, client: str, *words: Words, user: str = "ana") -> Seen:
        """Ask for the Connections page of a client, where its channel is."""
        command = f'/dext connections "{client}"'
        return await self.driver.ask(user, channel_of(client), command, *PURPOSES, *words)

    async def manage(
        self, client: str, option: str, *, purpose: str = "Bookkeeping", user: str = "ana"
    ) -> None:
        """Open the Connections page and choose from the menu of one row."""
        page = await self.connections(client, user=user)
        row = len(page.menus) - 1 if purpose == "Data Health" else 0
        await self.driver.choose(user, page, option, row=row)

    async def said(self, channel: str, *words: Words) -> list[Seen]:
        """What everybody reads in a channel and holds these words, oldest first."""
        seen = await self.driver.messages("ben", channel)
        return [each for each in seen if not each.is_private and each.says(*words)]

    async def ask_ledger(self, path: str, **body: Any) -> Any:
        """POST to a stand-in ledger, as an accountant at work or its owner would."""
        async with httpx2.AsyncClient() as http:
            answer = await http.post(f"{self.slack}/ledgers/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hear_ledgers(self) -> None:
        """Have the stand-in ledgers tell the bot what is done in them."""
        for vendor in ("xero", "quickbooks"):
            url = f"{self.bot_url}/webhooks/{vendor}"
            await self.ask_ledger(f"{vendor}/webhook", url=url, key=WEBHOOK_KEY)

    async def synced(self, client: str, *words: Words, patience_s: float = PATIENCE_S) -> Seen:
        """The message of a client's syncs, once it says that one is done."""
        done = (f"{client} is up to date", *words)
        return await self.driver.read("ben", channel_of(client), *done, patience_s=patience_s)

    async def fault(self, target: str, fault: str, times: int | None = 1, **options: Any) -> None:
        await self.driver.post("fault", target=target, fault=fault, times=times, **options)

    def calls(self, path: str, *, status: int | None = None, of: str | None = None) -> list[Call]:
        """Calls to the stand-in ledgers whose path ends like that, oldest first; `of` is an
        organisation."""
        return [
            call
            for call in self.ledgers.log
            if call.path.endswith(path)
            and status in (None, call.status)
            and of in (None, call.organisation)
        ]

    async def called(self, path: str, *, after: int = 0, of: str | None = None) -> None:
        """Wait until the stand-in ledgers have answered more than so many such calls."""

        async def look() -> bool | None:
            return len(self.calls(path, of=of)) > after or None

        await awaited(look, lambda: f"nobody called {path}", PATIENCE_S)

    async def deleted_connections(self, *, after: int = 0) -> int:
        """How many organisations were given back to Xero, once there are more than so many."""

        async def look() -> bool | None:
            return len(self.deletions()) > after or None

        await awaited(look, lambda: "no organisation was given back to Xero", PATIENCE_S)
        return len(self.deletions())

    def deletions(self) -> list[Call]:
        return [call for call in self.ledgers.log if call.method == "DELETE"]

    def disconnect_at_xero(self) -> None:
        """Somebody removes the app from every organisation, at Xero."""
        xero = self.ledgers.xero
        for token in xero.tokens.secrets():
            consent = xero.tokens.consent_of(token)
            if consent is not None:
                xero.connections.drop_all(consent)

    async def replay(self) -> None:
        """Slack delivers the last thing again, byte for byte."""
        await self.driver.post("replay")

    async def connected_to_slack(self) -> None:
        """Wait until the stand-in Slack delivers over the transport of this office again."""

        async def look() -> bool | None:
            return (await self.driver.get("state"))["transport"] == self.transport or None

        await awaited(look, lambda: f"Slack does not deliver over {self.transport}", PATIENCE_S)

    async def post_buttons(self, channel: str, *wanted: dict[str, str]) -> Seen:
        """Post a message of the bot's own whose buttons say what we like: {"label", "value"}."""
        elements = [
            {
                "type": "button",
                "action_id": f"run.{number}",
                "text": {"type": "plain_text", "text": each["label"]},
                "value": each["value"],
            }
            for number, each in enumerate(wanted, 1)
        ]
        block = {"type": "actions", "block_id": "row.1", "elements": elements}
        async with httpx2.AsyncClient() as http:
            answer = await http.post(
                f"{self.slack}/api/chat.postMessage",
                json={"channel": await self._place(channel), "text": BUTTONS, "blocks": [block]},
                headers={"Authorization": f"Bearer {BOT_TOKEN}"},
            )
        posted = answer.json()
        assert posted["ok"], posted
        ts = posted["ts"]
        return await self.driver.await_message(
            "ana", channel, lambda seen: seen.ts == ts, "what was just posted"
        )

    async def _place(self, channel: str) -> str:
        state = await self.driver.get("state")
        return str(next(each["id"] for each in state["channels"] if each["name"] == channel))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Behind the bot's back."""
        async with Database.open(self.database_url) as database, database.begin() as session:
            yield session

    async def connection(self, client: str, purpose: Purpose = Purpose.BOOKKEEPING) -> Connection:
        """As it stands in the database."""
        async with Database.open(self.database_url) as database, database.read() as session:
            found = await session.scalar(
                select(Connection)
                .join(Client, Client.id == Connection.client_id)
                .where(Client.name == client, Connection.purpose == purpose)
            )
        assert found is not None
        return found

    async def entries(self, connection: Connection, kind: str | None = None) -> int:
        """How many list entries of it are stored."""
        found = select(func.count()).where(ListEntry.connection_id == connection.id)
        if kind is not None:
            found = found.where(ListEntry.kind == kind)
        async with Database.open(self.database_url) as database, database.read() as session:
            return await session.scalar(found) or 0

    async def reading(self, client: str, kind: str, purpose: Purpose = Purpose.BOOKKEEPING) -> None:
        """Wait until an import has stored entries of this list."""
        connection = await self.connection(client, purpose)

        async def look() -> bool | None:
            return await self.entries(connection, kind) > 0 or None

        await awaited(look, lambda: f"no {kind} of {client} were stored", PATIENCE_S)

    async def leases_run_out(self) -> None:
        """What a killed bot had in its hands is free again, as it would be within a minute."""
        past = datetime.now(UTC) - LONG_AGO
        async with self.writing() as session:
            await session.execute(
                update(Connection)
                .where(Connection.lists_lease_until.is_not(None))
                .values(lists_lease_until=past)
            )
            await session.execute(
                update(Sync).where(Sync.lease_until.is_not(None)).values(lease_until=past)
            )
            await session.execute(
                update(Outgoing).where(Outgoing.sent_at.is_(None)).values(lease_until=past)
            )
            await session.execute(
                update(Detachment).where(Detachment.done_at.is_(None)).values(due_at=past)
            )


def counts(card: Seen) -> str:
    """The line that says how much of each list was read."""
    found = COUNTED.search(card.plain)
    assert found is not None, card.plain
    return card.plain[found.start() :].splitlines()[0]


def clients_in(listed: Seen, name: str) -> list[str]:
    """The lines of a list of clients that are about this one."""
    lines = [line.strip() for line in listed.plain.splitlines()]
    return [line for line in lines if line == name or line.startswith(f"{name} ")]


def channel_of(client: str) -> str:
    return next(known.channel for known in fernhill().clients if known.name == client)


def organisation_of(client: str) -> str:
    return next(known.organisation for known in fernhill().clients if known.name == client)


def software_of(client: str) -> str:
    return next(SOFTWARE[known.software] for known in fernhill().clients if known.name == client)


async def sign_in(browser: Browser, link: str, software: str, organisation: str) -> Page:
    """Our start page, the vendor's consent, and back."""
    start = await browser.open(link)
    consent = await browser.press(start, f"Continue to {software}")
    allow = "Connect" if software.startswith("QuickBooks") else "Allow access"
    return await browser.press(consent, allow, choose=(organisation,))


async def _is_ready(http: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DEXT_")}


@asynccontextmanager
async def opened(*, database_url: str, transport: str, log: Path) -> AsyncIterator[Office]:
    """An office on a migrated database, while the block runs."""
    await plant(database_url, fernhill())
    port = free_port()
    app = create_app(bot_url=f"http://127.0.0.1:{port}")
    async with running(app) as slack:
        office = Office(
            database_url=database_url,
            transport=transport,
            app=app,
            slack=slack,
            port=port,
            log=log,
        )
        try:
            await office.start()
            yield office
        finally:
            await office.stop()
            await office.driver.__aexit__(None, None, None)
