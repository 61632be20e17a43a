"""The HTTP side: Slack's endpoint, our pages, health; careful with what strangers send."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import time
from typing import Any

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from bot.slack.signature import is_signed
from bot.telemetry import log, new_correlation_id
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
    if signing_secret is not None:
        slack = _slack(bolt, signing_secret)
        routes.insert(0, Route("/slack/events", slack, methods=["POST"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders), Middleware(BodyLimit)],
        exception_handlers={Exception: _broken},
        lifespan=lifespan,
    )


def _slack(bolt: AsyncApp, secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def events(request: Request) -> Response:
        """What Slack did not sign, and within the last five minutes, is not even parsed."""
        body = await request.body()
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not is_signed(secret, body, stamp=stamp, signature=signature, now=time()):
            return PlainTextResponse("not signed", status_code=401)
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError):  # Bolt expects an object and checks nothing
            return PlainTextResponse("not understood", status_code=400)
        return to_starlette_response(await bolt.async_dispatch(asked))

    return events


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
