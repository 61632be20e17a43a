"""The HTTP side: Slack's endpoint, our pages, health; careful with what strangers send."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from bot.telemetry import log, new_correlation_id
from bot.web.door import SlackDoor
from bot.web.guards import HEADERS, BodyLimit, SecurityHeaders

Readiness = Callable[[], Awaitable[Mapping[str, bool]]]

BROKEN = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Something went wrong</title>
<h1>Something went wrong on our side</h1>
<p>It is noted as <strong>{reference}</strong>. Go back to Slack and try again, or quote that to
your administrator.</p></html>"""


def web_app(
    *,
    bolt: AsyncApp,
    signing_secret: str | None,
    readiness: Readiness,
    pages: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """Without a secret Slack is not listened to over HTTP: Socket Mode brings everything."""
    routes: list[BaseRoute] = [
        Route("/healthz", _alive),
        Route("/readyz", _ready(readiness)),
        *pages,
    ]
    middleware = [Middleware(SecurityHeaders), Middleware(BodyLimit)]
    if signing_secret is not None:
        middleware.append(Middleware(SlackDoor, bolt=bolt, secret=signing_secret))
    return Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={Exception: _broken},
        lifespan=lifespan,
    )


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _ready(readiness: Readiness) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_: Request) -> Response:
        """Each part by name; 503 while any of them is not up."""
        parts = dict(await readiness())
        is_ready = all(parts.values())
        body: dict[str, Any] = {"status": "ready" if is_ready else "not ready", "parts": parts}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    return ready


async def _broken(request: Request, error: Exception) -> Response:
    reference = new_correlation_id()
    log.error("page.failed", correlation_id=reference, path=request.url.path, exc_info=error)
    return HTMLResponse(BROKEN.format(reference=reference), status_code=500, headers=HEADERS)
