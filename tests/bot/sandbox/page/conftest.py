"""A sandbox with a small bot beside it, and a Chromium to look at it with."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.seed import BOT_TOKEN, SIGNING_SECRET
from bot.sandbox.server import create_app, running
from bot.sandbox.workspace.registration import Command, Registration, Shortcut

Json = dict[str, Any]

KITCHEN_SINK: Json = json.loads(Path(__file__).with_name("kitchen_sink.json").read_text("utf-8"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
REGISTRATION = Registration(
    commands=(
        Command(command="/dext", description="Connect clients", usage_hint="connect | help"),
        Command(command="/demo", description="Everything there is"),
    ),
    shortcuts=(
        Shortcut(name="Connect a client", type="global", callback_id="connect"),
        Shortcut(name="Send files to Dext", type="message", callback_id="send_files"),
    ),
    events=frozenset({"app_home_opened", "message.im"}),
)
CLIENTS = ("Acme Ltd", "Acorn Dental", "Bright Bakery", "Cedar & Co")


@dataclass(kw_only=True)
class Bot:
    """Keeps what it hears; `answers` says what to do about an action, command word or view."""

    client: AsyncWebClient
    heard: list[Json] = field(default_factory=list)
    answers: dict[str, Callable[..., Awaitable[Any]]] = field(default_factory=dict)

    def actions(self, action_id: str) -> list[Json]:
        found = [action for body in self.heard for action in body.get("actions", [])]
        return [action for action in found if action["action_id"] == action_id]

    def submissions(self) -> list[Json]:
        views = [body for body in self.heard if body.get("type") == "view_submission"]
        return [body["view"]["state"]["values"] for body in views]


@dataclass(kw_only=True)
class Sandbox:
    """The sandbox at `url`, the bot beside it, and pages opened as somebody."""

    url: str
    app: Starlette
    bot: Bot
    browser: Browser
    closing: AsyncExitStack
    problems: list[str] = field(default_factory=list)

    async def open(self, where: str = "user=ana&channel=acme", **options: Any) -> Page:
        """A page of its own at `#where`, ready to be used."""
        options = {"locale": "en-GB", "timezone_id": "UTC"} | options
        context = await self.browser.new_context(**options)
        self.closing.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        await page.goto(f"{self.url}/#{where}")
        await page.locator("#workspace[aria-busy=false]").wait_for()
        return page

    async def post(self, *blocks: Json, channel: str = "C0ACME", text: str = "…") -> str:
        answer = await self.bot.client.chat_postMessage(
            channel=channel, text=text, blocks=list(blocks) or None
        )
        return str(answer["ts"])


def _bolt(bot: Bot) -> AsyncApp:
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=bot.client)

    async def command(ack: Any, body: Json, client: AsyncWebClient) -> None:
        bot.heard.append(body)
        answer = bot.answers.get(body["text"].partition(" ")[0])
        await ack()
        if answer is not None:
            await answer(body, client)

    async def action(ack: Any, body: Json, client: AsyncWebClient) -> None:
        bot.heard.append(body)
        answer = bot.answers.get(body["actions"][0]["action_id"])
        if answer is not None:
            await answer(body, client)
        await ack()

    async def view(ack: Any, body: Json) -> None:
        bot.heard.append(body)
        answer = bot.answers.get(body["view"]["callback_id"])
        await ack(**(await answer(body) if answer is not None else {}))

    async def other(ack: Any, body: Json) -> None:
        bot.heard.append(body)
        await ack()

    async def clients(ack: Any, body: Json) -> None:
        bot.heard.append(body)
        fits = [name for name in CLIENTS if body["value"].lower() in name.lower()]
        await ack(options=[{"text": plain(name), "value": name} for name in fits])

    anything = re.compile(".*")
    app.command(anything)(command)
    app.action(anything)(action)
    app.view(anything)(view)
    app.view_closed(anything)(other)
    app.shortcut(anything)(other)
    app.options(anything)(clients)
    app.event("app_home_opened")(other)
    app.event("message")(other)
    return app


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


@asynccontextmanager
async def _bot_beside(app: Starlette, url: str) -> AsyncIterator[Bot]:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{url}/api/")
    bot = Bot(client=client)
    handler = AsyncSlackRequestHandler(_bolt(bot))

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    async with running(web) as address:
        app.state.workspace.bot_url = address
        yield bot


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; each test has contexts of its own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium found")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(chromium: Browser) -> AsyncIterator[Sandbox]:
    app = create_app(registration=REGISTRATION, strict_rate_limits=False)
    async with running(app) as url, _bot_beside(app, url) as bot, AsyncExitStack() as closing:
        one = Sandbox(url=url, app=app, bot=bot, browser=chromium, closing=closing)
        yield one
        assert one.problems == [], "the page raised errors"


@pytest.fixture(scope="session")
def kitchen_sink() -> Json:
    """A message, modal and Home tab with one of everything."""
    return KITCHEN_SINK
