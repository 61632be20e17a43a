"""A stand-in workspace on loopback with a small real Bolt application beside it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from bot.sandbox.server import create_app, running
from bot.sandbox.workspace.registration import Registration
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]


@dataclass(kw_only=True)
class Place:
    """The workspace, whoever drives it, and the bot in it."""

    base_url: str
    http: httpx2.AsyncClient
    workspace: Workspace
    bolt: AsyncApp

    @property
    def slack(self) -> AsyncWebClient:
        return self.bolt.client

    async def post(self, path: str, **body: Any) -> Any:
        return (await self.http.post(path, json=body)).json()

    async def get(self, path: str, **query: str) -> Any:
        return (await self.http.get(path, params=query)).json()

    async def read(self, user: str, channel: str) -> list[str]:
        """What this person reads in this channel, oldest first."""
        found = await self.get("/control/messages", user=user, channel=channel)
        return [message["plain"] for message in found["messages"]]


def small_bot(base_url: str) -> AsyncApp:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{base_url}/api/")
    return AsyncApp(client=client, signing_secret=SIGNING_SECRET)


def mounted(bolt: AsyncApp) -> Starlette:
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


@asynccontextmanager
async def a_place(
    *, transport: str = "none", registration: Registration | None = None, **options: Any
) -> AsyncIterator[Place]:
    app = create_app(registration=registration or Registration(), **options)
    workspace: Workspace = app.state.workspace
    async with running(app) as base_url, httpx2.AsyncClient(base_url=base_url, timeout=30) as http:
        place = Place(base_url=base_url, http=http, workspace=workspace, bolt=small_bot(base_url))
        if transport == "http":
            async with running(mounted(place.bolt)) as bot_url:
                workspace.bot_url = bot_url
                yield place
        elif transport == "socket":
            handlers = [AsyncSocketModeHandler(place.bolt, APP_TOKEN) for _ in range(2)]
            for handler in handlers:
                await handler.connect_async()
            try:
                yield place
            finally:
                for handler in handlers:
                    await handler.close_async()
        else:
            yield place


@pytest.fixture
def visit() -> Callable[..., AbstractAsyncContextManager[Place]]:
    """Opens a workspace: `async with visit(transport="http") as place`."""
    return a_place


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A workspace that nobody has connected a bot to."""
    async with a_place() as place:
        yield place


@pytest.fixture(params=["http", "socket"])
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """A workspace with a bot, over each transport."""
    async with a_place(transport=request.param) as place:
        yield place
