"""Stand-in Slack and stand-in ledgers on one loopback port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.seed import Seed, fernhill
from bot.sandbox.workspace.control import control_routes
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.pages import STATIC, page_routes
from bot.sandbox.workspace.registration import Registration, registered
from bot.sandbox.workspace.routes import slack_routes
from bot.sandbox.workspace.state import Workspace
from bot.sandbox.workspace.ui import ui_routes

HOST = "127.0.0.1"
KEEP_ALIVE_S = 75  # longer than the bot keeps its own, which would send into one being closed
# a web page elsewhere must not reach us by a name of its own that resolves to this machine
LOOPBACK_ONLY = [Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])]


def create_app(
    seed: Seed | None = None,
    *,
    bot_url: str | None = None,
    registration: Registration | None = None,
    strict_rate_limits: bool = True,
    on_reset: Callable[[], Awaitable[None]] | None = None,
) -> Starlette:
    """All stand-ins; `bot_url` is where the bot takes HTTP deliveries, if it does.

    `on_reset` is awaited before the day begins again here, for the bot to begin it again too.
    """
    workspace = Workspace(
        seed or fernhill(),
        registration=registration or registered(),
        bot_url=bot_url,
        strict_rate_limits=strict_rate_limits,
    )
    courier = Courier(workspace)
    ledgers = Ledgers(now=lambda: datetime.fromtimestamp(workspace.clock.now(), UTC))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await courier.close()

    app = Starlette(
        routes=[
            *page_routes(workspace),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
            *ui_routes(courier),
            *slack_routes(courier),
            *control_routes(courier, ledgers, on_reset=on_reset),
            Mount("/ledgers", routes=ledgers.routes()),
        ],
        lifespan=lifespan,
        middleware=LOOPBACK_ONLY,
    )
    app.state.workspace = workspace
    app.state.courier = courier
    app.state.ledgers = ledgers
    return app


def create_ledgers_app() -> Starlette:
    """The stand-in ledgers alone."""
    ledgers = Ledgers()
    app = Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())], middleware=LOOPBACK_ONLY)
    app.state.ledgers = ledgers
    return app


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it, and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: Starlette) -> _Server:
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="httptools",
        ws="websockets-sansio",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    return _Server(config)


async def serve(app: Starlette, *, port: int = 8765) -> None:
    """Serve on loopback until cancelled; raises OSError where the port is taken."""
    async with running(app, port=port):
        await asyncio.Event().wait()


@asynccontextmanager
async def running(app: Starlette, *, port: int = 0) -> AsyncIterator[str]:
    """Serve in this event loop while the block runs; gives the base address.

    Port 0 is any free one. Raises OSError where the port is taken.
    """
    with socket.create_server((HOST, port)) as listening:
        # asyncio sets this only where the protocol number is given; without it answers wait 40 ms
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        if hasattr(app.state, "workspace"):
            app.state.workspace.base_url = base_url
        server = _server(app)
        task = asyncio.create_task(server.serve([listening]))
        await server.is_up.wait()
        try:
            yield base_url
        finally:
            server.should_exit = True
            await task
