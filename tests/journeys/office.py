"""An office for journeys: stand-in Slack and ledgers here, the bot as it is served beside them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from starlette.applications import Starlette

from bot.sandbox.browser import Browser, Page
from bot.sandbox.driver import Driver, Seen, Words
from bot.sandbox.seed import BOT_TOKEN, fernhill
from bot.sandbox.server import create_app, running
from bot.trial import plant
from tests.journeys.rows import PATIENCE_S
from tests.journeys.serving import WEBHOOK_KEY, Serving
from tests.journeys.stand_ins import StandIns
from tests.ports import free_port

COUNTED = re.compile(r"^[\d,]+ accounts, ", re.MULTILINE)
BUTTONS = "buttons that say what we like"
PURPOSES = ("Bookkeeping", "Data Health")  # the rows of the Connections page

HOW = "How to sign in"
SOFTWARE = {"xero": "Xero", "quickbooks": "QuickBooks Online"}  # as people read it


class Office(Serving, StandIns):
    """The stand-ins, the bot's process and the people. The bot can be killed and started again."""

    def __init__(
        self, *, database_url: str, transport: str, app: Starlette, slack: str, port: int, log: Path
    ) -> None:
        self.database_url = database_url
        self.transport = transport
        self.slack = slack
        self.log = log
        self.driver = Driver(slack)
        self.ledgers = app.state.ledgers
        self._port = port

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

    async def hear_ledgers(self) -> None:
        """Have the stand-in ledgers tell the bot what is done in them."""
        for vendor in ("xero", "quickbooks"):
            url = f"{self.bot_url}/webhooks/{vendor}"
            await self.ask_ledger(f"{vendor}/webhook", url=url, key=WEBHOOK_KEY)

    async def synced(self, client: str, *words: Words, patience_s: float = PATIENCE_S) -> Seen:
        """The message of a client's syncs, once it says that one is done."""
        done = (f"{client} is up to date", *words)
        return await self.driver.read("ben", channel_of(client), *done, patience_s=patience_s)

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
