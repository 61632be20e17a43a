"""Where Slack comes in over HTTP: straight to Bolt, past the router that pages need."""

from time import time

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.slack.signature import is_signed

PATH = "/slack/events"


class SlackDoor:
    """Everything Slack posts; whatever else is asked for goes on to `app`."""

    def __init__(self, app: ASGIApp, *, bolt: AsyncApp, secret: str) -> None:
        self._app = app
        self._bolt = bolt
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        answer = await self._answered(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        """What Slack did not sign, and within the last five minutes, is not even parsed."""
        if request.method != "POST":
            return PlainTextResponse("only POST", status_code=405, headers={"allow": "POST"})
        body = await request.body()
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not is_signed(self._secret, body, stamp=stamp, signature=signature, now=time()):
            return PlainTextResponse("not signed", status_code=401)
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError):  # Bolt expects an object and checks nothing
            return PlainTextResponse("not understood", status_code=400)
        return to_starlette_response(await self._bolt.async_dispatch(asked))
