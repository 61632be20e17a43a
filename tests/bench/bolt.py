"""The rival: the smallest Bolt application that answers one command, under our server."""

from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T0BENCH", bot_token="xoxb-bench", bot_user_id="U0BOT"
    )


bolt = AsyncApp(signing_secret="bench-signing-secret", authorize=authorize)


@bolt.command("/dext")
async def answer(ack: Any) -> None:
    await ack("Hello.")


async def events(request: Request) -> Response:
    return await AsyncSlackRequestHandler(bolt).handle(request)


app = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
