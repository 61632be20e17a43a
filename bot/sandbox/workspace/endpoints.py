"""JSON endpoints of the page and the driver: refusals become `{"error": …}` with a 4xx status."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.workspace.errors import Refused

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Json | None]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Given(dict[str, Any]):
    """A body or query; raises Refused for what it should hold and does not."""

    def __missing__(self, name: str) -> Any:
        raise Refused(f"{name!r} is missing")


def posted(handler: Handler) -> Endpoint:
    """The handler of a POST with a JSON object as its body."""

    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = None
        if not isinstance(body, dict):
            words = "the body must be a JSON object"
            return JSONResponse({"ok": False, "error": words}, status_code=400)
        return await _answered(handler, body)

    return endpoint


def asked(handler: Handler) -> Endpoint:
    """The handler of a GET with a query."""

    async def endpoint(request: Request) -> Response:
        return await _answered(handler, dict(request.query_params))

    return endpoint


async def _answered(handler: Handler, given: Json) -> Response:
    try:
        return JSONResponse(await handler(Given(given)))
    except Refused as refusal:
        return JSONResponse({"ok": False, "error": refusal.message}, status_code=refusal.status)


def decoded(content: str) -> bytes:
    """Raises Refused for what is not base64."""
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise Refused("content_base64 is not base64") from error
