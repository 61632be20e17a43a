"""The workspace's routes for the bot: Web API, Socket Mode, response addresses and files."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.sandbox.workspace.api import api_endpoint
from bot.sandbox.workspace.api_files import download_endpoint, upload_endpoint
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.responses import respond

GONE = frozenset({"no_service", "expired_url", "used_url"})


def slack_routes(courier: Courier) -> list[BaseRoute]:
    async def hook(request: Request) -> Response:
        return await _respond(courier, request)

    return [
        Route("/api/{method}", api_endpoint(courier), methods=["GET", "POST"]),
        WebSocketRoute("/socket/{ticket}", courier.sockets.serve),
        Route("/hooks/{id}", hook, methods=["POST"]),
        Route("/upload/v1/{ticket}", upload_endpoint(courier), methods=["POST", "PUT"]),
        Route("/files-pri/{name}/{rest:path}", download_endpoint(courier)),
    ]


async def _respond(courier: Courier, request: Request) -> Response:
    workspace = courier.workspace
    body: dict[str, Any] = json.loads(await request.body() or b"{}")
    error: str | None = None
    try:
        hook = workspace.hooks.use(request.path_params["id"], now=workspace.now())
        respond(workspace, hook, body)
    except SlackError as refusal:
        error = refusal.error
    workspace.traffic.note("response_url", workspace.now(), body=body, error=error)
    if error is None:
        return PlainTextResponse("ok")
    return PlainTextResponse(error, status_code=404 if error in GONE else 400)
