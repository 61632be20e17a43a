"""Socket Mode over two connections, each with a watchdog that makes it anew when it stays dead."""

import asyncio
from contextlib import suppress
from time import monotonic

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.telemetry import log

LOOK_EVERY_S = 10.0
PATIENCE_S = 90.0  # the client reconnects by itself within seconds, unless it is stuck
CONNECTIONS = 2


class Sockets:
    """Hears Slack as long as one connection is open.

    Slack renews each every few hours, and its client hangs up before it dials again: what came in
    between would be lost to a bot with one connection only.
    """

    def __init__(self, app: AsyncApp, token: str) -> None:
        self._each = [Socket(app, token) for _ in range(CONNECTIONS)]

    async def open(self) -> None:
        for socket in self._each:
            await socket.open()

    async def close(self) -> None:
        await asyncio.gather(*(socket.close() for socket in self._each))

    @property
    def is_connected(self) -> bool:
        return any(socket.is_connected for socket in self._each)


class Socket:
    """Keeps one connection to Slack alive."""

    def __init__(
        self,
        app: AsyncApp,
        token: str,
        *,
        every_s: float = LOOK_EVERY_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._app = app
        self._token = token
        self._every_s = every_s
        self._patience_s = patience_s
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.is_connected = False

    async def open(self) -> None:
        self._connect()
        self._watching = asyncio.create_task(self._watch(), name="socket")

    async def close(self) -> None:
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._hang_up()

    def _connect(self) -> None:
        """Connecting retries for ever by itself, so it must not be waited for."""
        self._handler = AsyncSocketModeHandler(self._app, app_token=self._token)
        self._connecting = asyncio.create_task(
            self._handler.client.connect()  # type: ignore[no-untyped-call]  # theirs
        )

    async def _hang_up(self) -> None:
        self.is_connected = False
        if self._connecting:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._connecting
        if self._handler:
            await self._handler.client.close()  # type: ignore[no-untyped-call]  # theirs

    async def _watch(self) -> None:
        healthy_at = monotonic()
        while True:
            assert self._handler is not None
            was_connected = self.is_connected
            self.is_connected = await self._handler.client.is_connected()
            if self.is_connected != was_connected:
                log.info("socket.connected" if self.is_connected else "socket.lost")
            if self.is_connected:
                healthy_at = monotonic()
            elif monotonic() - healthy_at > self._patience_s:
                log.error("socket.replaced", after_s=round(monotonic() - healthy_at))
                await self._hang_up()
                self._connect()
                healthy_at = monotonic()
            await asyncio.sleep(self._every_s if self.is_connected else min(1.0, self._every_s))
