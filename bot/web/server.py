"""uvicorn as we run it: the asyncio loop, httptools, signals left to the command line."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

FINISH_WITHIN_S = 5
BACKLOG = 2048
KEEP_ALIVE_S = 75  # longer than proxies keep theirs, or they send into one that is being closed


class PortTaken(Exception):
    """Something else listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is taken by something else.")


class Server(uvicorn.Server):
    """Says when it is up; whoever runs it decides when it ends."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any free one. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise PortTaken(host, port) from error
    # asyncio does so only for sockets that name their protocol; headers and body are two writes,
    # and the second would wait 40 ms for the acknowledgement of the first
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


@asynccontextmanager
async def serving(app: ASGIApp, on: socket.socket) -> AsyncIterator[None]:
    """Serve in this event loop while the block runs, then finish what has begun."""
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_WITHIN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    server = Server(config)
    task = asyncio.create_task(server.serve([on]))
    await server.is_up.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task
