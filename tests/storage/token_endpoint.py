"""A vendor's token endpoint whose refresh tokens work once, with a grace for the one before."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class TokenEndpoint:
    """What it saw. `url` answers POST with a refresh token as the body."""

    grace_s: float = 0.0
    live: str = "r0"
    used: dict[str, float] = field(default_factory=dict)  # {refresh token: when it was first used}
    refreshes: int = 0
    denied: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        token = await request.text()
        await asyncio.sleep(0.05)  # long enough for everybody to ask meanwhile
        if token != self.live and time.monotonic() - self.used.get(token, -1e9) > self.grace_s:
            self.denied += 1
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.used.setdefault(token, time.monotonic())
        self.refreshes += 1
        self.live = f"r{self.refreshes}"
        return web.json_response({"access": f"a{self.refreshes}", "refresh": self.live})


@asynccontextmanager
async def token_endpoint(*, grace_s: float = 0.0) -> AsyncIterator[TokenEndpoint]:
    endpoint = TokenEndpoint(grace_s=grace_s)
    app = web.Application()
    app.router.add_post("/token", endpoint.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    try:
        yield endpoint
    finally:
        await runner.cleanup()
